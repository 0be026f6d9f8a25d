"""A fixed cast: a site with a coordinator and an assessor, another site, and one participant."""

import uuid
from collections.abc import Callable
from datetime import date

import pytest

from screening.models import Participant
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting
from trialsite.crf.actions import save_record
from trialsite.crf.outcomes import Outcome

VITAL_SIGNS = {
    "VSDTC": "2026-03-02",
    "HEIGHT": "162",
    "HEIGHT_UNIT": "cm",
    "WEIGHT": "58",
    "WEIGHT_UNIT": "kg",
    "TEMP": "36.7",
    "TEMP_UNIT": "C",
    "SYSBP": "122",
    "SYSBP_UNIT": "mmHg",
    "DIABP": "76",
    "DIABP_UNIT": "mmHg",
    "PULSE": "82",
    "RESP": "18",
}


@pytest.fixture
def site(db: None) -> Site:
    """Site 01."""
    with acting("system:tests"):
        return Site.objects.create(code="01", name="Beijing", time_zone="Asia/Shanghai")


@pytest.fixture
def person(site: Site) -> Callable[..., User]:
    """Somebody with a role, at site 01 unless another is given."""

    def make(role: Role, where: Site | None = site) -> User:
        name = f"{role.value.lower().replace('_', '')}{where.code if where else ''}-{uuid.uuid4().hex[:6]}"
        with acting("system:tests"):
            user: User = User.objects.create(
                username=name, full_name=name.title(), email=f"{name}@example.org"
            )
            Membership.objects.create(user=user, role=role, site=where)
        return user

    return make


@pytest.fixture
def coordinator(person: Callable[..., User]) -> User:
    """The coordinator of site 01."""
    return person(Role.COORDINATOR)


@pytest.fixture
def participant(site: Site, coordinator: User) -> Participant:
    """A participant who consented on 2 March 2026."""
    with acting(coordinator):
        return Participant.objects.create(
            SUBJID="01-001", site=site, RFICDTC=date(2026, 3, 2), registered_by=coordinator
        )


@pytest.fixture
def submit(participant: Participant, coordinator: User) -> Callable[..., Outcome]:
    """Submit the vital signs of the screening visit with some answers changed."""

    def act(
        version: int = 0,
        key: uuid.UUID | None = None,
        by: User = coordinator,
        reason: str = "",
        **changed: str,
    ) -> Outcome:
        return save_record(
            by=by,
            participant=participant,
            form="VS",
            visit="S",
            typed=VITAL_SIGNS | changed,
            version=version,
            key=key or uuid.uuid4(),
            reason=reason,
        )

    return act
