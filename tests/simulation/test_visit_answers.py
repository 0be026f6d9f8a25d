"""What is invented for the visits is read without a complaint, completely, and follows the severity."""

from datetime import date, timedelta
from random import Random

import pytest

from trialsite.crf.exchange import typed_from
from trialsite.crf.forms import REGISTER
from trialsite.crf.reading import Reading, read
from trialsite.protocol import FORMS, VISITS
from trialsite.simulation.answers import number
from trialsite.simulation.patients import invent
from trialsite.simulation.person import Person
from trialsite.simulation.visit_answers import assessment, end_of_study

CONSENT = date(2026, 3, 2)
# Entered apart from what is assessed: the dose, the end, and what needs a version of the protocol.
APART = {"EX", "DSE", "PA"}


def people(count: int) -> list[Person]:
    """Invented participants who had three unscheduled visits, one of them for their lungs."""
    extra = {"D1": "ILD WORSENING", "W2": "AE", "W4": "LAB REPEAT"}
    found = [invent(Random(seed), CONSENT) for seed in range(count)]
    return [
        Person(**{**vars(each), "unscheduled": extra, "failure": ""})
        for each in found
        if each.failure != "pulmonary function"
    ]


PEOPLE = people(12)
ORDER = ("D1", "X", "W2", "X2", "W4", "X3", "W6", "W8", "E")


def day_of(person: Person, visit: str) -> date:
    """Visits a week apart, in the order in which they happen."""
    return person.randomization + timedelta(days=7 * ORDER.index(visit))


def as_read(person: Person, visit: str) -> dict[str, Reading]:
    """The forms of a visit as the product reads them."""
    on = day_of(person, visit)
    context = {"TODAY": on, "CONSENT": CONSENT, "DAY1": person.randomization, "VISIT": visit}
    readings = {}
    for code, answers in assessment(Random(1), person, visit, on).items():
        typed, unknown = typed_from(REGISTER[code], answers)
        assert unknown == []
        readings[code] = read(REGISTER[code], typed, visit=visit, context=dict(context))
    return readings


@pytest.mark.parametrize("visit", ORDER)
def test_every_form_of_a_visit_is_invented_and_nothing_of_it_is_refused(visit: str) -> None:
    asked = {form.code for form in FORMS if visit in form.visits} - APART
    for person in PEOPLE:
        readings = as_read(person, visit)
        assert asked <= readings.keys()
        for code, reading in readings.items():
            assert reading.refused == [], (code, visit)
            assert reading.unanswered == [], (code, visit)


def test_the_forms_that_a_visit_may_have_are_invented_too() -> None:
    invented = {code for visit in ORDER for person in PEOPLE for code in as_read(person, visit)}
    scheduled = {form.code for form in FORMS if {*form.visits, *form.optional} & {v.code for v in VISITS[1:]}}
    assert invented == scheduled - APART


def test_the_same_places_of_the_skin_are_affected_at_every_visit() -> None:
    person = max(PEOPLE, key=lambda each: each.severity)
    first, last = (
        assessment(Random(2), person, visit, day_of(person, visit))["CD"] for visit in ("D1", "W8")
    )
    red = [
        {name for name, points in form.items() if name.endswith("ERY") and points != "0"}
        for form in (first, last)
    ]
    assert red[1] <= red[0]


def test_who_is_sicker_scores_worse() -> None:
    mild, grave = min(PEOPLE, key=lambda each: each.severity), max(PEOPLE, key=lambda each: each.severity)
    scores = [as_read(person, "D1")["CD"].columns["CDASIACT"] for person in (mild, grave)]
    assert scores[0] < scores[1]
    globals_ = [
        number(assessment(Random(1), person, "D1", person.randomization)["IM"], "PHGA")
        for person in (mild, grave)
    ]
    assert globals_[0] < globals_[1]


def test_the_end_of_study_is_read_with_and_without_a_dose() -> None:
    for dose in (CONSENT + timedelta(days=20), None):
        typed, unknown = typed_from(REGISTER["DSE"], end_of_study("LOST", CONSENT + timedelta(days=30), dose))
        context = {"TODAY": CONSENT + timedelta(days=60), "CONSENT": CONSENT, "DAY1": CONSENT}
        reading = read(REGISTER["DSE"], typed, visit="E", context=context)
        assert (unknown, reading.refused, reading.unanswered) == ([], [], [])
