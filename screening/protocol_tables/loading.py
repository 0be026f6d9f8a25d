"""The tables of a version of the protocol, from the database; a published version is read once a process."""

import json
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from screening.criteria.tables import REGISTERED, Attestation, Listed, Prohibited, ProtocolTables, Reference
from screening.protocol_tables.models import AttestationQuestion, ProhibitedMedication, ProtocolVersion
from screening.review_states import LIVE

# More than one process ever meets: versions are immutable, so what was read stays right.
_KEPT = 64
# Every page of a form asks this; the ORM takes longer to build it than PostgreSQL to run it.
_COUNTS = """
SELECT (SELECT (review.snapshot #> '{content,protocol_tables}')::text
        FROM screening_eligibilityreview AS review
        WHERE review.participant_id = %s AND review.state = ANY (%s) LIMIT 1),
       (SELECT version.id FROM screening_protocolversion AS version
        WHERE version.effective <= %s ORDER BY version.number DESC LIMIT 1)
"""


def tables_in_force(on: date) -> ProtocolTables:
    """The version under which a screening is judged that is submitted on this day. One query."""
    return _or_registered(_made_by(on).values_list("pk", flat=True).first())


def latest_tables() -> ProtocolTables:
    """The highest version, in force or not yet: what the next one begins with."""
    return _or_registered(ProtocolVersion.objects.order_by("-number").values_list("pk", flat=True).first())


def tables_for(participant: Any) -> ProtocolTables:
    """The version that counts for a participant: the live review's, else the one in force. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [participant.pk, list(LIVE), participant.today()])
        frozen, in_force = cursor.fetchone()
    stored = json.loads(frozen) if frozen else None
    return ProtocolTables.from_json(stored) if stored else _or_registered(in_force)


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


def _made_by(on: date) -> QuerySet[ProtocolVersion]:
    return ProtocolVersion.objects.filter(effective__lte=on).order_by("-number")


def _or_registered(pk: UUID | None) -> ProtocolTables:
    return REGISTERED if pk is None else tables_of(pk)


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
