"""The forms of the screening visit as they are stored, for the facts: by statements that are built once."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from screening.answers import Answers, wanted, wanted_rows
from screening.facts import Source
from screening.models import Participant
from trialsite.crf.codelists import NOT_DONE
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.variables import Variable
from trialsite.prepared import Given, PreparedValues
from trialsite.protocol import SCREENING_VISIT

_RECORD = ("record_id", "record__version", "record__changed_by__full_name", "record__changed_at")


def not_done(participant: Participant) -> dict[str, Source]:
    """The forms that were marked as not done, by code."""
    rows = _NOT_DONE.all(participant=participant.pk)
    return {form: _source(record, version, name, at) for form, record, version, name, at in rows}


_NOT_DONE = PreparedValues(
    lambda: Record.objects.filter(
        participant=Given("participant"), visit=SCREENING_VISIT, repeat=0, state=RecordState.NOT_DONE
    ).values_list("form", "pk", "version", "changed_by__full_name", "changed_at")
)


def stored(form: type[CaseReportForm], participant: Participant) -> Iterator[Answers]:
    """The form of the screening visit with its rows joined, and its retests; nothing when not entered.

    At most one section of a form feeds criteria, so that the join repeats no row; no form that can be
    measured again has one. A retest marked as not done was entered in error.
    """
    reading = _reading(form)
    by_repeat: dict[int, list[dict[str, Any]]] = {}
    for row in reading.query.all(participant=participant.pk):
        line = dict(zip(reading.columns, row, strict=True))
        by_repeat.setdefault(line["record__repeat"], []).append(line)
    for repeat, lines in by_repeat.items():
        rows = {
            name: [
                {column: line[f"{related}__{column}"] for column in columns}
                for line in lines
                if line[f"{related}__number"] is not None
            ]
            for name, (related, columns) in reading.joined.items()
        }
        dates = reading.measured[-1:] if repeat else reading.measured[:1]
        taken = next((lines[0][name].isoformat() for name in dates if lines[0][name]), "")
        record_id, version, name, changed_at = (lines[0][column] for column in _RECORD)
        source = _source(record_id, version, name, changed_at, taken, repeat)
        yield Answers(form, lines[0], rows, source=source, repeat=repeat)


def all_missing(form: type[CaseReportForm], source: Source) -> Answers:
    """A form that was not done: each of its values is missing for that reason."""
    names = wanted(form.variables_at(SCREENING_VISIT))
    return Answers(form, {f"{name}_ND": NOT_DONE for name in names}, {}, source=source)


class _Reading(NamedTuple):
    """How a form is read: its dates of measurement, by section (relation, columns), and the query."""

    measured: list[str]
    joined: dict[str, tuple[str, list[str]]]
    columns: list[str]
    query: PreparedValues


@cache
def _reading(form: type[CaseReportForm]) -> _Reading:
    own = _columns(wanted(form.variables_at(SCREENING_VISIT)))
    measured = _date_of_measurement(form)
    joined = {
        name: (section.related_name, ["number", *_columns(variables)])
        for name, (section, variables) in wanted_rows(form).items()
    }
    names = [f"{related}__{column}" for related, columns in joined.values() for column in columns]
    if form.retest:
        measured = [*measured, form.retest.date]
    columns = [*_RECORD, "record__repeat", *dict.fromkeys([*own, *measured]), *names]

    def query() -> QuerySet[Any, Any]:
        records = form._default_manager.filter(
            record__participant=Given("participant"), record__visit=SCREENING_VISIT
        ).order_by("record__repeat")
        if form.retest:
            records = records.exclude(record__repeat__gt=0, record__state=RecordState.NOT_DONE)
        else:
            records = records.filter(record__repeat=0)
        return records.values_list(*columns)

    return _Reading(measured, joined, columns, PreparedValues(query))


def _date_of_measurement(form: type[CaseReportForm]) -> list[str]:
    """The variable that says when the values of the form were taken, such as LBDTC; none in SV and DS."""
    name = f"{form.code}DTC"
    return [name] if name in form.variables_at(SCREENING_VISIT) else []


def _source(
    record_id: UUID, version: int, name: str, changed_at: datetime, measured: str = "", repeat: int = 0
) -> Source:
    return Source(str(record_id), version, SCREENING_VISIT, name, changed_at.isoformat(), measured, repeat)


def _columns(variables: Mapping[str, Variable]) -> list[str]:
    return [
        column
        for name, variable in variables.items()
        for column in (name, *(f"{name}_{suffix}" for suffix in variable.companions()))
    ]
