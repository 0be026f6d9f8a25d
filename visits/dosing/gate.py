"""The gate before a dose: plain values in, one line a rule out, each with its sentence and its source.

A line that is not passed closes the gate, unless an investigator has overridden it for exactly these values
(`Line.used`) and the protocol lets that rule be overridden (OVERRIDABLE_GATES).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from trialsite.protocol import DOSE_LABORATORY_DAYS, MIN_DAYS_BETWEEN_DOSES, OVERRIDABLE_GATES
from visits.windows import WindowState, window_state

Used: TypeAlias = Mapping[str, str]
"""The values that a line rests on, as text."""


class Gate(StrEnum):
    """What is asked before a dose; the order is that of the page."""

    WINDOW = "WINDOW"
    INTERVAL = "INTERVAL"
    COURSE = "COURSE"
    WEIGHT = "WEIGHT"
    LABORATORY = "LABORATORY"
    JUDGEMENT = "JUDGEMENT"
    HOLD = "HOLD"
    INFECTION = "INFECTION"
    KIT = "KIT"


class State(StrEnum):
    """What became of a line."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    OVERRIDDEN = "OVERRIDDEN"


class Advice(StrEnum):
    """What the laboratory assessor says about the next dose. Never why."""

    GIVE = "GIVE"
    HOLD = "HOLD"
    STOP = "STOP"


TITLES: Mapping[Gate, str] = {
    Gate.WINDOW: "In the window",
    Gate.INTERVAL: f"At least {MIN_DAYS_BETWEEN_DOSES} days since the last dose",
    Gate.COURSE: "Still in treatment",
    Gate.WEIGHT: "Weight for the volume",
    Gate.LABORATORY: "Safety laboratory",
    Gate.JUDGEMENT: "Judged by the laboratory assessor",
    Gate.HOLD: "No hold by the laboratory assessor",
    Gate.INFECTION: "No open serious infection",
    Gate.KIT: "Kit of this visit",
}
# Where each rule stands in the protocol as read here (clinical content 2, 3, 4.9, 4.10 and 5).
SOURCES: Mapping[Gate, str] = {
    Gate.WINDOW: "Schedule: windows of 3 days, anchored to Day 1",
    Gate.INTERVAL: "Schedule: two doses inside their windows could be 8 days apart",
    Gate.COURSE: "End of treatment: early end or withdrawal",
    Gate.WEIGHT: "Dose: volume by body weight",
    Gate.LABORATORY: "Schedule: haematology and chemistry before the dose",
    Gate.JUDGEMENT: "Blinding: the assessor alone reads masked values, and says give, hold or stop",
    Gate.HOLD: "Blinding: the assessor alone reads masked values, and says give, hold or stop",
    Gate.INFECTION: "Label: interrupt at a serious infection until it is controlled",
    Gate.KIT: "Supply: the kit given for this visit, in date",
}
# Of a kit that is yet to be asked for, nothing can be known.
BEFORE_KIT = tuple(gate for gate in Gate if gate is not Gate.KIT)


@dataclass(frozen=True)
class Laboratory:
    """The form LB that counts. version 0: nothing entered. missing: safety values that are not there."""

    label: str
    version: int = 0
    taken_on: date | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """The assessor's word that counts; `version` of LB it was given on. of_visit: label of its visit."""

    advice: Advice
    version: int
    of_visit: str
    here: bool


@dataclass(frozen=True)
class Kit:
    """A kit given for the visit; usable: neither returned, rejected nor destroyed."""

    number: str
    expiry: date
    usable: bool


@dataclass(frozen=True)
class Facts:
    """What is known before the dose of one visit. Days are days at the site."""

    visit: str
    opens: date
    closes: date
    first_dose: bool
    laboratory: Laboratory
    judged: Judged | None
    kits: tuple[Kit, ...]
    weight: str  # kg as typed, empty when not known
    weighed_at: str  # label of the visit
    weight_needed: bool
    # (label, day) of the doses of other visits
    doses: tuple[tuple[str, date], ...] = ()
    # Open serious infections: None when nobody can tell.
    infections: int | None = 0
    ended_on: date | None = None
    # What was overridden at this visit: rule and values.
    overrides: tuple[tuple[Gate, Used], ...] = ()


