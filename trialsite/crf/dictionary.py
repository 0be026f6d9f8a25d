"""The data dictionary: every variable of every form, read from its declaration."""

from collections.abc import Iterator
from dataclasses import dataclass

from trialsite.crf.forms import REGISTER, CaseReportForm
from trialsite.crf.variables import Choice, Derived, Number, Variable
from trialsite.protocol import FORMS, LOG_FORMS


@dataclass(frozen=True)
class Entry:
    """One line of the dictionary. `section` names the repeating section of a row's variable."""

    form: str
    section: str
    name: str
    label: str
    type: str
    unit: str
    units: str
    codes: str
    hard: str
    soft: str
    asked_when: str
    required: str
    feeds: str
    blinding: str
    judgement: str


def entries() -> Iterator[Entry]:
    """All variables, forms in the schedule's order, then those of events; variables in the form's."""
    for scheduled in (*FORMS, *LOG_FORMS):
        form = REGISTER.get(scheduled.code)
        if form is not None:
            yield from entries_of(form)


def entries_of(form: type[CaseReportForm]) -> Iterator[Entry]:
    """The variables of one form, then those of its repeating sections."""
    for variable in form.variables().values():
        yield _entry(form.code, "", variable)
    for section in form.repeating:
        for variable in section.row().variables().values():
            yield _entry(form.code, section.name, variable)


def _entry(form: str, section: str, variable: Variable) -> Entry:
    number = variable if isinstance(variable, Number) else None
    codes = variable.codes.items if isinstance(variable, Choice) else ()
    unit = variable.unit if isinstance(variable, Derived) else (number.standard_unit if number else "")
    return Entry(
        form=form,
        section=section,
        name=variable.name,
        label=variable.label,
        type=variable.kind,
        unit=unit,
        units=", ".join(each.name for each in number.units) if number else "",
        codes="; ".join(f"{code} = {label}" for code, label in codes),
        hard=str(number.hard) if number and number.hard else "",
        soft=str(number.soft) if number and number.soft else "",
        asked_when=variable.when.says if variable.when else "",
        required="yes" if variable.required else "no",
        feeds=", ".join(variable.feeds),
        blinding=str(variable.blinding),
        judgement="yes" if variable.judgement else "no",
    )
