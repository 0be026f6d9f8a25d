"""What the page “Before the dose” shows, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from screening.models import Participant
from trialsite.accounts.access import may
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.dosing.gate import Facts, Gate, Line, State

LOOKS: dict[State, tuple[str, str]] = {
    State.PASSED: ("met", "Passed"),
    State.FAILED: ("not-met", "Not met"),
    State.UNKNOWN: ("unknown", "Not known"),
    State.OVERRIDDEN: ("warning", "Overridden"),
}


@dataclass(frozen=True)
class GateLine:
    """A line for its reader; `look` and `word` make its badge."""

    line: Line
    look: str
    word: str


@dataclass(frozen=True)
class Next:
    """The one obvious next thing: a button, or, without an address, what is waited for."""

    label: str
    url: str = ""


def gate_lines(lines: Sequence[Line]) -> list[GateLine]:
    """Each with its badge."""
    return [GateLine(line, *LOOKS[line.state]) for line in lines]


def next_thing(
    user: User, participant: Participant, visit: str, on: date, facts: Facts, lines: Sequence[Line]
) -> Next:
    """What this person does next for the dose of a visit."""
    shut = {line.gate: line for line in lines if not line.open}
    where = {"SUBJID": participant.SUBJID, "visit": visit}
    site = participant.site_id
    enters = may(user, Right.ENTER_DATA, site)
    advises = may(user, Right.ADVISE_DOSE, site)
    if Gate.LABORATORY in shut:
        form = _form(participant, visit, "LB")
        return Next("Enter the laboratory", form) if enters else Next("Waits for the laboratory form.")
    if Gate.WEIGHT in shut and enters:
        return Next("Enter vital signs", _form(participant, visit, "VS"))
    if Gate.JUDGEMENT in shut:
        if advises:
            return Next("Judge the laboratory", reverse("visits:dose_advice", kwargs=where))
        return Next("Waits for the laboratory assessor.")
    barred = [line for gate, line in shut.items() if gate is not Gate.KIT]
    if any(not line.overridable for line in barred):
        return Next("No dose now.")
    if barred:
        overrides = may(user, Right.OVERRIDE_DOSE_GATE, site)
        return (
            Next("Override with a reason", "#override") if overrides else Next("Waits for an investigator.")
        )
    if not facts.kits and not facts.first_dose:
        if may(user, Right.REQUEST_NUMBER, site):
            return Next("Ask for the kit", reverse("randomization:kit", kwargs=where))
        return Next("Waits for the kit, which an investigator asks for.")
    if Gate.KIT in shut:
        return Next("No dose now.")
    return (
        Next("Enter the dose", _form(participant, visit, "EX")) if enters else Next("The dose can be given.")
    )


def _form(participant: Participant, visit: str, form: str) -> str:
    return reverse("crf:entry", kwargs={"SUBJID": participant.SUBJID, "visit": visit, "form": form})
