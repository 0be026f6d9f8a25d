"""The baseline of a form: what it said on Day 1, and where that is silent, at screening."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from trialsite.crf.forms import CaseReportForm
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.variables import Choice, Derived, Number
from trialsite.protocol import BASELINE_VISITS, VISITS

_LABELS = {visit.code: visit.label for visit in VISITS}


@dataclass(frozen=True)
class Before:
    """A value at baseline in the standard unit, its upper limit of normal, and the visit's name."""

    value: Any
    uln: Decimal | None
    visit: str


Baseline = Mapping[str, Before]


def reference_visits(visit: str) -> tuple[str, ...]:
    """The visits whose values are the baseline of this one, first choice first; none at screening."""
    if visit in BASELINE_VISITS:
        return BASELINE_VISITS[BASELINE_VISITS.index(visit) + 1 :]
    return BASELINE_VISITS if visit in _LABELS else ()


def baseline_of(form: type[CaseReportForm], participant: Any, visit: str) -> Baseline:
    """Variable -> its baseline, for the numbers and codes that are asked at this visit; one query, or none.

    Of values that were measured again the last result counts. A form at a masked visit is compared with
    itself only, and who may not see it never comes here.
    """
    visits, compared = reference_visits(visit), _compared(form)
    if not visits or not compared:
        return {}
    found = (
        form._default_manager.filter(record__participant=participant, record__visit__in=visits)
        .exclude(record__state=RecordState.NOT_DONE)
        .values("record__visit", "record__repeat", *compared, *_beside(form))
    )
    day = form.retest.date if form.retest else None
    lines = sorted(found, key=lambda line: _age(line, visits, day))
    asked = form.variables_at(visit)
    return {
        name: Before(line[name], line.get(f"{name}_ULN"), _LABELS[line["record__visit"]])
        for line in lines
        for name in compared
        if name in asked and line[name] not in (None, "")
    }


def _age(line: Mapping[str, Any], visits: tuple[str, ...], day: str | None) -> tuple[int, str, int]:
    """What stands later in this order replaces what stands before it."""
    measured = line[day] if day else None
    rank = len(visits) - visits.index(line["record__visit"])
    return rank, measured.isoformat() if measured else "", line["record__repeat"]


@cache
def _compared(form: type[CaseReportForm]) -> tuple[str, ...]:
    kinds = (Number, Derived, Choice)
    return tuple(name for name, each in form.variables().items() if isinstance(each, kinds))


@cache
def _beside(form: type[CaseReportForm]) -> tuple[str, ...]:
    """The limits of the laboratory, and the day of a sample."""
    numbers = {name: each for name, each in form.variables().items() if isinstance(each, Number)}
    limits = [f"{name}_ULN" for name, each in numbers.items() if each.uln]
    return (*limits, form.retest.date) if form.retest else tuple(limits)
