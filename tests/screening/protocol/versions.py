"""Versions of the protocol for tests, published through the real action."""

from collections.abc import Sequence
from datetime import date

from screening.criteria.tables import Attestation, Listed, Prohibited, ProtocolTables, Reference
from screening.protocol_tables.loading import latest_tables
from screening.protocol_tables.models import ProtocolVersion
from screening.protocol_tables.publishing import publish_version
from tests.screening.factories import password_given
from trialsite import clock
from trialsite.accounts.models import User

JAK = Prohibited(
    "JAK inhibitors",
    Listed.CLASS,
    30,
    Reference.SCREENING,
    synonyms=("JAK inhibitor",),
    members=("tofacitinib", "托法替布"),
    note="Section 5.2",
)
RITUXIMAB = Prohibited("rituximab", Listed.DRUG, 180, Reference.RANDOMIZATION)
WITHIN_A_YEAR = Attestation("IN06", "Disease for less than a year.", "Did the disease begin within a year?")
STAYS = Attestation("IN07", "No plan to move away.", "Will the participant stay for two months?")


def today() -> date:
    """Today at a site of the trial."""
    return clock.today("Asia/Shanghai")


def publish(
    by: User,
    *,
    prohibited: Sequence[Prohibited] = (),
    attestations: Sequence[Attestation] = (),
    reason: str = "Amendment 1",
    effective: date | None = None,
) -> ProtocolVersion:
    """The next version, with exactly these rows."""
    number = latest_tables().number + 1
    return publish_version(
        by=by,
        password=password_given,
        tables=ProtocolTables(number, f"version {number}, {reason}", tuple(prohibited), tuple(attestations)),
        reason=reason,
        effective=effective or today(),
    )
