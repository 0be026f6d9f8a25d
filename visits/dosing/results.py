"""Every laboratory result of a participant up to a visit, for who sees masked values: one table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from screening.forms.laboratory import Laboratory
from screening.forms.laboratory_masked import LaboratoryMasked
from screening.models import Participant
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.typed import plain_number
from trialsite.crf.variables import Number
from trialsite.protocol import VISITS
from visits.dosing.gathering import NOT_THERE
from visits.windows import VISIT_BY_CODE

_ORDER = [visit.code for visit in VISITS]
Found = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """One analyte: its unit, and a value for each column ("" where there is none)."""

    name: str
    unit: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Results:
    """The columns are labels of visits; masked results stand apart."""

    columns: tuple[str, ...]
    open: tuple[Result, ...]
    masked: tuple[Result, ...]


def laboratories(participant: Participant) -> dict[str, Laboratory]:
    """The form LB of every visit that has one; one query."""
    return _by_visit(Laboratory, participant)


def results_of(participant: Participant, visit: str, found: Mapping[str, Laboratory]) -> Results:
    """All results of visits up to this one, the newest last; one query for the masked ones."""
    masked = _by_visit(LaboratoryMasked, participant)
    until = _ORDER.index(visit)
    codes = [code for code in _ORDER[: until + 1] if code in found or code in masked]
    return Results(
        tuple(VISIT_BY_CODE[code].label for code in codes),
        tuple(_results(Laboratory, codes, found)),
        tuple(_results(LaboratoryMasked, codes, masked)),
    )


def _by_visit(form: type[CaseReportForm], participant: Participant) -> dict[str, Any]:
    rows = form._default_manager.filter(record__participant=participant, record__repeat=0)
    rows = rows.exclude(record__state__in=NOT_THERE).select_related("record")
    return {each.record.visit: each for each in rows}


def _results(form: type[CaseReportForm], codes: Iterable[str], found: Found) -> Iterable[Result]:
    for name, variable in form.variables().items():
        if isinstance(variable, Number):
            values = tuple(_shown(found.get(code), name, variable) for code in codes)
            if any(values):
                yield Result(variable.label, variable.standard_unit, values)


def _shown(instance: Any, name: str, variable: Number) -> str:
    value = getattr(instance, name, None)
    if value is None:
        missing: str = getattr(instance, f"{name}_ND", "") if instance is not None else ""
        return missing.lower()
    uln = getattr(instance, f"{name}_ULN", None) if variable.uln else None
    return plain_number(value) + (f" (ULN {plain_number(uln)})" if uln is not None else "")
