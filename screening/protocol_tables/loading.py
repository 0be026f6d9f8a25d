"""The tables of a version of the protocol, from the database; a published version is read once a process."""

from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from screening.criteria.tables import REGISTERED, Attestation, Listed, Prohibited, ProtocolTables, Reference
from screening.protocol_tables.models import AttestationQuestion, ProhibitedMedication, ProtocolVersion
from screening.review_models import EligibilityReview
from screening.review_states import LIVE

# More than one process ever meets: versions are immutable, so what was read stays right.
_KEPT = 64


def tables_in_force(on: date) -> ProtocolTables:
    """The version under which a screening is judged that is submitted on this day. One query."""
    made = ProtocolVersion.objects.filter(effective__lte=on).order_by("-number")
    pk = made.values_list("pk", flat=True).first()
    return REGISTERED if pk is None else tables_of(pk)


def latest_tables() -> ProtocolTables:
    """The highest version, in force or not yet: what the next one begins with."""
    pk = ProtocolVersion.objects.order_by("-number").values_list("pk", flat=True).first()
    return REGISTERED if pk is None else tables_of(pk)


def tables_for(participant: Any) -> ProtocolTables:
    """The version that counts for a participant: that of the live review, else the one in force."""
    frozen = (
        EligibilityReview.objects.filter(participant=participant, state__in=LIVE)
        .values_list("snapshot__content__protocol_tables", flat=True)
        .first()
    )
    return ProtocolTables.from_json(frozen) if frozen else tables_in_force(participant.today())


@lru_cache(maxsize=_KEPT)
def tables_of(pk: UUID) -> ProtocolTables:
    """The tables of a published version."""
    version = ProtocolVersion.objects.get(pk=pk)
    return ProtocolTables(
        number=version.number,
        name=str(version),
        prohibited=tuple(_prohibited(row) for row in version.prohibited.all()),
        attestations=tuple(_attestation(row) for row in version.attestations.all()),
    )


def _prohibited(row: ProhibitedMedication) -> Prohibited:
    return Prohibited(
        name=row.name,
        kind=Listed(row.kind),
        window_days=row.window_days,
        reference=Reference(row.reference),
        synonyms=tuple(row.synonyms),
        members=tuple(row.members),
        note=row.note,
    )


def _attestation(row: AttestationQuestion) -> Attestation:
    return Attestation(row.code, row.text, row.question)
