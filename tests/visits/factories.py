"""Participants with a treatment number, reached by the whole way: screening, signature, request, vault."""

import uuid
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from randomization.actions import request_kit, request_number, take_up_answer
from randomization.models import TreatmentRequest
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization.factories import OpenList
from tests.screening.factories import Cast, signed_participant
from trialsite import clock
from trialsite.accounts.models import User
from trialsite.crf.actions import save_record
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Outcome, Saved
from visits.dosing.actions import give_advice, override_gate
from visits.dosing.gate import Advice, lines_of
from visits.dosing.gathering import facts_of
from visits.dosing.models import AdviceReason, DoseAdvice, DoseOverride
from visits.dosing.policies import seen

LABORATORY = {
    "WBC": "6.2",
    "WBC_UNIT": "10^9/L",
    "NEUT": "4.6",
    "NEUT_UNIT": "10^9/L",
    "LYM": "0.9",
    "LYM_UNIT": "10^9/L",
    "HGB": "118",
    "HGB_UNIT": "g/L",
    "PLAT": "231",
    "PLAT_UNIT": "10^9/L",
    "ALT": "39",
    "ALT_UNIT": "U/L",
    "ALT_ULN": "40",
    "AST": "34",
    "AST_UNIT": "U/L",
    "AST_ULN": "40",
}
DAY1 = date(2026, 3, 16)  # the planned randomization of the screening example


def at(day: date, hour: int = 4) -> AbstractContextManager[None]:
    """Let the block happen on a day; 04:00 UTC is noon at the sites of the cast."""
    return clock.set_to(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def randomized(cast: Cast, vault: Connection, opened: OpenList) -> Participant:
    """A participant of site 01 with number and schedule; Day 1 is 16 March 2026."""
    with at(DAY1):
        participant, _ = signed_participant(cast)
        given(vault, opened, request_number(participant=participant, by=cast.investigator))
    participant.refresh_from_db()
    return participant


def kit(cast: Cast, vault: Connection, opened: OpenList, participant: Participant, visit: str) -> str:
    """The kit of a later dose, given; the laboratory of the visit is entered before and judged today."""
    if not Record.objects.filter(participant=participant, visit=visit, form="LB").exists():
        laboratory(cast.coordinator, participant, visit)
    say(cast.lab_assessor, participant, visit, Advice.GIVE)
    request = request_kit(participant=participant, visit=visit, by=cast.investigator)
    return given(vault, opened, request).KITNO or ""


def laboratory(by: User, participant: Participant, visit: str, **changed: str) -> Record:
    """The form LB of a visit, with a sample of today; changed: inputs that are not as in LABORATORY."""
    saved = enter(
        by, participant, "LB", visit, **(LABORATORY | {"LBDTC": participant.today().isoformat()} | changed)
    )
    assert isinstance(saved, Saved), saved
    return saved.record


def say(by: User, participant: Participant, visit: str, advice: Advice, text: str = "") -> DoseAdvice:
    """The laboratory assessor's word on a dose, about the form LB as it stands."""
    version = Record.objects.get(participant=participant, visit=visit, form="LB").version
    reason = AdviceReason.Code.NONE if advice is Advice.GIVE else AdviceReason.Code.OTHER
    return give_advice(
        by=by,
        participant=participant,
        visit=visit,
        advice=advice,
        reason=reason,
        text=text,
        seen_version=version,
        password=signs,
    )


def override(
    by: User, participant: Participant, visit: str, on: date, reason: str = "Travel"
) -> DoseOverride:
    """An investigator's override of what stands in the way on a day."""
    lines = lines_of(facts_of(participant, visit), on)
    return override_gate(
        by=by,
        participant=participant,
        visit=visit,
        on=on,
        reason=reason,
        seen_hash=seen(lines),
        password=signs,
    )


def signs(by: User) -> None:
    """The right password."""


def given(vault: Connection, opened: OpenList, request: TreatmentRequest) -> TreatmentRequest:
    """Let the vault answer, and take the answer up."""
    answer(vault, opened.key, request.id)
    return take_up_answer(request_id=request.id)


def enter(by: User, participant: Participant, form: str, visit: str, **typed: str) -> Outcome:
    """Submit a form for the first time."""
    return save_record(
        by=by, participant=participant, form=form, visit=visit, typed=typed, version=0, key=uuid.uuid4()
    )
