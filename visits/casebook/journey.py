"""How far a participant has come: the six steps from consent to the end, as a pure function."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from screening.review_states import ReviewState


class StepState(StrEnum):
    """Where a step stands. The values complete the stylesheet's class `is-…`."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Step:
    """One step: its name, where it stands, and a few words or a date about it."""

    name: str
    state: StepState
    note: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Progress:
    """What the steps are computed from. forms_*: of the screening forms that this person may see.

    review: the state of the review that counts, None without one. number: the treatment number or empty.
    """

    consent: date
    forms_done: int
    forms_asked: int
    review: ReviewState | None
    number_asked: bool
    number: str
    day1: date | None
    visits_over: int
    visits: int
    end_recorded: bool


def steps(progress: Progress) -> list[Step]:
    """Consent, screening, eligibility, number, visits, end; at most one is the present one."""
    number_given = bool(progress.number)
    screened = number_given or progress.review is not None or progress.forms_done >= progress.forms_asked
    signed = number_given or progress.review is ReviewState.SIGNED
    visited = number_given and progress.visits_over >= progress.visits
    failed = progress.review is ReviewState.SCREEN_FAILURE and not number_given
    return [
        Step("Consent", StepState.DONE, on=progress.consent),
        Step(
            "Screening",
            _state(done=screened, present=True),
            f"{progress.forms_done} of {progress.forms_asked} forms",
        ),
        Step(
            "Eligibility",
            StepState.STOPPED if failed else _state(done=signed, present=screened),
            _review_note(progress, signed=signed, screened=screened),
        ),
        _number_step(progress, signed=signed),
        Step(
            "Visits",
            _state(done=visited, present=number_given),
            f"{progress.visits_over} of {progress.visits} over" if number_given else "",
        ),
        Step("End", _state(done=visited and progress.end_recorded, present=visited)),
    ]


def _state(*, done: bool, present: bool) -> StepState:
    if done:
        return StepState.DONE
    return StepState.NOW if present else StepState.AHEAD


def _review_note(progress: Progress, *, signed: bool, screened: bool) -> str:
    if signed:
        return "signed"
    if progress.review is ReviewState.SUBMITTED:
        return "waiting for the investigator"
    if progress.review is ReviewState.SCREEN_FAILURE:
        return "screening failure"
    return "to be submitted" if screened else ""


def _number_step(progress: Progress, *, signed: bool) -> Step:
    if progress.number:
        return Step("Number", StepState.DONE, progress.number, progress.day1)
    if progress.number_asked:
        return Step("Number", StepState.NOW, "waiting for the vault")
    return Step("Number", _state(done=False, present=signed), "to be asked for" if signed else "")
