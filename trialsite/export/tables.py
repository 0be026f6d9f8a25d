"""Which columns leave the study, and from where: an allow-list made from the declarations (L8).

Nothing that could unblind is in it: the arm is in no table that this role can read before the study is
unblinded (unblinding.py), and until the study is locked a form with masked variables is selected only at
visits where it is open.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from psycopg import sql

from screening.models import Participant
from trialsite.crf.forms import REGISTER, CaseReportForm, Row
from trialsite.crf.models import Record
from trialsite.crf.variables import Blinding, Text, Variable
from trialsite.protocol import FORMS, LOG_FORMS, MASKED_VISITS
from visits.models import ScheduledVisit


@dataclass(frozen=True)
class Table:
    """One CSV file of the export: its name and the SELECT that fills it."""

    name: str
    select: sql.Composed


def tables(*, masked: bool = False) -> Iterator[Table]:
    """Participants, visits, then one table a form and one a repeating section; masked: with masked values."""
    yield participants()
    yield visits()
    for scheduled in (*FORMS, *LOG_FORMS):
        form = REGISTER.get(scheduled.code)
        if form is not None:
            yield of_form(form, masked=masked)
            for section in form.repeating:
                yield of_rows(form, section.name, section.row(), masked=masked)


def participants() -> Table:
    """A line a participant."""
    columns = [("site_id", "SITEID"), ("SUBJID", "SUBJID"), ("RFICDTC", "RFICDTC"), ("RANDNO", "RANDNO")]
    picked = [_named(sql.Identifier("p", column), name) for column, name in columns]
    dated = [("day1", "RANDDTC"), ("left_on", "LEFTDTC"), ("left_because", "LEFTREAS")]
    picked += [_named(sql.Identifier("p", column), name) for column, name in dated]
    select = sql.SQL("SELECT {} FROM {} p ORDER BY p.{}").format(
        sql.SQL(", ").join(picked), _table(Participant), sql.Identifier("SUBJID")
    )
    return Table("participants", select)


def visits() -> Table:
    """A line a scheduled visit: target, window, appointment, and what became of it."""
    columns = ("code", "target", "window_open", "window_close", "booked_on", "state", "took_place_on")
    names = ("VISIT", "VISTGTDTC", "VISWINO", "VISWINC", "VISBKDTC", "VISSTAT", "VISSTDTC")
    picked = [_named(sql.Identifier("v", column), name) for column, name in zip(columns, names, strict=True)]
    select = sql.SQL(
        "SELECT p.{subject}, {columns} FROM {visits} v JOIN {participants} p ON p.id = v.participant_id "
        "ORDER BY p.{subject}, v.target"
    ).format(
        subject=sql.Identifier("SUBJID"),
        columns=sql.SQL(", ").join(picked),
        visits=_table(ScheduledVisit),
        participants=_table(Participant),
    )
    return Table("visits", select)


def of_form(form: type[CaseReportForm], *, masked: bool = False) -> Table:
    """A line a record of this form, with its life cycle and every declared column."""
    columns = [_value(column, "f") for column in columns_of(form, form.variables())]
    state = [
        _named(sql.Identifier("r", "state"), "RECSTAT"),
        _named(inert(sql.Identifier("r", "not_done_reason")), "REASND"),
        _named(sql.Identifier("r", "version"), "RECVERS"),
    ]
    # A form marked as not done from the start has a record and no values.
    select = _select(form, [*state, *columns], _table(form), "LEFT JOIN", "record_id", masked=masked)
    return Table(form.code.lower(), select)


def of_rows(form: type[CaseReportForm], section: str, row: type[Row], *, masked: bool = False) -> Table:
    """A line a row of a repeating section."""
    number = _named(sql.Identifier("f", "number"), "ROWNUM")
    columns = [_value(column, "f") for column in columns_of(row, row.variables())]
    name = f"{form.code.lower()}_{section.lower()}"
    return Table(name, _select(form, [number, *columns], _table(row), "JOIN", "form_id", masked=masked))


def columns_of(
    model: type[models.Model], variables: dict[str, Variable]
) -> "list[models.Field[object, object]]":
    """Each variable's column followed by what stands beside it, in the order of declaration."""
    columns = []
    for name, variable in variables.items():
        columns.append(model._meta.get_field(name))
        columns.extend(model._meta.get_field(f"{name}_{suffix}") for suffix in variable.companions())
    return [column for column in columns if isinstance(column, models.Field)]


def _select(
    form: type[CaseReportForm],
    columns: list[sql.Composed],
    values: sql.Identifier,
    join: str,
    key: str,
    *,
    masked: bool,
) -> sql.Composed:
    holds_masked = any(variable.blinding is Blinding.MASKED for variable in form.variables().values())
    return sql.SQL(
        "SELECT p.{site} AS {siteid}, p.{subject}, r.visit AS {visit}, r.repeat AS {repeat}, {columns} "
        "FROM {records} r JOIN {participants} p ON p.id = r.participant_id "
        "{join} {values} f ON f.{key} = r.id "
        "WHERE r.form = {form} {open} ORDER BY p.{subject}, r.visit, r.repeat {rows}"
    ).format(
        site=sql.Identifier("site_id"),
        siteid=sql.Identifier("SITEID"),
        subject=sql.Identifier("SUBJID"),
        visit=sql.Identifier("VISIT"),
        repeat=sql.Identifier("REPEAT"),
        columns=sql.SQL(", ").join(columns),
        records=_table(Record),
        participants=_table(Participant),
        join=sql.SQL(join),
        values=values,
        key=sql.Identifier(key),
        form=sql.Literal(form.code),
        open=sql.SQL("AND r.visit <> ALL ({})").format(sql.Literal(list(MASKED_VISITS)))
        if holds_masked and not masked
        else sql.SQL(""),
        rows=sql.SQL(", f.number") if key == "form_id" else sql.SQL(""),
    )


def _value(column: "models.Field[object, object]", alias: str) -> sql.Composed:
    name = str(column.column)
    reference = sql.Identifier(alias, name)
    if isinstance(column, models.DecimalField):
        return _named(sql.SQL("trim_scale({})").format(reference), name)
    if isinstance(column, Text):
        return _named(inert(reference), name)
    return _named(reference, name)


def inert(reference: sql.Composable) -> sql.Composed:
    """Text that a spreadsheet would take for a formula, stopped by an apostrophe (X2)."""
    return sql.SQL(
        "CASE WHEN left({0}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r') THEN '''' || {0} ELSE {0} END"
    ).format(reference)


def _named(expression: sql.Composable, name: str) -> sql.Composed:
    return sql.SQL("{} AS {}").format(expression, sql.Identifier(name))


def _table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)
