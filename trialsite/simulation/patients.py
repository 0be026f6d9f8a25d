"""Inventing participants: plausible values, no real person's. The same random numbers, the same people."""

from datetime import date, timedelta
from random import Random

from trialsite.simulation.person import ASSESSED_VISITS, Person
from trialsite.simulation.screening_answers import screening_answers

FAILURES = (
    "lymphocytes",
    "prednisone",
    "stroke",
    "tuberculosis",
    "age",
    "rapid progression",
    "pulmonary function",
)

_SHARE_FAILING = 0.16
_SHARE_UNFINISHED = 0.08
_SHARE_WITH_ILD = 0.8
_SHARE_LEAVING = 0.1
_SHARE_MISSED = 0.03
_SHARE_REACTING = 0.05
_SHARE_UNSCHEDULED = 0.06  # after each visit
# Days from the target; one visit in fifteen comes after its window.
_SHIFTS = (-2, -2, -1, -1, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 5)
_LEAVING = ("WITHDREW CONSENT", "AE", "LOST", "LACK OF EFFICACY", "PHYSICIAN DECISION")
_UNSCHEDULED = ("AE", "LAB REPEAT", "ILD WORSENING", "OTHER")


def invent(random: Random, consent: date) -> Person:
    """A participant who consents on that day."""
    draw = random.random()
    failure = random.choice(FAILURES) if draw < _SHARE_FAILING else ""
    finished = not _SHARE_FAILING <= draw < _SHARE_FAILING + _SHARE_UNFINISHED
    ild = failure == "rapid progression" or random.random() < _SHARE_WITH_ILD
    weight = round(random.gauss(59, 8), 1)
    weight = min(max(weight, 46.0), 95.0)
    severity = random.uniform(0.2, 1.0)
    randomization = consent + timedelta(days=random.randint(5, 14))
    later = ASSESSED_VISITS[1:]
    leaves_after = random.choice(ASSESSED_VISITS[:-1]) if random.random() < _SHARE_LEAVING else ""
    person = Person(
        consent=consent,
        randomization=randomization,
        failure=failure,
        finished=finished,
        ild=ild,
        weight=weight,
        severity=severity,
        improvement=random.uniform(0.0, 0.8),
        leaves_after=leaves_after,
        leaves_because=random.choice(_LEAVING),
        unscheduled={
            code: random.choice(_UNSCHEDULED)
            for code in ASSESSED_VISITS[:-1]
            if random.random() < _SHARE_UNSCHEDULED
        },
        shifts={code: random.choice(_SHIFTS) for code in later},
        missed=frozenset(code for code in later if random.random() < _SHARE_MISSED),
        reacts=frozenset(code for code in ASSESSED_VISITS if random.random() < _SHARE_REACTING),
        screening={},
    )
    person.screening.update(screening_answers(random, person))
    return person
