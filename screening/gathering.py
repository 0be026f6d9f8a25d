"""From forms to facts: the one road to the criteria, for stored records and for exchange files alike."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from screening.facts import Fact, Facts, Source, Value
from screening.forms import EVERY_FORM
from screening.models import Participant
from trialsite.crf.codelists import NOT_DONE
from trialsite.crf.forms import CaseReportForm, Rows
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.typed import plain_number, text_of
from trialsite.crf.variables import Number, PartialDate, Variable
from trialsite.partial_date import PartialDate as PartialDateValue
from trialsite.protocol import SCREENING_VISIT

# Why a value is missing that a hard check refused; only in exchange files, the browser saves none.
REFUSED = "REFUSED"
# Read for the signature, by no criterion.
_CONSENT = ("RFICYN", "RFICDTC")
_RECORD = (
    "record_id",
    "record__version",
    "record__changed_by__full_name",
    "record__changed_at",
)


@dataclass(frozen=True)
class Answers:
    """A form as it was read: its columns, the columns of its rows (with `number`), and the names of
    inputs (IVAB-0-IVABENDTC) of which the value was refused."""

    form: type[CaseReportForm]
    columns: Mapping[str, Any]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    refused: Collection[str] = ()
    source: Source | None = None


def facts_of(participant: Participant, *, RANDDTC: date | None = None) -> Facts:
    """What the screening visit says about a participant.

    One query a form and one for the forms that were not done. RANDDTC replaces the planned date of
    randomization, to ask again on the actual day.
    """
    not_done = _not_done(participant)
    facts: list[Fact] = []
    for form in EVERY_FORM:
        if not _wanted(form.variables_at(SCREENING_VISIT)):
            continue
        if form.code in not_done:
            facts += _all_missing(form, not_done[form.code])
        else:
            facts += [fact for answers in _stored(form, participant) for fact in _facts(answers)]
    if RANDDTC is not None:
        facts = [fact for fact in facts if (fact.form, fact.field) != ("SV", "RANDDTC")]
        facts.append(Fact("SV", "RANDDTC", PartialDateValue.of(RANDDTC)))
    return Facts(facts)


def facts_from_readings(readings: Iterable[Answers]) -> Facts:
    """The facts of forms that were read but are not stored; each form at most once."""
    return Facts(fact for answers in readings for fact in _facts(answers))


def _wanted(variables: Mapping[str, Variable]) -> dict[str, Variable]:
    return {name: variable for name, variable in variables.items() if variable.feeds or name in _CONSENT}


def _wanted_rows(form: type[CaseReportForm]) -> dict[str, tuple[Rows, dict[str, Variable]]]:
    found = {section.name: (section, _wanted(section.row().variables())) for section in form.repeating}
    return {name: (section, variables) for name, (section, variables) in found.items() if variables}


def _columns(variables: Mapping[str, Variable]) -> list[str]:
    return [
        column
        for name, variable in variables.items()
        for column in (name, *(f"{name}_{suffix}" for suffix in variable.companions()))
    ]


def _not_done(participant: Participant) -> dict[str, Source]:
    records = Record.objects.filter(
        participant=participant, visit=SCREENING_VISIT, repeat=0, state=RecordState.NOT_DONE
    ).select_related("changed_by")
    return {
        record.form: _source("", record.pk, record.version, record.changed_by.full_name, record.changed_at)
        for record in records
    }


def _stored(form: type[CaseReportForm], participant: Participant) -> Iterator[Answers]:
    """The form of the screening visit, with its rows joined; nothing when it was not entered.

    At most one section of a form feeds criteria, so that the join repeats no row.
    """
    own = _columns(_wanted(form.variables_at(SCREENING_VISIT)))
    measured = _date_of_measurement(form)
    joined = {
        name: (section.related_name, ["number", *_columns(variables)])
        for name, (section, variables) in _wanted_rows(form).items()
    }
    names = [f"{related}__{column}" for related, columns in joined.values() for column in columns]
    found = list(
        form._default_manager.filter(
            record__participant=participant, record__visit=SCREENING_VISIT, record__repeat=0
        ).values(*_RECORD, *dict.fromkeys([*own, *measured]), *names)
    )
    if not found:
        return
    rows = {
        name: [
            {column: line[f"{related}__{column}"] for column in columns}
            for line in found
            if line[f"{related}__number"] is not None
        ]
        for name, (related, columns) in joined.items()
    }
    first = found[0]
    taken = next((first[name].isoformat() for name in measured if first[name]), "")
    yield Answers(form, first, rows, source=_source(taken, *(first[column] for column in _RECORD)))


def _date_of_measurement(form: type[CaseReportForm]) -> list[str]:
    """The variable that says when the values of the form were taken, such as LBDTC; none in SV and DS."""
    name = f"{form.code}DTC"
    return [name] if name in form.variables_at(SCREENING_VISIT) else []


def _source(measured: str, record_id: UUID, version: int, name: str, changed_at: datetime) -> Source:
    return Source(str(record_id), version, SCREENING_VISIT, name, changed_at.isoformat(), measured)


def _all_missing(form: type[CaseReportForm], source: Source) -> Iterator[Fact]:
    for name in _wanted(form.variables_at(SCREENING_VISIT)):
        yield Fact(form.code, name, None, missing=NOT_DONE, source=source)


def _facts(answers: Answers) -> Iterator[Fact]:
    form = answers.form
    for name, variable in _wanted(form.variables_at(SCREENING_VISIT)).items():
        yield _fact(answers, variable, answers.columns, refused=name in answers.refused)
    for section, (_, variables) in _wanted_rows(form).items():
        for columns in answers.rows.get(section, ()):
            number = columns["number"]
            for name, variable in variables.items():
                refused = f"{section}-{number}-{name}" in answers.refused
                yield _fact(answers, variable, columns, refused=refused, section=section, row=number)


def _fact(
    answers: Answers,
    variable: Variable,
    columns: Mapping[str, Any],
    *,
    refused: bool,
    section: str = "",
    row: int | None = None,
) -> Fact:
    name = variable.name
    stored = None if refused else columns.get(name)
    uln, unit, typed, typed_unit = None, "", "", ""
    if isinstance(variable, Number):
        unit = variable.standard_unit
        uln = _plain(columns.get(f"{name}_ULN"))
        typed, typed_unit = text_of(stored), unit
        if len(variable.units) > 1 and not refused:
            typed, typed_unit = columns.get(f"{name}_ORRES", ""), columns.get(f"{name}_ORRESU", "")
        if any(each.by for each in variable.units):
            # Which factor counts, the criterion decides: it gets the number as it was typed.
            stored, unit = Decimal(typed) if typed else None, typed_unit
    missing = REFUSED if refused else columns.get(f"{name}_ND", "")
    return Fact(
        form=answers.form.code,
        field=name,
        value=_value(variable, stored),
        missing=missing,
        unit=unit,
        uln=uln,
        typed=typed,
        typed_unit=typed_unit,
        section=section,
        row=row,
        source=answers.source,
    )


def _value(variable: Variable, stored: Any) -> Value:
    if stored is None or stored == "":
        return None
    if isinstance(stored, Decimal):
        return _plain(stored)
    if isinstance(stored, date):
        return PartialDateValue.of(stored)
    if isinstance(variable, PartialDate):
        return PartialDateValue.parse(stored)
    return text_of(stored) if isinstance(stored, time) else str(stored)


def _plain(number: Decimal | None) -> Decimal | None:
    """58 rather than 58.0000000000, as the column gives it."""
    return None if number is None else Decimal(plain_number(number))
