"""Who may advise or override before a dose, and if not, why not: sentences that stand beside a button."""

from collections.abc import Sequence
from datetime import date

from screening.models import Participant
from screening.snapshot import digest
from trialsite.accounts.access import lacking
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.free_text import identifying
from trialsite.crf.study_lock import lock_refusal
from trialsite.protocol import DOSE_VISITS
from visits.dosing.gate import BEFORE_KIT, Facts, Line, closed, lines_of

LONGEST_REASON = 500


class DosingRefused(Exception):
    """Nothing was done. `reason` is a sentence; `field` names the input that it is about, if one."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


def require_none(reason: str | None, field: str = "") -> None:
    """Does nothing for None; else raises DosingRefused with the reason."""
    if reason is not None:
        raise DosingRefused(reason, field)


def text_refusal(text: str, *, needed: bool) -> str | None:
    """Why a reason cannot be taken as it stands."""
    if not text.strip():
        return "Say why, in your own words." if needed else None
    if len(text.strip()) > LONGEST_REASON:
        return f"At most {LONGEST_REASON} letters."
    return identifying(text)


def visit_refusal(participant: Participant, visit: str) -> str | None:
    """Why there is no gate for a visit."""
    if visit not in DOSE_VISITS:
        return f"Doses are given at the visits {', '.join(DOSE_VISITS)}."
    if participant.day1 is None:
        return "Dose visits open with the treatment number."
    return None


def advice_refusal(user: User, participant: Participant, facts: Facts, *, dosed: bool) -> str | None:
    """Why this person cannot say give, hold or stop for a visit now; None when they can."""
    if reason := lacking(user, Right.ADVISE_DOSE, participant.site_id):
        return reason
    if locked := lock_refusal():
        return locked
    if facts.first_dose:
        return "Before the first dose, eligibility has judged the laboratory."
    if dosed:
        return "The dose of this visit was given: its judgement stays as it is."
    if not facts.laboratory.version:
        return f"The laboratory form of {facts.laboratory.label} is not entered yet."
    return None


def override_refusal(user: User, participant: Participant, lines: Sequence[Line]) -> str | None:
    """Why this person cannot override what stands in the way; None when they can."""
    if reason := lacking(user, Right.OVERRIDE_DOSE_GATE, participant.site_id):
        return reason
    if locked := lock_refusal():
        return locked
    if not any(line.overridable for line in lines):
        return "Nothing that stands in the way can be overridden."
    return None


def kit_refusal(facts: Facts, today: date, override_days: Sequence[date]) -> str | None:
    """Why no kit may be asked for: the sentences of today's gate.

    An override for a later day opens it too: the kit is asked for before the dose.
    """
    days = [today, *sorted(day for day in override_days if day > today)]
    refusals = [refusal(lines_of(facts, day, BEFORE_KIT)) for day in days]
    return None if None in refusals else refusals[0]


def refusal(lines: Sequence[Line]) -> str | None:
    """The sentences of what stands in the way, one after the other; None when nothing does."""
    return " ".join(line.why for line in closed(lines)) or None


def seen(lines: Sequence[Line]) -> str:
    """A hash over the gate as a person read it."""
    return digest([stored(line) for line in lines])


def stored(line: Line) -> dict[str, object]:
    """A line as it is kept with an override."""
    return {
        "gate": line.gate.value,
        "title": line.title,
        "source": line.source,
        "state": line.state.value,
        "why": line.why,
        "used": dict(line.used),
    }
