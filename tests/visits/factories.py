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
from trialsite.crf.outcomes import Outcome

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
    """The kit of a later dose visit, asked for and given."""
    request = request_kit(participant=participant, visit=visit, by=cast.investigator)
    return given(vault, opened, request).KITNO or ""


def given(vault: Connection, opened: OpenList, request: TreatmentRequest) -> TreatmentRequest:
    """Let the vault answer, and take the answer up."""
    answer(vault, opened.key, request.id)
    return take_up_answer(request_id=request.id)


def enter(by: User, participant: Participant, form: str, visit: str, **typed: str) -> Outcome:
    """Submit a form for the first time."""
    return save_record(
        by=by, participant=participant, form=form, visit=visit, typed=typed, version=0, key=uuid.uuid4()
    )
