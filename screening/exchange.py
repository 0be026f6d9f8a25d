"""Participants in the exchange format: read through the forms' own declarations, judged, not stored.

An object a participant, in it an object a form. Nothing in the data can stop the run: whatever is
refused is reported and counts as missing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from screening.criteria import Assessment, assess
from screening.exchange_forms import read_form
from screening.facts import Facts
from screening.forms import EVERY_FORM
from screening.forms.consent import Consent
from screening.forms.laboratory import Laboratory
from screening.forms.laboratory_masked import LaboratoryMasked
from screening.forms.visit_dates import VisitDates
from screening.gathering import Answers, facts_from_readings
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.reading import Problem
from trialsite.protocol import FORMS

_RETESTS = "retests"
_ABOUT_THE_FILE = frozenset({"SUBJID", "title", "expected", _RETESTS})
_LABORATORY = Laboratory.code
_SCHEDULED = frozenset(form.code for form in FORMS)
_ROW = re.compile(r"^(\w+)-(\d+)(?:-(.+))?$")


class NotReadable(ValueError):
    """The file is not in the exchange format; the message says why."""


@dataclass(frozen=True)
class Finding:
    """Something refused: the form and the field as the file names them, and what is allowed."""

    form: str
    field: str
    message: str


@dataclass(frozen=True)
class Checked:
    """A participant of the file: what the criteria say, and what was refused."""

    SUBJID: str
    assessment: Assessment
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer as plain JSON; derived values are numbers, null when not computable."""
        return {
            "SUBJID": self.SUBJID,
            "overall": str(self.assessment.overall),
            "criteria": {verdict.code: str(verdict.outcome) for verdict in self.assessment.verdicts},
            "derived": {
                name: float(value) if isinstance(value, Decimal) else value
                for name, value in self.assessment.derived.items()
            },
            "errors": [vars(finding) for finding in self.findings],
        }


def participants_in(text: str) -> list[Any]:
    """The participants of a file: one, a list, or {"participants": [...]}. Raises NotReadable.

    Numbers stay as they are written, so that none is rounded and none is too large to be read.
    """
    try:
        data = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise NotReadable(f"is not JSON: {error}") from error
    except RecursionError as error:
        raise NotReadable("is not in the exchange format: it is nested too deeply") from error
    if isinstance(data, dict) and isinstance(data.get("participants"), list):
        data = data["participants"]
    return data if isinstance(data, list) else [data]


def check(participant: Any, *, today: date) -> Checked:
    """Read one participant and judge it as if today were that day."""
    facts, findings = read_participant(participant, today=today)
    name = participant.get("SUBJID") if isinstance(participant, Mapping) else ""
    return Checked(name if isinstance(name, str) else "", assess(facts), tuple(findings))


def read_participant(participant: Any, *, today: date) -> tuple[Facts, list[Finding]]:
    """What one participant of a file says, and everything in it that was refused."""
    if not isinstance(participant, Mapping):
        return Facts(), [Finding("", "", "A participant is an object with an object for each form.")]
    findings: list[Finding] = []
    given = dict(_forms_in(participant, findings))
    readings: list[Answers] = []
    context: dict[str, Any] = {"TODAY": today, "CONSENT": None}
    # Consent and visit dates stand first in EVERY_FORM: the checks of the others read them.
    for form in EVERY_FORM:
        if form.code not in given:
            continue
        answers, problems = read_form(form, given[form.code], context)
        readings.append(answers)
        findings += [_finding(form, problem) for problem in problems]
        if form is Consent:
            context["CONSENT"] = answers.columns["RFICDTC"]
        elif form is VisitDates:
            context["SCRNDTC"] = answers.columns["SCRNDTC"]
    for number, data in enumerate(_retests_in(participant, findings), start=1):
        for form in EVERY_FORM:
            if form.code in data:
                answers, problems = read_form(form, data[form.code], context, number)
                readings.append(answers)
                findings += [_finding(form, problem) for problem in problems]
    return facts_from_readings(readings), findings


def _retests_in(
    participant: Mapping[str, Any], findings: list[Finding]
) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """The retests, in the order of their entry: each an object of the forms that were measured again."""
    given = participant.get(_RETESTS)
    if given is not None and not isinstance(given, list):
        findings.append(Finding(_RETESTS, "", "Retests are a list of objects, each with the forms measured."))
        return
    again = {form.code: form.retest for form in EVERY_FORM if form.retest}
    for entry in given or ():
        data: dict[str, Mapping[str, Any]] = {}
        for code, value in entry.items() if isinstance(entry, Mapping) else [(_RETESTS, None)]:
            retest = again.get(code)
            if retest is None or not isinstance(value, Mapping):
                findings.append(Finding(code, "", f"A retest is an object of one of: {', '.join(again)}."))
                continue
            data[code] = {name: each for name, each in value.items() if name in retest.fields}
            findings.extend(
                Finding(code, name, "A retest does not ask for this.")
                for name in value
                if name not in retest.fields
            )
        yield data


def _forms_in(
    participant: Mapping[str, Any], findings: list[Finding]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The forms that the criteria may read, by code; what cannot be one is reported."""
    codes = {form.code for form in EVERY_FORM} - {LaboratoryMasked.code}
    for code, value in participant.items():
        if code in _ABOUT_THE_FILE or (not isinstance(value, (Mapping, list)) and code not in codes):
            continue
        if code not in codes:
            if code not in _SCHEDULED:
                findings.append(Finding(code, "", "The trial has no such form."))
        elif isinstance(value, Mapping):
            yield from _split(code, value)
        elif value is not None:
            findings.append(Finding(code, "", "A form is an object of fields."))


def _split(code: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The laboratory is one object in the file, and two records here (L19)."""
    if code != _LABORATORY:
        yield code, value
        return
    masked = LaboratoryMasked.variables()
    yield code, {name: each for name, each in value.items() if name not in masked}
    yield LaboratoryMasked.code, {name: each for name, each in value.items() if name in masked}


def _finding(form: type[CaseReportForm], problem: Problem) -> Finding:
    code = _LABORATORY if form is LaboratoryMasked else form.code
    row = _ROW.match(problem.field)
    if row is None:
        return Finding(code, problem.field, problem.message)
    section, number, name = row.groups()
    return Finding(code, f"{section}[{number}]" + (f".{name}" if name else ""), problem.message)
