"""The edit checks of the form "Dose given": pure functions of its values and what is known of the visit.

The context holds, beside TODAY, CONSENT and DAY1: KITS (the kit numbers that the vault gave for this visit),
WINDOW (first and last date of its window), OTHER_DOSES (label and date of the doses of other visits) and GATE
(what the gate asks; None for a dose that is stored as given, which it has let through).
"""

from datetime import datetime, timedelta

from trialsite.crf.forms import Context
from trialsite.crf.variables import Values
from trialsite.protocol import MIN_DAYS_BETWEEN_DOSES
from visits.dosing.gate import BEFORE_KIT, Facts, Gate, Line, closed, lines_of
from visits.windows import WindowState, window_state

INFUSION_MINUTES = (45, 120)
INTRAVENOUS = "INTRAVENOUS"
GIVEN_ALL_THE_SAME = (
    "Was it given all the same? Then confirm: a query and a proposed deviation keep it in sight."
)


def gate_open(values: Values, context: Context) -> str | None:
    """Refuses a dose that an investigator would have to override first, on its day or today without a day."""
    why = " ".join(line.why for line in _closed(values, context) if line.overridable)
    return f"The dose is not to be given: {why} See “Before the dose”." if why else None


def dose_against_gate(values: Values, context: Context) -> str | None:
    """Asks about a dose that nobody may override; if it was given all the same, that has to be on record."""
    why = " ".join(line.why for line in _closed(values, context) if not line.overridable)
    return f"The dose is not to be given: {why} {GIVEN_ALL_THE_SAME}" if why else None


def kit_in_date(values: Values, context: Context) -> str | None:
    """Asks about a kit that was given for this visit and was not to be used on the day of the dose."""
    facts: Facts | None = context["GATE"]
    if facts is None or values["EXKIT"] not in context["KITS"]:
        return None
    (line,) = lines_of(facts, values["EXSTDTC"], (Gate.KIT,))
    return None if line.open else f"{line.why} {GIVEN_ALL_THE_SAME}"


def _closed(values: Values, context: Context) -> list[Line]:
    facts: Facts | None = context["GATE"]
    if facts is None or values["EXPERF"] != "Y":
        return []
    return closed(lines_of(facts, values.get("EXSTDTC") or context["TODAY"], BEFORE_KIT))


def kit_given_for_visit(values: Values, context: Context) -> str | None:
    """Refuses every kit but the one given for this visit; the message says nothing about any other kit."""
    if not context["KITS"]:
        return "No kit has been given for this visit yet. Ask for it first, then enter the dose."
    if values["EXKIT"] in context["KITS"]:
        return None
    return "This kit was not given for this visit. Allowed is the kit number that the casebook shows for it."


def end_date_after_start(values: Values, context: Context) -> str | None:
    """Refuses an end before the day of the start."""
    if values["EXENDTC"] >= values["EXSTDTC"]:
        return None
    return f"The end lies before the start. Allowed: {values['EXSTDTC'].isoformat()} or later."


def end_time_after_start(values: Values, context: Context) -> str | None:
    """Refuses an end before the start on the same day."""
    if _minutes(values) >= 0:
        return None
    return f"The end lies before the start. Allowed: {values['EXSTTIM']:%H:%M} or later, or the next day."


def usual_infusion_time(values: Values, context: Context) -> str | None:
    """Asks about an infusion of less than 45 or more than 120 minutes; 60 are planned."""
    minutes = _minutes(values)
    shortest, longest = INFUSION_MINUTES
    if values["EXROUTE"] != INTRAVENOUS or shortest <= minutes <= longest:
        return None
    return f"The infusion took {minutes} minutes; usual are {shortest} to {longest}. Are the times right?"


def dose_in_window(values: Values, context: Context) -> str | None:
    """Asks about a dose outside the window of its visit."""
    opens, closes = context["WINDOW"]
    state = window_state(values["EXSTDTC"], opens, closes)
    if state is WindowState.INSIDE:
        return None
    return f"This date lies {state} of the visit, {opens.isoformat()} to {closes.isoformat()}. Is it right?"


def days_between_doses(values: Values, context: Context) -> str | None:
    """Asks when another dose was given fewer than MIN_DAYS_BETWEEN_DOSES days before or after this one."""
    for label, other in context["OTHER_DOSES"]:
        days = abs((values["EXSTDTC"] - other).days)
        if days < MIN_DAYS_BETWEEN_DOSES:
            return (
                f"The dose of {label} was given on {other.isoformat()}, {days} days away; "
                f"usual are at least {MIN_DAYS_BETWEEN_DOSES}. Is the date right?"
            )
    return None


def volume_as_planned(values: Values, context: Context) -> str | None:
    """Asks when more was given than planned, or less without an interruption."""
    given, planned = values["EXVOL"], values["EXDOSPLN"]
    if given > planned:
        return f"More was given than the planned {planned} mL. Is the volume right?"
    if given < planned and values["EXINTP"] == "N":
        return f"Less was given than the planned {planned} mL, without an interruption. Is the volume right?"
    return None


def _minutes(values: Values) -> int:
    start = datetime.combine(values["EXSTDTC"], values["EXSTTIM"])
    end = datetime.combine(values["EXENDTC"], values["EXENTIM"])
    return (end - start) // timedelta(minutes=1)