@dataclass(frozen=True)
class Line:
    """One rule as it stands; `why` is a sentence without masked values."""

    gate: Gate
    state: State
    why: str
    used: Used

    @property
    def title(self) -> str:
        """What the rule asks."""
        return TITLES[self.gate]

    @property
    def source(self) -> str:
        """Where the rule stands."""
        return SOURCES[self.gate]

    @property
    def open(self) -> bool:
        """True when it lets the dose through."""
        return self.state in (State.PASSED, State.OVERRIDDEN)

    @property
    def overridable(self) -> bool:
        """True when it is closed and an investigator may override it."""
        return not self.open and OVERRIDABLE_GATES[self.gate]


Answer: TypeAlias = tuple[State, str, Used]


def lines_of(facts: Facts, on: date, gates: Collection[Gate] = tuple(Gate)) -> list[Line]:
    """Every rule for a dose on a day, in the order of the page."""
    return [_line(gate, facts, on) for gate in Gate if gate in gates]


def closed(lines: Iterable[Line]) -> list[Line]:
    """The lines that stand in the way."""
    return [line for line in lines if not line.open]


def _line(gate: Gate, facts: Facts, on: date) -> Line:
    state, why, values = RULES[gate](facts, on)
    used = {"on": on.isoformat(), **values}
    if state in (State.FAILED, State.UNKNOWN) and OVERRIDABLE_GATES[gate] and (gate, used) in facts.overrides:
        state = State.OVERRIDDEN
    return Line(gate, state, why, used)


def _passed(why: str, **used: str) -> Answer:
    return State.PASSED, why, used


def _failed(why: str, **used: str) -> Answer:
    return State.FAILED, why, used


def _unknown(why: str, **used: str) -> Answer:
    return State.UNKNOWN, why, used


def in_window(facts: Facts, on: date) -> Answer:
    """The day lies in the window of the visit, first and last day included."""
    used = {"opens": facts.opens.isoformat(), "closes": facts.closes.isoformat()}
    window = _days(facts.opens, facts.closes)
    where = window_state(on, facts.opens, facts.closes)
    if where is WindowState.INSIDE:
        return _passed(f"{_day(on)} lies in the window, {window}.", **used)
    return _failed(f"{_day(on)} lies {where} of this visit, {window}.", **used)


def days_since_last_dose(facts: Facts, on: date) -> Answer:
    """No other dose is nearer than MIN_DAYS_BETWEEN_DOSES days, before or after."""
    if not facts.doses:
        return _passed("No other dose was given.")
    label, day = min(facts.doses, key=lambda dose: abs((on - dose[1]).days))
    days = abs((on - day).days)
    used = {"nearest": day.isoformat()}
    apart = f"{days} day{'' if days == 1 else 's'} from the dose of {label} on {_day(day)}"
    if days >= MIN_DAYS_BETWEEN_DOSES:
        return _passed(f"{apart}.", **used)
    return _failed(f"Only {apart}; at least {MIN_DAYS_BETWEEN_DOSES} are asked.", **used)


def still_in_treatment(facts: Facts, on: date) -> Answer:
    """Treatment has not ended before the day."""
    if facts.ended_on is None or on <= facts.ended_on:
        return _passed("No early end and no withdrawal is recorded.")
    return _failed(
        f"Treatment ended on {_day(facts.ended_on)}: no dose is given afterwards.",
        ended=facts.ended_on.isoformat(),
    )


def weight_known(facts: Facts, on: date) -> Answer:
    """A body weight is there, where the volume needs one."""
    if not facts.weight_needed:
        return _passed("The volume does not depend on the weight.")
    if facts.weight:
        return _passed(f"{facts.weight} kg, {facts.weighed_at}.", weight=facts.weight)
    return _failed("The volume depends on the weight, and none is entered. Enter vital signs.")


