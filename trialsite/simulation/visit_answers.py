"""The forms of a visit after randomization, as the schedule of assessments has them."""

from collections.abc import Callable
from datetime import date
from random import Random

from trialsite.protocol import EARLY_END_VISIT, FORMS, UNSCHEDULED
from trialsite.simulation import assessments, measurements
from trialsite.simulation.answers import Form, Forms
from trialsite.simulation.person import Person

Invent = Callable[[Random, Person, str, date], Form]


def assessment(random: Random, person: Person, visit: str, on: date) -> Forms:
    """The forms of a visit, those of the laboratory assessor included; dose and end of study are apart."""
    optional = _optional(random, person, visit)
    return {
        scheduled.code: _INVENT[scheduled.code](random, person, visit, on)
        for scheduled in FORMS
        if scheduled.code in _INVENT and (visit in scheduled.visits or scheduled.code in optional)
    }


def end_of_study(because: str, on: date, last_dose: date | None) -> Form:
    """DSE; because: a code of DSDECOD."""
    day = on.isoformat()
    last = last_dose.isoformat() if last_dose else "NOT APPLICABLE"
    return {"DSDECOD": because, "DSSTDTC": day, "EOTDTC": day, "LASTDOSE": last}


def _optional(random: Random, person: Person, visit: str) -> frozenset[str]:
    """The forms that are done at a visit although the schedule only offers them."""
    if visit in UNSCHEDULED:
        worse = "ILD WORSENING" in person.unscheduled.values()
        return frozenset({"HRCT", "RP"}) if worse and person.ild else frozenset()
    if visit == EARLY_END_VISIT:
        return frozenset({"HRCT"})
    return frozenset({"RE"}) if visit == "W4" and random.random() < 0.5 else frozenset()


def _visit_dates(random: Random, person: Person, visit: str, on: date) -> Form:
    return {"SVSTDTC": on.isoformat(), "SVCONTMO": "ON-SITE"}


def _reason(random: Random, person: Person, visit: str, on: date) -> Form:
    """The reasons in the order of the visits after which they came up."""
    return {"UNREAS": list(person.unscheduled.values())[UNSCHEDULED.index(visit)]}


def _oxygen(random: Random, person: Person, visit: str, on: date) -> Form:
    return measurements.oxygen(random, person, visit, person.severity_on(on), on)


def _laboratory(random: Random, person: Person, visit: str, on: date) -> Form:
    return measurements.later_laboratory(random, person, on, kl6=visit in ("W4", "W8"))


def _inflammation(random: Random, person: Person, visit: str, on: date) -> Form:
    return measurements.inflammation(random, person.severity_on(on), on, visit)


def _running(form: str) -> Invent:
    """The background treatment of screening, as it still stands on a visit's day."""

    def running(random: Random, person: Person, visit: str, on: date) -> Form:
        return {**person.screening[form], f"{form}DTC": on.isoformat()}

    return running


def _at_any_visit(invent: Callable[[Random, Person, date], Form]) -> Invent:
    def invented(random: Random, person: Person, visit: str, on: date) -> Form:
        return invent(random, person, on)

    return invented


def _rapid_progression(random: Random, person: Person, visit: str, on: date) -> Form:
    return {
        "RPDTC": on.isoformat(),
        "RPWORS4W": "Y",
        **dict.fromkeys(("RPDYSP", "RPPFT", "RPHRCT", "RPABG"), "N"),
        "RPREAS": "More cough; gases and lung function as before.",
    }


_INVENT: dict[str, Invent] = {
    "SV": _visit_dates,
    "UN": _reason,
    "VS": _at_any_visit(measurements.vital_signs),
    "OX": _oxygen,
    "RE": _at_any_visit(measurements.pulmonary_function),
    "HRCT": _at_any_visit(measurements.later_ct),
    "RP": _rapid_progression,
    "LB": _laboratory,
    "LBI": _inflammation,
    "GC": _running("GC"),
    "CNI": _running("CNI"),
    "CM": _running("CM"),
    "PE": _at_any_visit(assessments.examination),
    "SY": _at_any_visit(assessments.symptoms),
    "IM": _at_any_visit(assessments.core_set),
    "MMT": _at_any_visit(assessments.muscle_test),
    "HAQ": _at_any_visit(assessments.questionnaire),
    "CD": _at_any_visit(assessments.skin_index),
}
