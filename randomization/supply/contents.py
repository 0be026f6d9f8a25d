"""What is in the kits, for the unblinded pharmacist: asked for, answered by the vault, shown once.

The key that opens the answer is half in the asking browser and half in the web server, as that of an
emergency (randomization/unblinding/browser_key.py); the database has ciphertext, and afterwards nothing.
"""

import json
import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from randomization.messages import tell_vault_of_a_list as tell_vault_to_look
from randomization.supply.ledger import SupplyRefused
from randomization.supply.models import Kit, KitReport
from randomization.supply.states import KitState
from screening.actions import PasswordCheck
from trialsite.accounts.access import require, role_name, sites_where
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon

RIGHT = Right.SEE_KIT_CONTENTS
COUNTED = (KitState.PACKED, KitState.ALLOTTED, KitState.SENT, KitState.STOCKED, KitState.QUARANTINED)


@dataclass(frozen=True)
class Contents:
    """The opened report: each kit with what is in it, and counts by site and content."""

    kits: list[tuple[Kit, str]]
    counts: list[tuple[str, str, list[tuple[str, int]]]]


def ask(*, by: User, key: PrivateKey, report_id: UUID, password: PasswordCheck) -> KitReport:
    """Put the question on record; the same id again changes nothing. Needs SEE_KIT_CONTENTS."""
    require(by, RIGHT)
    password(by)
    with acting(by, role=role_name(by, RIGHT)):
        report, made = KitReport.objects.get_or_create(
            pk=report_id,
            asked_by=by,
            defaults={
                "asked_at": timezone.now(),
                "sites": sorted(sites_where(by, RIGHT)),
                "public_key": bytes(key.public_key),
            },
        )
        if made:
            transaction.on_commit(tell_vault_to_look)
            anchor_soon()
    return report


def show(*, by: User, report: KitReport, key: PrivateKey) -> Contents:
    """Open the answer and empty it: it is shown once. SupplyRefused when it cannot be opened here."""
    require(by, RIGHT)
    with acting(by, role=role_name(by, RIGHT)):
        held = KitReport.objects.select_for_update().get(pk=report.pk, asked_by=by)
        if held.answer is None:
            raise SupplyRefused("There is no answer to show: it was shown already, or is not there yet.")
        try:
            found: dict[str, str] = json.loads(SealedBox(key).decrypt(bytes(held.answer)))
        except (CryptoError, ValueError):
            raise SupplyRefused(
                "This answer opens only in the browser that asked for it. Ask again."
            ) from None
        held.answer, held.read_at = None, timezone.now()
        held.save(update_fields=["answer", "read_at"])
    return _contents(found)


def fresh_id() -> UUID:
    """The id of a question, made before it is asked, so that a double click asks once."""
    return uuid.uuid4()


def _contents(found: Mapping[str, str]) -> Contents:
    kits = list(Kit.objects.filter(KITNO__in=found).order_by("site", "expiry", "lot", "KITNO"))
    counted: Collection[str] = COUNTED
    counts = Counter((kit.site_id, found[kit.KITNO], kit.state) for kit in kits if kit.state in counted)
    places = sorted({(site, arm) for site, arm, _ in counts})
    return Contents(
        [(kit, found[kit.KITNO]) for kit in kits],
        [(site, arm, [(state.label, counts[site, arm, state]) for state in COUNTED]) for site, arm in places],
    )
