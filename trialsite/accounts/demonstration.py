"""The people and sites of a demonstration. They exist in demonstration mode only (C2)."""

import hashlib
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction

from trialsite import environment
from trialsite.accounts import actions
from trialsite.accounts.models import Role, Site, User

BY: Final = "system:make_demo_accounts"


@dataclass(frozen=True)
class DemoAccount:
    """A person of the demonstration; `site` is a code, empty for the whole study."""

    username: str
    full_name: str
    role: Role
    site: str = ""


SITES: Final = (
    Site(code="01", name="Demonstration Hospital Beijing", time_zone="Asia/Shanghai"),
    Site(code="02", name="Demonstration Hospital Chengdu", time_zone="Asia/Shanghai"),
)
ACCOUNTS: Final = (
    DemoAccount("coordinator", "Demo Coordinator", Role.COORDINATOR, "01"),
    DemoAccount("investigator", "Demo Investigator", Role.INVESTIGATOR, "01"),
    DemoAccount("labassessor", "Demo Laboratory Assessor", Role.LAB_ASSESSOR, "01"),
    DemoAccount("monitor", "Demo Monitor", Role.MONITOR),
    DemoAccount("datamanager", "Demo Data Manager", Role.DATA_MANAGER),
    DemoAccount("pharmacist", "Demo Pharmacist", Role.PHARMACIST),
    DemoAccount("statistician", "Demo Statistician", Role.STATISTICIAN),
    DemoAccount("administrator", "Demo Administrator", Role.ADMINISTRATOR),
    DemoAccount("statistician2", "Second Demo Statistician", Role.STATISTICIAN),
    DemoAccount("coordinator2", "Second Demo Coordinator", Role.COORDINATOR, "02"),
    DemoAccount("investigator2", "Second Demo Investigator", Role.INVESTIGATOR, "02"),
    DemoAccount("labassessor2", "Second Demo Laboratory Assessor", Role.LAB_ASSESSOR, "02"),
)


class DemonstrationOff(Exception):
    """Raised when demonstration accounts are asked for outside demonstration mode."""


def password() -> str:
    """The password of all demonstration accounts, made once an installation, easy to type."""
    _check_mode()
    digest = hashlib.sha256(environment.generated("demonstration").encode()).digest()
    syllables = ["bdfgkmnprstvz"[byte % 13] + "aeiou"[byte // 13 % 5] for byte in digest[:8]]
    return "-".join("".join(syllables[place : place + 2]) for place in range(0, 8, 2))


def make_accounts() -> str:
    """Make sites and accounts that are missing, give all of them the password, and return it."""
    shared = password()
    with transaction.atomic():
        for site in SITES:
            if not Site.objects.filter(pk=site.pk).exists():
                actions.add_site(by=BY, code=site.code, name=site.name, time_zone=site.time_zone)
        for account in ACCOUNTS:
            _make(account, shared)
    return shared


def _make(account: DemoAccount, shared: str) -> None:
    user = User.objects.filter(username=account.username).first()
    if user is None:
        user = actions.add_person(
            by=BY,
            username=account.username,
            full_name=account.full_name,
            email=f"{account.username}@demonstration.invalid",
        )
        site = Site.objects.get(pk=account.site) if account.site else None
        actions.give_role(by=BY, user=user, role=account.role, site=site)
    known = user.has_usable_password() and user.check_password(shared)  # the check is slow on purpose
    if user.is_active and not known:
        actions.set_password(by=BY, user=user, password=shared)


def _check_mode() -> None:
    if not settings.DEMO:
        raise DemonstrationOff(
            "Demonstration accounts exist in demonstration mode only (DEBUG=1 and DEMO=1)."
        )
