"""Reading single answers through the declarations."""

from datetime import date
from typing import Any

from trialsite.crf.forms import CaseReportForm, Row
from trialsite.crf.reading import Problem, Reading, read
from trialsite.crf.variables import Variable

TODAY = date(2026, 3, 20)
CONSENT = date(2026, 3, 2)


def read_at(form: type[CaseReportForm], typed: dict[str, str], visit: str = "S", **context: Any) -> Reading:
    """A form as read on 20 March 2026, consent on 2 March."""
    return read(form, typed, visit=visit, context={"TODAY": TODAY, "CONSENT": CONSENT, **context})


def visit_of(variable: Variable) -> str:
    """A visit at which the variable is asked."""
    return variable.visits[0] if variable.visits else "S"


def columns_of(reading: Reading, section: str) -> dict[str, Any]:
    """The columns of the form, or of the first row of a section."""
    return reading.rows[section][0] if section else reading.columns


def problems_at(reading: Reading, name: str, *, hard: bool) -> list[Problem]:
    """What the checks said at an input."""
    return [each for each in reading.problems if each.field == name and each.hard is hard]


def rows_of(form: type[CaseReportForm], section: str) -> type[Row]:
    """The row class of a section."""
    return next(each for each in form.repeating if each.name == section).row()
