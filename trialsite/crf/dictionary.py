"""The data dictionary: every variable of every form, read from its declaration."""

from collections.abc import Iterator
from dataclasses import dataclass

from trialsite.crf.computed import Computed, computed_of
from trialsite.crf.forms import REGISTER, CaseReportForm
from trialsite.crf.variables import Blinding, Choice, Derived, Number, Variable
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
    change: str
    formula: str


def entries() -> Iterator[Entry]:
    """All variables, forms in the schedule's order, then those of events; variables in the form's."""
    for scheduled in (*FORMS, *LOG_FORMS):
        form = REGISTER.get(scheduled.code)
        if form is not None:
            yield from entries_of(form)


def entries_of(form: type[CaseReportForm]) -> Iterator[Entry]:
    """The variables of one form, those of its repeating sections, and what is shown and not stored."""
    for variable in form.variables().values():
        yield _entry(form.code, "", variable)
    for section in form.repeating:
        for variable in section.row().variables().values():
            yield _entry(form.code, section.name, variable)
    for computed in computed_of(form.code):
        yield _of_computed(form.code, computed)


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
        change=_change(variable),
        formula=variable.formula if isinstance(variable, Derived) else "",
    )


def _change(variable: Variable) -> str:
    """The change from baseline that asks."""
    found = variable.change if isinstance(variable, Number | Derived) else None
    return found.says if found else ""


def _of_computed(form: str, computed: Computed) -> Entry:
    """What a form shows and no table holds; the answers that it takes may stand on other forms."""
    nothing = dict.fromkeys(
        ("section", "units", "codes", "hard", "soft", "asked_when", "feeds", "change"), ""
    )
    return Entry(
        form=form,
        name=computed.name,
        label=f"{computed.label} ({computed.beside})",
        type="shown, not stored",
        unit=computed.unit,
        required="no",
        blinding=str(Blinding.OPEN),
        judgement="no",
        formula=computed.formula,
        **nothing,
    )
