"""Publishing the next version of the protocol: the whole tables, once, by the administrator."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from django.db import IntegrityError

from screening.actions import PasswordCheck
from screening.criteria.names import words_of
from screening.criteria.tables import Attestation, Listed, Prohibited, ProtocolTables
from screening.protocol_tables.differences import differences
from screening.protocol_tables.loading import latest_tables
from screening.protocol_tables.models import (
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_WINDOW,
    AttestationQuestion,
    ProhibitedMedication,
    ProtocolVersion,
)
from trialsite import clock
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.free_text import identifying

_CODE = re.compile(r"IN(0[6-9]|[1-9][0-9])")
_SHORTEST_NAME = 2


class VersionRefused(Exception):
    """Nothing was published. `reasons` are sentences that say what is allowed."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def publish_version(
    *, by: User, password: PasswordCheck, tables: ProtocolTables, reason: str, effective: date
) -> ProtocolVersion:
    """Make the next version; needs MANAGE_PROTOCOL. `tables.number` is the number that it is to have.

    Raises NotAllowed, PasswordRefused, or VersionRefused: when the tables say nothing new or cannot be, or
    when somebody else has published this number meanwhile.
    """
    require(by, Right.MANAGE_PROTOCOL)
    if reasons := tuple(refusals(tables, reason, effective)):
        raise VersionRefused(*reasons)
    password(by)
    try:
        with acting(by, role=role_name(by, Right.MANAGE_PROTOCOL), reason=reason):
            version = ProtocolVersion.objects.create(
                number=tables.number, reason=reason, effective=effective, made_by=by
            )
            ProhibitedMedication.objects.bulk_create(_medications(version, tables))
            AttestationQuestion.objects.bulk_create(_questions(version, tables))
            anchor_soon()
    except IntegrityError as error:
        raise VersionRefused(_meanwhile(tables.number)) from error
    return version


def refusals(tables: ProtocolTables, reason: str, effective: date) -> Iterator[str]:
    """Why these tables cannot be the next version."""
    latest = latest_tables()
    if tables.number != latest.number + 1:
        yield _meanwhile(tables.number)
        return
    yield from _of_reason(reason)
    if not differences(latest, tables):
        yield f"Nothing is different from version {latest.number}, so there is nothing to publish."
    today = clock.today(Site._meta.get_field("time_zone").default)
    first = max(today, _effective_of_latest() or today)
    if effective < first:
        yield f"A version counts from {first.isoformat()} at the earliest: it never reaches back."
    yield from _of_list(tables.prohibited)
    yield from _of_attestations(tables.attestations)


def _of_reason(reason: str) -> Iterator[str]:
    if not reason.strip():
        yield "Say why there is a new version, such as the amendment and its date."
    elif said := identifying(reason):
        yield said


def _of_list(entries: Sequence[Prohibited]) -> Iterator[str]:
    for entry in entries:
        yield from _of_medication(entry)
    places = Counter((each.name, each.reference) for each in entries)
    for (name, reference), times in places.items():
        if times > 1:
            yield f"{name} stands {times} times with a window before {reference.lower()}; once is allowed."


def _of_attestations(attestations: Sequence[Attestation]) -> Iterator[str]:
    for attestation in attestations:
        yield from _of_attestation(attestation)
    for code, times in Counter(each.code for each in attestations).items():
        if times > 1:
            yield f"{code} stands {times} times; a code is given once."


def _of_medication(entry: Prohibited) -> Iterator[str]:
    for name in entry.names:
        if len("".join(words_of(name))) < _SHORTEST_NAME or len(name) > LONGEST_NAME:
            allowed = f"{_SHORTEST_NAME} to {LONGEST_NAME} characters, letters or digits"
            yield f"“{name[:LONGEST_NAME]}” is no name: allowed are {allowed}."
    if entry.kind is Listed.CLASS and not entry.members:
        yield f"{entry.name} is a class: name its drugs, for a medication is found by these."
    if entry.kind is Listed.DRUG and entry.members:
        yield f"{entry.name} is a drug: only a class has drugs of its own. Write other names as other names."
    if not 0 <= entry.window_days <= LONGEST_WINDOW:
        yield f"{entry.name}: the window is 0 to {LONGEST_WINDOW} days."
    if len(entry.note) > LONGEST_TEXT:
        yield f"{entry.name}: the note has at most {LONGEST_TEXT} characters."
    if said := identifying(entry.note):
        yield said


def _of_attestation(attestation: Attestation) -> Iterator[str]:
    if not _CODE.fullmatch(attestation.code):
        yield f"“{attestation.code}” is no code of a further inclusion criterion: IN06 to IN99."
    for words in (attestation.text, attestation.question):
        if not words or len(words) > LONGEST_TEXT:
            yield f"{attestation.code}: text and question are needed, at most {LONGEST_TEXT} characters each."
            return
        if said := identifying(words):
            yield said


def _effective_of_latest() -> date | None:
    return ProtocolVersion.objects.order_by("-number").values_list("effective", flat=True).first()


def _meanwhile(number: int) -> str:
    return (
        f"Version {number} was published meanwhile. Look at it, and make the next version from it; "
        "what you wrote is still below."
    )


def _medications(version: ProtocolVersion, tables: ProtocolTables) -> list[ProhibitedMedication]:
    return [
        ProhibitedMedication(
            version=version,
            number=number,
            name=each.name,
            kind=each.kind,
            synonyms=list(each.synonyms),
            members=list(each.members),
            window_days=each.window_days,
            reference=each.reference,
            note=each.note,
        )
        for number, each in enumerate(tables.prohibited, 1)
    ]


def _questions(version: ProtocolVersion, tables: ProtocolTables) -> list[AttestationQuestion]:
    return [
        AttestationQuestion(
            version=version, number=number, code=each.code, text=each.text, question=each.question
        )
        for number, each in enumerate(tables.attestations, 1)
    ]
