"""Words that the pages of the crf room share."""

from collections.abc import Iterable
from dataclasses import dataclass

from trialsite.accounts.access import may
from trialsite.accounts.rights import Right
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.opening import OpenForm, Place
from trialsite.crf.typed import answers
from trialsite.protocol import VISITS

_COLUMN_SUFFIXES = {
    "_ULN_ORRES": " (ULN as typed)",
    "_ORRESU": " (unit as typed)",
    "_ORRES": " (as typed)",
    "_UNIT": " (unit)",
    "_ULN": " (ULN)",
    "_ND": " (why missing)",
}


@dataclass(frozen=True)
class Difference:
    """One input of which two people have different texts."""

    label: str
    field: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Label:
    """A variable for a reader, with the input that a link leads to."""

    text: str
    field: str


def visit_label(visit: str) -> str:
    """The visit's name: "Week 2"; for forms that run through the study, "Events"."""
    return next((each.label for each in VISITS if each.code == visit), "Events")


def form_title(place: Place) -> str:
    """The form's title; a retest or an event says which one it is."""
    if place.form.runs_through():
        return f"{place.form.title()} {place.repeat}"
    return f"{place.form.title()}, retest {place.repeat}" if place.repeat else place.form.title()


def label_of(form: type[CaseReportForm], name: str) -> Label:
    """The label of an input or column, rows included: "Drug, row 2"."""
    suffix = next((each for each in _COLUMN_SUFFIXES if name.endswith(each)), "")
    field = name.removesuffix(suffix)
    section, _, rest = field.partition("-")
    number, _, own = rest.partition("-")
    for rows in form.repeating:
        if rows.name == section:
            variable = rows.row().variables().get(own)
            if variable is None:
                return Label(rows.title, field)
            return Label(f"{variable.label}{_COLUMN_SUFFIXES.get(suffix, '')}, row {int(number) + 1}", field)
    variable = form.variables().get(field)
    return Label((variable.label if variable else field) + _COLUMN_SUFFIXES.get(suffix, ""), field)


def labels(form: type[CaseReportForm], names: Iterable[str]) -> list[Label]:
    """The labels of some inputs or columns, each once, in the order given."""
    return list(dict.fromkeys(label_of(form, name) for name in names))


def differences(opened: OpenForm, typed: dict[str, str]) -> list[Difference]:
    """Where what the person typed and what is stored now are not the same (F9)."""
    mine, theirs = answers(typed), answers(opened.stored)
    return [
        Difference(
            label_of(opened.form, name).text,
            label_of(opened.form, name).field,
            theirs.get(name, ""),
            mine.get(name, ""),
        )
        for name in sorted(mine.keys() | theirs.keys())
        if mine.get(name, "") != theirs.get(name, "")
    ]


def askable(opened: OpenForm) -> list[Label]:
    """The fields about which this person may ask a query now; none without the right or a record."""
    if opened.record is None or not may(opened.user, Right.RAISE_QUERY, opened.participant.site):
        return []
    return labels(opened.form, opened.form.variables_at(opened.visit, opened.repeat))
