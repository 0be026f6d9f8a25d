"""From forms to facts: the one road to the criteria, for stored records and for exchange files alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from screening.answers import Answers, facts_in, wanted, wanted_rows
from screening.carried_value import CarriedValue
from screening.facts import Fact, Facts, Source
from screening.forms import EVERY_FORM
from screening.models import Participant
from screening.retests import Sample, in_force
from trialsite.crf.codelists import NOT_DONE
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.variables import Variable
from trialsite.partial_date import PartialDate
from trialsite.prepared import Given, PreparedValues
from trialsite.protocol import SCREENING_VISIT

__all__ = ["Answers", "Entries", "entries_of", "facts_from_readings", "facts_of"]

_RECORD = ("record_id", "record__version", "record__changed_by__full_name", "record__changed_at")
_PLANNED_DAY = ("SV", "RANDDTC")


@dataclass(frozen=True)
class Entries:
    """What is entered at the screening visit, read once, and which values came from an earlier screening."""

    read: tuple[Answers, ...]
    carried: Mapping[tuple[str, str], str]

    def facts(self, RANDDTC: date | None = None) -> Facts:
        """What this says; RANDDTC replaces the planned date of randomization, to ask on the actual day."""
        stated = _stated(self.read, RANDDTC)
        return Facts(_with_origins(stated, self.carried) if self.carried else stated)


def facts_of(participant: Participant, *, typed: Iterable[Answers] = ()) -> Facts:
    """What the screening visit says about a participant; see entries_of."""
    return entries_of(participant, typed=typed).facts()


def entries_of(participant: Participant, *, typed: Iterable[Answers] = ()) -> Entries:
    """What is entered at the screening visit of a participant.

    One query a form and one for the forms that were not done; one more for a person screened before.
    typed: forms and retests that are being filled in, which stand for what is stored of them.
    """
    not_done = _not_done(participant)
    filled_in = {(answers.form.code, answers.repeat): answers for answers in typed}
    read: list[Answers] = []
    for form in EVERY_FORM:
        if not wanted(form.variables_at(SCREENING_VISIT)) and not wanted_rows(form):
            continue
        of_form: dict[int, Answers] = {}
        if form.retest or form.code not in not_done:
            of_form = {answers.repeat: answers for answers in _stored(form, participant)}
        if form.code in not_done:
            of_form[0] = _all_missing(form, not_done[form.code])
        of_form |= {repeat: each for (code, repeat), each in filled_in.items() if code == form.code}
        read += of_form.values()
    return Entries(tuple(read), _carried(participant))


def facts_from_readings(readings: Iterable[Answers]) -> Facts:
    """The facts of forms that were read but are not stored; each form, and each retest, at most once."""
    return Entries(tuple(readings), {}).facts()


def _stated(read: Sequence[Answers], RANDDTC: date | None) -> list[Fact]:
    """The facts of the planned records, with the results of retests where these count instead."""
    facts = [fact for answers in read if not answers.repeat for fact in facts_in(answers)]
    if RANDDTC is not None:
        facts = [fact for fact in facts if (fact.form, fact.field) != _PLANNED_DAY]
        facts.append(Fact(*_PLANNED_DAY, PartialDate.of(RANDDTC)))
    day = next((fact.value for fact in facts if (fact.form, fact.field) == _PLANNED_DAY), None)
    last_day = day.latest if isinstance(day, PartialDate) else None
    measured_again = dict.fromkeys(answers.form for answers in read if answers.repeat)
    counting = {
        (fact.form, fact.field): fact
        for form in measured_again
        if form.retest
        for fact in in_force(form.retest, _samples(form, read), last_day)
    }
    stated = [counting.pop((fact.form, fact.field), fact) if fact.row is None else fact for fact in facts]
    return [*stated, *counting.values()]


def _samples(form: type[CaseReportForm], read: Sequence[Answers]) -> list[Sample]:
    assert form.retest
    samples = []
    for answers in read:
        if answers.form is form:
            taken = None if form.retest.date in answers.refused else answers.columns.get(form.retest.date)
            facts = {fact.field: fact for fact in facts_in(answers) if fact.row is None}
            samples.append(Sample(answers.repeat, facts, taken))
    return samples


def _carried(participant: Participant) -> dict[tuple[str, str], str]:
    """From where each value was carried over that was, by form and variable."""
    if participant.rescreen_of_id is None:
        return {}
    marks = CarriedValue.objects.filter(record__participant=participant, record__repeat=0)
    return {(mark.record.form, mark.name): str(mark) for mark in marks.select_related("record")}


def _with_origins(facts: list[Fact], carried: Mapping[tuple[str, str], str]) -> list[Fact]:
    """The facts, of which those that were carried over from an earlier screening say so."""
    return [
        replace(fact, source=replace(fact.source, carried=carried[fact.form, fact.field]))
        if fact.row is None and fact.source and (fact.form, fact.field) in carried
        else fact
        for fact in facts
    ]


def _columns(variables: Mapping[str, Variable]) -> list[str]:
    return [
        column
        for name, variable in variables.items()
        for column in (name, *(f"{name}_{suffix}" for suffix in variable.companions()))
    ]


def _not_done(participant: Participant) -> dict[str, Source]:
    rows = _NOT_DONE.all(participant=participant.pk)
    return {form: _source(record, version, name, at) for form, record, version, name, at in rows}


_NOT_DONE = PreparedValues(
    lambda: Record.objects.filter(
        participant=Given("participant"), visit=SCREENING_VISIT, repeat=0, state=RecordState.NOT_DONE
    ).values_list("form", "pk", "version", "changed_by__full_name", "changed_at")
)


def _stored(form: type[CaseReportForm], participant: Participant) -> Iterator[Answers]:
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


def _all_missing(form: type[CaseReportForm], source: Source) -> Answers:
    names = wanted(form.variables_at(SCREENING_VISIT))
    return Answers(form, {f"{name}_ND": NOT_DONE for name in names}, {}, source=source)
