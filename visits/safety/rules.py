"""What fits together on the forms of events: pure rules over the answers of one form.

Each returns a sentence, or None. What another form has to say is in `gaps`.
"""

from datetime import date

from trialsite.crf.variables import Values
from trialsite.partial_date import PartialDate, days_between
from trialsite.truth import Truth
from visits.safety.codelists import FINAL_OUTCOMES, INFECTIONS

# The criteria of seriousness, any of which makes an event serious (ICH E2A).
CRITERIA = {
    "AESDTH": "Death",
    "AESLIFE": "Life-threatening",
    "AESHOSP": "Hospital stay, or a longer one",
    "AESDISAB": "Persistent or significant disability",
    "AESCONG": "Congenital anomaly",
    "AESMIE": "Other medically important event",
}
FATAL_GRADE = "5"


def began_before(start: str, consent: date | None) -> str | None:
    """Refuses what certainly began before consent. start: a partial date."""
    if consent is None or PartialDate.parse(start).before(PartialDate.of(consent)) is not Truth.YES:
        return None
    return (
        f"Recorded from consent on ({consent.isoformat()}): allowed is that day or later. "
        "What began before belongs into the medical history."
    )


def serious_without_criterion(values: Values) -> str | None:
    """Refuses a serious event of which every criterion was answered with no."""
    if values["AESER"] == "Y" and all(values.get(name) == "N" for name in CRITERIA):
        return (
            "A serious event meets at least one criterion: answer it with yes, or the event is not serious."
        )
    return None


def grade_against_outcome(values: Values) -> str | None:
    """Grade 5 and a fatal outcome are the same thing."""
    if (values["AETOXGR"] == FATAL_GRADE) == (values["AEOUT"] == "FATAL"):
        return None
    return (
        "Grade 5 is a fatal event and nothing else: allowed are grade 5 with the outcome fatal, or neither."
    )


def fatal_not_serious(values: Values) -> str | None:
    """A fatal event is serious, by the criterion death."""
    fatal = values["AEOUT"] == "FATAL"
    if fatal and (values["AESER"] != "Y" or values.get("AESDTH") == "N"):
        return "A fatal event is serious, and the criterion is death: allowed is yes for both."
    if not fatal and values.get("AESDTH") == "Y":
        return "The criterion death goes with the outcome fatal: correct one of the two."
    return None


def end_against_outcome(values: Values) -> str | None:
    """Asks about an event that is over and has no end, or goes on and has one."""
    ended = bool(values.get("AEENDTC"))
    over = values["AEOUT"] in FINAL_OUTCOMES
    if over and not ended and not values.get("AEENDTC_ND"):
        return "The event is over. On which day did it end?"
    if ended and values["AEOUT"] in ("NOT RECOVERED/NOT RESOLVED", "RECOVERING/RESOLVING"):
        return "An event that goes on has no end yet. Is the outcome right, or the end?"
    return None


def next_dose(values: Values) -> str | None:
    """Asks about the next dose when an infection is treated with intravenous antibiotics."""
    if values["AEIVAB"] == "Y" and values["AEACN"] in ("DOSE NOT CHANGED", "UNKNOWN"):
        return (
            "Under intravenous antibiotics for an infection the next dose is held until it has resolved. "
            "Is the dose really not held?"
        )
    return None


def antibiotics_without_category(values: Values) -> str | None:
    """Asks for the category of special interest when intravenous antibiotics were given."""
    if values["AEIVAB"] == "Y" and (values["AESI"] != "Y" or values.get("AESICAT") not in INFECTIONS):
        return (
            "An infection that needs intravenous antibiotics is an event of special interest: a serious or "
            "an opportunistic one. Is it neither?"
        )
    return None


def days_off(one: str, other: str) -> bool:
    """True when two partial dates cannot be the same day."""
    days = days_between(PartialDate.parse(one), PartialDate.parse(other))
    return not days.least <= 0 <= days.most


def death_dates_differ(values: Values, died: str) -> str | None:
    """Asks when a fatal event ends on another day than that of the form “Death”. died: DTHDTC or empty."""
    if values["AEOUT"] == "FATAL" and died and days_off(values["AEENDTC"], died):
        return f"The form “Death” says {died}. A fatal event ends on the day of death: which day is right?"
    return None
