"""The core set measures of a participant by visit, from the open forms that hold them; nothing is copied."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from screening.forms.laboratory import Laboratory
from screening.models import Participant
from trialsite.accounts.models import User
from trialsite.crf.checking import context_of
from trialsite.crf.forms import CaseReportForm, form_by_code
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Draft
from trialsite.crf.reading import read
from trialsite.protocol import BASELINE_VISITS, FORMS
from visits.derived.total_improvement import ENZYMES_NEEDED, CoreSet, Enzyme
from visits.forms.core_set import CoreSet as CoreSetForm
from visits.forms.health_questionnaire import HealthQuestionnaire
from visits.forms.muscle_test import MuscleTest

# Form -> the columns that count, with the limits of the enzymes.
COLUMNS: Mapping[type[CaseReportForm], tuple[str, ...]] = {
    CoreSetForm: ("PHGA", "PTGA", "EXMGA"),
    MuscleTest: ("MMT8TOT",),
    HealthQuestionnaire: ("HAQDI",),
    Laboratory: tuple(name for enzyme in ENZYMES_NEEDED for name in (enzyme, f"{enzyme}_ULN")),
}
FORM_CODES = frozenset(form.code for form in COLUMNS)
# The visits that are compared with the baseline: where the schedule has the core set after it.
COMPARED_VISITS = next(form.visits for form in FORMS if form.code == CoreSetForm.code)[1:]

Columns = Mapping[str, Any]


def core_sets(participant: Participant, by: User | None = None) -> dict[str, CoreSet]:
    """Visit -> its measures; one query a form. by: with what this person typed and did not submit.

    Only open forms are read: no value that is masked after Day 1 counts.
    """
    found: dict[str, dict[str, Any]] = {}
    for form, names in COLUMNS.items():
        rows = form._default_manager.filter(record__participant=participant, record__repeat=0)
        for line in rows.exclude(record__state=RecordState.NOT_DONE).values("record__visit", *names):
            found.setdefault(line.pop("record__visit"), {}).update(line)
    if by is not None:
        for visit, columns in _typed(participant, by):
            found.setdefault(visit, {}).update(columns)
    return {visit: core_set_of(columns) for visit, columns in found.items()}


def baseline_of(sets: Mapping[str, CoreSet]) -> CoreSet:
    """The measures of Day 1, and of screening where Day 1 has none."""
    baseline = CoreSet()
    for visit in reversed(BASELINE_VISITS):
        given = sets.get(visit, CoreSet())
        known = {
            name: value for name, value in vars(given).items() if value is not None and name != "enzymes"
        }
        enzymes = {
            name: enzyme for name, enzyme in given.enzymes.items() if None not in (enzyme.value, enzyme.uln)
        }
        baseline = replace(baseline, **known, enzymes={**baseline.enzymes, **enzymes})
    return baseline


def core_set_of(columns: Columns) -> CoreSet:
    """The measures that the columns of a visit hold."""
    return CoreSet(
        phga=columns.get("PHGA"),
        ptga=columns.get("PTGA"),
        exmga=columns.get("EXMGA"),
        mmt8=columns.get("MMT8TOT"),
        haqdi=columns.get("HAQDI"),
        enzymes={
            name: Enzyme(_decimal(columns, name), _decimal(columns, f"{name}_ULN")) for name in ENZYMES_NEEDED
        },
    )


def _decimal(columns: Columns, name: str) -> Decimal | None:
    value: Decimal | None = columns.get(name)
    return value


def _typed(participant: Participant, by: User) -> Iterator[tuple[str, dict[str, Any]]]:
    """What stands in this person's open forms; a value that the checks refuse counts as missing."""
    drafts = Draft.objects.filter(participant=participant, by=by, form__in=FORM_CODES, repeat=0)
    for draft in drafts:
        form = form_by_code(draft.form)
        context = context_of(form, participant, draft.visit, baseline={})
        columns = read(form, draft.typed, visit=draft.visit, context=context).columns
        yield draft.visit, {name: columns.get(name) for name in COLUMNS[form]}