def laboratory_present(facts: Facts, on: date) -> Answer:
    """Haematology and chemistry of the visit are entered, from a sample not later than the dose."""
    found = facts.laboratory
    used = {"version": str(found.version), "missing": " ".join(found.missing)}
    if not found.version:
        return _failed(f"The laboratory form of {found.label} is not entered.", **used)
    if found.taken_on is None:
        return _unknown(f"The laboratory form of {found.label} has no date of the sample.", **used)
    used["taken"] = found.taken_on.isoformat()
    if found.taken_on > on:
        return _failed(f"The sample was taken on {_day(found.taken_on)}, after {_day(on)}.", **used)
    age = (on - found.taken_on).days
    if facts.first_dose and age > DOSE_LABORATORY_DAYS:
        return _failed(
            f"The sample of {found.label} is {age} days old; before the first dose at most "
            f"{DOSE_LABORATORY_DAYS} are allowed. Enter the laboratory form of Day 1.",
            **used,
        )
    if found.missing:
        return _unknown(f"Not known from {found.label}: {', '.join(found.missing)}.", **used)
    return _passed(f"Entered at {found.label}, sample of {_day(found.taken_on)}.", **used)


def judged_by_assessor(facts: Facts, on: date) -> Answer:
    """The assessor has judged the laboratory as it stands; eligibility did it before the first dose."""
    if facts.first_dose:
        return _passed("Before the first dose, eligibility has judged the laboratory.")
    version = str(facts.laboratory.version)
    judged = facts.judged
    if judged is None or not judged.here:
        return _failed("The laboratory assessor has not judged this visit yet.", version=version)
    used = {"version": version, "judged": str(judged.version)}
    if judged.version != facts.laboratory.version:
        return _failed(
            "The laboratory form was changed after it was judged: the assessor has to judge it again.", **used
        )
    return _passed("The laboratory assessor has judged this visit.", **used)


def no_hold(facts: Facts, on: date) -> Answer:
    """The assessor's word that counts is not HOLD or STOP."""
    judged = facts.judged
    if judged is None:
        return _passed("No hold was given.")
    used = {"advice": judged.advice.value, "of": judged.of_visit}
    if judged.advice is Advice.STOP:
        return _failed(f"The laboratory assessor said at {judged.of_visit}: stop. No further dose.", **used)
    if judged.advice is Advice.HOLD:
        return _failed(
            "The laboratory assessor holds this dose. Why is not shown; only the assessor can lift it.",
            **used,
        )
    return _passed("The laboratory assessor says: give.", **used)


def no_open_infection(facts: Facts, on: date) -> Answer:
    """No serious infection is open."""
    if facts.infections is None:
        return _unknown("A serious infection is recorded without saying whether it has ended.")
    if not facts.infections:
        return _passed("No open serious infection is recorded.")
    return _failed("A serious infection is open: no dose until it has ended.", open=str(facts.infections))


def kit_there(facts: Facts, on: date) -> Answer:
    """The vault gave a kit for this visit that may be used on the day."""
    if not facts.kits:
        return _failed("No kit has been given for this visit yet.")
    for kit in facts.kits:
        if kit.usable and kit.expiry >= on:
            return _passed(f"Kit {kit.number}, usable until {_day(kit.expiry)}.", kit=kit.number)
    kit = facts.kits[-1]
    why = "may no longer be used" if not kit.usable else f"was usable until {_day(kit.expiry)} only"
    return _failed(f"Kit {kit.number} {why}.", kit=kit.number)


RULES: Mapping[Gate, Callable[[Facts, date], Answer]] = {
    Gate.WINDOW: in_window,
    Gate.INTERVAL: days_since_last_dose,
    Gate.COURSE: still_in_treatment,
    Gate.WEIGHT: weight_known,
    Gate.LABORATORY: laboratory_present,
    Gate.JUDGEMENT: judged_by_assessor,
    Gate.HOLD: no_hold,
    Gate.INFECTION: no_open_infection,
    Gate.KIT: kit_there,
}


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _days(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"
