"""The values that a criterion read, in words: who entered them, when they were taken, and their field."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from screening.criteria.dosing import ONGOING
from screening.facts import Fact
from screening.retests import OUT_OF_WINDOW
from screening.snapshot import field_name
from trialsite.crf.addresses import form_address
from trialsite.crf.codelists import MISSING
from trialsite.crf.forms import CaseReportForm, form_by_code
from trialsite.crf.typed import plain_number
from trialsite.crf.variables import Choice, Variable
from trialsite.partial_date import PartialDate
from trialsite.protocol import SCREENING_VISIT, VISITS

NO_ROWS = "NO ROWS"
GOES_ON = "goes on"
_VISITS = {visit.code: visit.label for visit in VISITS}


@dataclass(frozen=True)
class ValueLine:
    """A value that a criterion read, or lacks: in words, with who entered it and the field to correct."""

    label: str
    code: str
    text: str
    beside: str
    known: bool
    by: str
    at: datetime | None
    url: str
    visit: str = ""
    version: int | None = None
    measured: date | None = None
    name: str = ""
    row_code: str = ""
    row_label: str = ""
    carried: str = ""
    earlier: tuple[str, ...] = ()
    judgement: bool = False


@dataclass(frozen=True)
class ValueRow:
    """One line: a single value, or all values that were read of one medication."""

    label: str
    code: str
    values: tuple[ValueLine, ...]

    @property
    def first(self) -> ValueLine:
        """The value whose record, date and link stand for the line."""
        return self.values[0]

    @property
    def single(self) -> bool:
        """True for a variable that stands outside rows."""
        return not self.first.row_code

    @property
    def known(self) -> bool:
        """True when nothing in it is missing."""
        return all(value.known for value in self.values)


def value_line(fact: Fact, SUBJID: str) -> ValueLine:
    """A fact for its reader."""
    form = form_by_code(fact.form)
    variable = _variable(form, fact)
    input_name = fact.field if fact.row is None else f"{fact.section}-{fact.row}-{fact.field}"
    repeat = fact.source.repeat if fact.source else 0
    address = form_address(SUBJID, SCREENING_VISIT, fact.form, repeat)
    row = "" if fact.row is None else f", row {fact.row + 1}"
    return ValueLine(
        label=f"{variable.label if variable else _section_title(form, fact)}{row}",
        code=field_name(fact.form, fact.section, fact.row, fact.field),
        text=GOES_ON if _goes_on(fact) else _text(fact, variable),
        beside=_beside(fact),
        known=fact.value is not None or fact.missing == NO_ROWS or _goes_on(fact),
        name=variable.label if variable else "",
        row_code="" if fact.row is None else field_name(fact.form, fact.section, fact.row, "").rstrip(),
        row_label="" if fact.row is None else f"{_section_title(form, fact)}{row}",
        by=fact.source.entered_by if fact.source else "",
        at=datetime.fromisoformat(fact.source.entered_at) if fact.source else None,
        url=f"{address}#f-{input_name}" if variable else address,
        visit=f"{_VISITS[fact.source.visit]}{f', retest {repeat}' if repeat else ''}" if fact.source else "",
        version=fact.source.version if fact.source else None,
        measured=date.fromisoformat(fact.source.measured) if fact.source and fact.source.measured else None,
        carried=fact.source.carried if fact.source else "",
        earlier=tuple(_earlier(fact, other, variable) for other in fact.earlier),
        judgement=variable is not None and variable.judgement,
    )


def _earlier(fact: Fact, other: Fact, variable: Variable | None) -> str:
    """A result of another sample, and why it does not count."""
    result = f"{_text(other, variable)}{_taken(other)}"
    if fact.missing == OUT_OF_WINDOW or _day(other) > _day(fact):
        return f"{result}: outside the screening window"
    kind = "retest" if fact.source and fact.source.repeat else "result"
    return f"{result}: replaced by the {kind}{_taken(fact)}"


def _day(fact: Fact) -> str:
    return fact.source.measured if fact.source else ""


def _taken(fact: Fact) -> str:
    if not _day(fact):
        return ""
    on = date.fromisoformat(_day(fact))
    return f" of {on.day} {on:%b %Y}"


def value_rows(values: Iterable[ValueLine]) -> list[ValueRow]:
    """The lines in the order of first reading."""
    grouped: dict[str, list[ValueLine]] = {}
    for value in values:
        grouped.setdefault(value.row_code or value.code, []).append(value)
    return [
        ValueRow(found[0].row_label or found[0].label, code, tuple(found)) for code, found in grouped.items()
    ]


def _variable(form: type[CaseReportForm], fact: Fact) -> Variable | None:
    if fact.row is None:
        return form.variables().get(fact.field)
    section = next(section for section in form.repeating if section.name == fact.section)
    return section.row().variables().get(fact.field)


def _section_title(form: type[CaseReportForm], fact: Fact) -> str:
    names = (fact.field, fact.section)
    return next((section.title for section in form.repeating if section.name in names), fact.field)


def _goes_on(fact: Fact) -> bool:
    """A blank end of a medication is an answer: it goes on."""
    ended = fact.value is not None or fact.missing not in ONGOING
    return fact.row is not None and fact.field == "CMENDTC" and not ended


def _text(fact: Fact, variable: Variable | None) -> str:
    if fact.value is None:
        if fact.missing == NO_ROWS:
            return "none"
        return MISSING.label(fact.missing).lower() if fact.missing else "not given"
    if isinstance(fact.value, Decimal):
        return f"{plain_number(fact.value)} {fact.unit}".strip()
    if isinstance(fact.value, PartialDate):
        return fact.value.text
    return variable.codes.label(fact.value) if isinstance(variable, Choice) else fact.value


def _beside(fact: Fact) -> str:
    """What was typed in another unit, and the upper limit of normal."""
    parts = []
    if fact.value is not None and fact.typed_unit and fact.typed_unit != fact.unit:
        parts.append(f"typed {fact.typed} {fact.typed_unit}")
    if fact.uln is not None:
        parts.append(f"ULN {plain_number(fact.uln)}")
    return ", ".join(parts)
