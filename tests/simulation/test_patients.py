"""Invented participants are read without a complaint, and are what they are meant to be."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from screening.criteria import Outcome, Overall
from screening.exchange import Checked, check
from trialsite.simulation.patients import FAILURES, invent
from trialsite.simulation.person import Person

CONSENT = date(2026, 3, 2)
TODAY = CONSENT + timedelta(days=30)
CRITERION = {
    "lymphocytes": "EX03",
    "prednisone": "IN04",
    "stroke": "EX02",
    "tuberculosis": "EX05",
    "age": "IN01",
    "rapid progression": "EX08",
    "pulmonary function": "EX11",
}
PEOPLE = [invent(Random(seed), CONSENT) for seed in range(150)]


def judged(person: Person) -> Checked:
    """What the criteria say of a person, read as a file would be."""
    consent = {"RFICYN": "Y", "RFICDTC": CONSENT.isoformat(), "RFICTIM": "08:30", "ICVER": "1.0"}
    forms: dict[str, Any] = {"SUBJID": "SIMULATED", "DS": consent}
    for code, answers in person.screening.items():
        forms.setdefault("LB" if code == "LBI" else code, {}).update(answers)
    return check(forms, today=TODAY)


def test_the_same_seed_invents_the_same_person() -> None:
    assert invent(Random(5), CONSENT) == invent(Random(5), CONSENT)
    assert invent(Random(5), CONSENT) != invent(Random(6), CONSENT)


@pytest.mark.parametrize("person", PEOPLE[:40])
def test_nothing_of_an_invented_person_is_refused(person: Person) -> None:
    assert judged(person).findings == ()


@pytest.mark.parametrize("person", [person for person in PEOPLE if not person.failure])
def test_who_is_meant_to_be_eligible_is(person: Person) -> None:
    assert judged(person).assessment.overall is Overall.ELIGIBLE


@pytest.mark.parametrize("failure", FAILURES)
def test_who_is_meant_to_fail_fails_on_that_criterion(failure: str) -> None:
    person = next(person for person in PEOPLE if person.failure == failure)
    assessment = judged(person).assessment
    verdict = next(verdict for verdict in assessment.verdicts if verdict.code == CRITERION[failure])
    failing = Outcome.NOT_MET if verdict.code.startswith("IN") else Outcome.MET
    assert verdict.outcome is failing
    assert assessment.overall is Overall.INELIGIBLE
