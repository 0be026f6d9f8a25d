"""Safety alerts: what the trial admits and the label of tocilizumab warns of. They stand beside the verdict.

No criterion reads an alert, and an alert never changes a verdict (clinical content, EX03, safety conflict).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.criteria.evidence import Evidence
from screening.criteria.laboratory import FLOORS, TRANSAMINASE_TIMES
from screening.criteria.wording import shown
from screening.facts import Fact, Facts

# Answers that are asked for the alerts alone: no criterion reads them.
READ_FOR_ALERTS = ("DIVERT", "ZOSTER", "MALIG", "PREGTEST")

LABEL = "Label of tocilizumab"
AT_THE_START = f"{LABEL}, laboratory values at the start"
NOT_BELOW = {"NEUT": Decimal(2), "PLAT": Decimal(100)}  # 10^9/L; at the limit there is no alert
NOT_ABOVE = Fraction("1.5")  # x ULN of ALT and AST; at the limit there is no alert


class Level(StrEnum):
    """How an alert is shown: a code of trialsite.icons.STATES."""

    WARNING = "warning"
    TO_CHECK = "ask"


@dataclass(frozen=True)
class SafetyAlert:
    """Something to weigh before the study drug. facts: what it rests on. source: who warns of it."""

    code: str
    level: Level
    says: str
    facts: tuple[Fact, ...]
    source: str


@dataclass(frozen=True)
class Condition:
    """A condition of the medical history (MH) that the label warns of."""

    field: str
    words: str
    warning: str


CONDITIONS = (
    Condition("DIVERT", "Diverticulitis or gastrointestinal ulcer", "gastrointestinal perforation"),
    Condition("ZOSTER", "Herpes zoster", "serious infections and viral reactivation"),
    Condition("MALIG", "Malignancy", "malignancy under immunosuppression"),
)
# The criterion refuses below these: there the alert has nothing to add.
_EXCLUDED_BELOW: Mapping[str, Decimal] = {floor.field: floor.limit for floor in FLOORS}
_WORDS: Mapping[str, str] = {floor.field: floor.words for floor in FLOORS}


def safety_alerts(facts: Facts) -> tuple[SafetyAlert, ...]:
    """All alerts, laboratory first. A value that is missing gives none, except the pregnancy test."""
    return (*_counts(facts), *_transaminases(facts), *_conditions(facts), *_pregnancy(facts))


def _counts(facts: Facts) -> Iterator[SafetyAlert]:
    for field, limit in NOT_BELOW.items():
        value = Evidence(facts).form("LB").number(field)
        if value is not None and _EXCLUDED_BELOW[field] <= value < limit:
            says = (
                f"{_WORDS[field]} {shown(value, 'x10^9/L')}: admitted by the trial, and below {limit}, "
                "where the label advises not to start."
            )
            yield SafetyAlert(field, Level.WARNING, says, (facts.get("LB", field),), AT_THE_START)


def _transaminases(facts: Facts) -> Iterator[SafetyAlert]:
    for enzyme in ("ALT", "AST"):
        lb = Evidence(facts).form("LB")
        value, uln = lb.number(enzyme), lb.uln(enzyme)
        if value is None or uln is None:
            continue
        times = Fraction(value) / Fraction(uln)
        fact, judged = facts.get("LB", enzyme), facts.get("LB", f"{enzyme}_DMREL")
        exempt = times >= TRANSAMINASE_TIMES and judged.value == "Y"
        if times <= NOT_ABOVE or (times >= TRANSAMINASE_TIMES and not exempt):
            continue
        admitted = "admitted as due to dermatomyositis" if exempt else "admitted by the trial"
        says = (
            f"{enzyme} {shown(times, 'x ULN', places=2)}: {admitted}, and above 1.5 x ULN, "
            "where the label advises not to start."
        )
        read = (fact, judged) if exempt else (fact,)
        yield SafetyAlert(enzyme, Level.WARNING, says, read, AT_THE_START)


def _conditions(facts: Facts) -> Iterator[SafetyAlert]:
    for condition in CONDITIONS:
        fact = facts.get("MH", condition.field)
        source = f"{LABEL}, warnings: {condition.warning}"
        if fact.value == "Y":
            says = f"{condition.words} in the history."
            yield SafetyAlert(condition.field, Level.WARNING, says, (fact,), source)
        elif fact.value == "U":
            says = f"{condition.words}: not known whether there ever was."
            yield SafetyAlert(condition.field, Level.TO_CHECK, says, (fact,), source)


def _pregnancy(facts: Facts) -> Iterator[SafetyAlert]:
    test, sex = facts.get("MH", "PREGTEST"), facts.get("DM", "SEX")
    source = f"{LABEL}, pregnancy"
    if test.value == "POS":
        yield SafetyAlert("PREGTEST", Level.WARNING, "The pregnancy test is positive.", (test,), source)
    elif sex.value == "F" and test.value != "NEG":
        says = (
            "A woman whose pregnancy test is answered “not applicable”: is pregnancy ruled out?"
            if test.value == "NA"
            else "A woman without the result of a pregnancy test."
        )
        yield SafetyAlert("PREGTEST", Level.TO_CHECK, says, (test, sex), source)
