"""What happens around the doses: the word of the assessor, an override, an interrupted infusion, the dose."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from screening.models import Participant
from trialsite.accounts.models import User
from trialsite.protocol import DOSE_VISITS
from trialsite.simulation.answers import Form
from trialsite.simulation.people import Team
from trialsite.simulation.person import Person
from visits.dosing.actions import give_advice, override_gate
from visits.dosing.gate import BEFORE_KIT, Advice, Facts, Gate, Line, closed, lines_of
from visits.dosing.gathering import facts_of
from visits.dosing.label_advice import before, label_advice
from visits.dosing.models import AdviceReason
from visits.dosing.policies import seen
from visits.dosing.results import laboratories

_SHARE_HELD = 0.03
_SHARE_UNJUDGED = 0.02
_SHARE_INTERRUPTED = 0.03
_GIVEN_WHEN_INTERRUPTED = 0.6


@dataclass(frozen=True)
class Decision:
    """Whether a dose is given, and if not, why not in the words of the form."""

    given: bool
    why_not: str = ""
    held: bool = False


def decide(
    team: Team, person: Person, participant: Participant, visit: str, counts: Counter[str]
) -> Decision:
    """Before a dose, as its people do it: the assessor judges, an investigator overrides what may be."""
    if visit != DOSE_VISITS[0]:
        _judge(team.assessor, person, participant, visit, counts)
    on = participant.today()
    facts = facts_of(participant, visit)
    shut = _shut(facts, on)
    if shut and all(line.overridable for line in shut):
        override_gate(
            by=team.investigator,
            participant=participant,
            visit=visit,
            on=on,
            reason=_reason(shut),
            seen_hash=seen(lines_of(facts, on)),
            password=_signs_as_themselves,
        )
        counts["overrides"] += 1
        shut = []
    if not shut:
        return Decision(given=True)
    held = any(line.gate is Gate.HOLD for line in shut)
    return Decision(given=False, why_not="Held" if held else "A rule before the dose was not met", held=held)


def dose(person: Person, visit: str, on: date, kit: str) -> Form:
    """The dose of a visit: kit and volume, never milligrams; a few infusions are interrupted."""
    volume = min(round(person.weight * 0.4, 1), 40.0)
    interrupted = person.trait(f"infusion {visit}").random() < _SHARE_INTERRUPTED
    given = round(volume * _GIVEN_WHEN_INTERRUPTED, 1) if interrupted else volume
    return {
        "EXPERF": "Y",
        "EXKIT": kit,
        "EXROUTE": "INTRAVENOUS",
        "EXLOC": "FOREARM",
        "EXDOSPLN": {"value": str(volume), "unit": "mL"},
        "EXVOL": {"value": str(given), "unit": "mL"},
        "EXINTP": "Y" if interrupted else "N",
        "EXSTDTC": on.isoformat(),
        "EXSTTIM": "09:30",
        "EXENDTC": on.isoformat(),
        "EXENTIM": "10:30",
        "EXREACT": "Y" if visit in person.reacts else "N",
    }


def no_dose(decision: Decision) -> Form:
    """The form of a dose that was not given."""
    return {"EXPERF": "N", "EXHOLD": "Y" if decision.held else "N", "EXREASND": decision.why_not}


def _judge(
    assessor: User, person: Person, participant: Participant, visit: str, counts: Counter[str]
) -> None:
    """By the label where it speaks against the dose, and now and then by what only the assessor sees.

    Now and then the assessor cannot be reached; an investigator overrides that.
    """
    found = laboratories(participant)
    if visit not in found:
        return
    label = label_advice(found[visit], before(found, visit), 0)
    if label.word == "Keep" and person.trait(f"absence {visit}").random() < _SHARE_UNJUDGED:
        return
    masked = person.trait(f"judgement {visit}").random() < _SHARE_HELD
    advice = {"Interrupt": Advice.HOLD, "Discontinue": Advice.STOP}.get(label.word, Advice.GIVE)
    if masked and advice is Advice.GIVE:
        advice = Advice.HOLD
    code = AdviceReason.Code.NONE if advice is Advice.GIVE else AdviceReason.Code.OTHER
    give_advice(
        by=assessor,
        participant=participant,
        visit=visit,
        advice=advice,
        reason=code,
        text="" if advice is Advice.GIVE else "As the results say.",
        seen_version=found[visit].record.version,
        password=_signs_as_themselves,
    )
    counts["holds"] += advice is not Advice.GIVE


def _reason(shut: list[Line]) -> str:
    if any(line.gate is Gate.JUDGEMENT for line in shut):
        return "The assessor could not be reached; the open safety values are in order."
    return "The participant could not come on another day."


def _shut(facts: Facts, on: date) -> list[Line]:
    return closed(lines_of(facts, on, BEFORE_KIT))


def _signs_as_themselves(by: User) -> None:
    """Nobody types a password in a simulation; the check of passwords has tests of its own."""
