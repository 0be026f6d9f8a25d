"""What the forms of a visit hold: as plain text under one hash each, and as lines for a reader."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screening.snapshot import digest
from trialsite.crf.codelists import MISSING
from trialsite.crf.forms import REGISTER, CaseReportForm
from trialsite.crf.models import Record
from trialsite.crf.typed import text_of
from trialsite.crf.variables import Choice, Derived, Number, Variable

_KEYS = ("record_id", "form_id", "id")
_MISSING = dict(MISSING.items)
Columns = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A value for a reader, or the values of one row."""

    label: str
    text: str


@dataclass(frozen=True)
class Contents:
    """The columns of a record's form and of its rows, section by section."""

    record: Record
    own: Columns
    rows: Mapping[str, list[Columns]]

    @property
    def hash(self) -> str:
        """SHA-256 over every value as text; it names the record, so that it means nothing for another one."""
        return digest(
            {
                "record": str(self.record.pk),
                "state": self.record.state,
                "not_done_reason": self.record.not_done_reason,
                "own": _texts(self.own),
                "rows": {section: [_texts(row) for row in rows] for section, rows in self.rows.items()},
            }
        )

    def lines(self) -> Iterator[Line]:
        """What was answered, in the order of the form; what was not asked is left out."""
        form = REGISTER[self.record.form]
        for name, variable in form.variables_at(self.record.visit, self.record.repeat).items():
            if text := _shown(variable, name, self.own):
                yield Line(variable.label, text)
        for section in form.repeating:
            variables = section.row().variables()
            for number, row in enumerate(self.rows.get(section.name, ()), start=1):
                texts = (_shown(variable, name, row) for name, variable in variables.items())
                yield Line(f"{section.title}, {number}", ", ".join(filter(None, texts)))


def contents_of(records: Iterable[Record]) -> dict[UUID, Contents]:
    """The contents of records by their keys; a query for each kind of form and of row."""
    by_form: dict[str, list[Record]] = {}
    for record in records:
        by_form.setdefault(record.form, []).append(record)
    found: dict[UUID, Contents] = {}
    for code, own_records in by_form.items():
        form = REGISTER[code]
        keys = [record.pk for record in own_records]
        own = {row["record_id"]: row for row in form._default_manager.filter(pk__in=keys).values()}
        rows = {section.name: _rows_of(form, section.name, keys) for section in form.repeating}
        for record in own_records:
            found[record.pk] = Contents(
                record,
                own.get(record.pk, {}),
                {section: each.get(record.pk, []) for section, each in rows.items()},
            )
    return found


def _rows_of(form: type[CaseReportForm], section: str, keys: list[UUID]) -> dict[UUID, list[Columns]]:
    manager: Any = next(each for each in form.repeating if each.name == section).row()._default_manager
    # Each row class has a foreign key `form` of its own (see Rows).
    found: dict[UUID, list[Columns]] = {}
    for columns in manager.filter(form_id__in=keys).order_by("number").values():
        found.setdefault(columns["form_id"], []).append(columns)
    return found


def _texts(columns: Columns) -> dict[str, str]:
    return {name: text_of(value) for name, value in columns.items() if name not in _KEYS}


def _shown(variable: Variable, name: str, columns: Columns) -> str:
    value = columns.get(name)
    if value in (None, ""):
        return _MISSING.get(columns.get(f"{name}_ND", ""), "")
    if isinstance(variable, Choice):
        return dict(variable.codes.items).get(str(value), str(value))
    if isinstance(variable, Derived):
        return f"{round(value, variable.decimals):f} {variable.unit}".strip()
    if isinstance(variable, Number):
        typed = columns.get(f"{name}_ORRES") or text_of(value)
        unit = columns.get(f"{name}_ORRESU") or variable.standard_unit
        uln = columns.get(f"{name}_ULN_ORRES")
        return f"{typed} {unit}".strip() + (f" (ULN {uln})" if uln else "")
    return text_of(value)
