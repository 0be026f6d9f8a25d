"""Visit forms as read on the day of week 4, and answers to whole forms."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from trialsite.crf.baseline import Before
from trialsite.crf.forms import form_by_code
from trialsite.crf.reading import Problem, Reading, read
from visits.forms.health_questionnaire import FIELDS as QUESTIONS
from visits.forms.muscle_test import MUSCLE_OF
from visits.forms.skin_index import FIELDS as PLACES

TODAY, DAY1 = date(2026, 4, 13), date(2026, 3, 16)


def read_at(
    code: str, typed: Mapping[str, str], visit: str = "W4", baseline: dict[str, Any] | None = None
) -> Reading:
    """A form; baseline: variable -> its value on Day 1, as text or number."""
    before = {name: Before(_value(value), None, "Day 1") for name, value in (baseline or {}).items()}
    context = {"TODAY": TODAY, "CONSENT": date(2026, 3, 2), "DAY1": DAY1, "BASELINE": before}
    return read(form_by_code(code), typed, visit=visit, context=context)


def _value(value: Any) -> Any:
    return Decimal(value) if str(value).replace(".", "").isdecimal() else value


def asked(reading: Reading, check: str) -> list[Problem]:
    """The findings of one check."""
    return [problem for problem in reading.problems if problem.check == check]


def strength(**points: str) -> dict[str, str]:
    """A muscle test with every muscle normal but those given."""
    return dict.fromkeys(MUSCLE_OF, "10") | points


def daily_life(**answers: str) -> dict[str, str]:
    """A questionnaire without difficulty or aid but for those given."""
    typed = {item: "0" for items, _ in QUESTIONS.values() for item in items}
    return typed | {aid: "N" for _, aid in QUESTIONS.values()} | answers


def skin(**points: str) -> dict[str, str]:
    """A skin without any sign but those given."""
    typed = {name: "0" for fields in PLACES.values() for name in fields.values()}
    rest = dict.fromkeys(("CDHNDERY", "CDHNDULC", "CDHNDDAM", "CDPERIUN", "CDALOPEC"), "0")
    return typed | rest | points
