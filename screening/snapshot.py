"""What an investigator signs: every value that the assessment read, and what it concluded, as plain JSON.

`content` is what decides, and what the content hash covers: it names the participant, so that it means
nothing for another one. `sources` says where each value came from; it is kept as evidence, but a record
saved again with the same value is still the same content.
"""

import dataclasses
import hashlib
import inspect
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from screening import facts as facts_module
from screening import retests
from screening.criteria import DEFAULT, Assessment, ProtocolTables, Verdict, assessment
from screening.criteria.verdict import distinct
from screening.facts import Fact, Facts
from screening.models import Participant
from screening.safety import SafetyAlert, safety_alerts
from trialsite import partial_date, truth
from trialsite.crf.typed import plain_number
from trialsite.partial_date import PartialDate

Snapshot = dict[str, Any]


def canonical(data: Any) -> str:
    """The one spelling of a JSON value: keys in order, no spaces, characters as they are."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(data: Any) -> str:
    """SHA-256 of the canonical spelling, in hexadecimal."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


@cache
def rules_version() -> str:
    """SHA-256 over the source of everything that decides a verdict, and the readings in force."""
    package = sorted(Path(inspect.getfile(assessment)).parent.glob("*.py"))
    modules = [Path(inspect.getfile(module)) for module in (facts_module, retests, partial_date, truth)]
    sources = {path.name: path.read_text(encoding="utf-8") for path in (*package, *modules)}
    return digest({"sources": sources, "readings": _plain(dataclasses.asdict(DEFAULT))})


def take(participant: Participant, facts: Facts, assessment: Assessment, tables: ProtocolTables) -> Snapshot:
    """Everything that the assessment of these facts rests on.

    `facts` are those of the planned day of randomization. An assessment of other facts than these
    would freeze a contradiction; take them from `screening.appraisal`.
    """
    used = used_facts(facts, assessment)
    return {
        "content": {
            "participant": str(participant.pk),
            "SUBJID": participant.SUBJID,
            "site": participant.site_id,
            "protocol": tables.name,
            "protocol_tables": tables.as_json(),
            "rules": rules_version(),
            "RANDDTC": _text(facts.get("SV", "RANDDTC").value),
            "values": [_value(fact) for fact in used],
            "criteria": {verdict.code: _verdict(verdict) for verdict in assessment.verdicts},
            "derived": {name: _text(value) for name, value in assessment.derived.items()},
            "overall": str(assessment.overall),
        },
        "sources": [_source(fact) for fact in used],
        # Beside what decides: they are frozen as they stood, and are no part of the content.
        "alerts": [_alert(alert) for alert in safety_alerts(facts)],
        "notes": {verdict.code: list(verdict.alerts) for verdict in assessment.verdicts if verdict.alerts},
    }


def content_hash(snapshot: Snapshot) -> str:
    """The hash under which the content was signed, or is to be signed."""
    return digest(snapshot["content"])


def frozen_tables(snapshot: Snapshot) -> ProtocolTables:
    """The protocol version under which a submission was judged."""
    return ProtocolTables.from_json(snapshot["content"]["protocol_tables"])


def used_facts(facts: Facts, assessment: Assessment) -> list[Fact]:
    """Every fact that a criterion read, and the consent, in the order of form, section, row and field."""
    consent = (facts.get("DS", "RFICYN"), facts.get("DS", "RFICDTC"))
    read = (fact for verdict in assessment.verdicts for fact in verdict.read)
    return sorted(distinct((*consent, *read)), key=_place)


def changed_values(before: Snapshot, after: Snapshot) -> list[str]:
    """The names of the fields whose value is another one, or which only one of the two read."""
    old, new = ({_named(value): value for value in each["content"]["values"]} for each in (before, after))
    return [name for name in (old | new) if old.get(name) != new.get(name)]


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """What is no longer as it was frozen, in words: changed fields, or else whatever decides beside them."""
    if before["content"] == after["content"]:
        return []
    if changed := changed_values(before, after):
        return changed
    beside = {"protocol_tables": "the protocol version", "rules": "the rules of the criteria"}
    changed = [words for key, words in beside.items() if before["content"][key] != after["content"][key]]
    return changed or ["the assessment"]


def field_name(form: str, section: str, row: int | None, field: str) -> str:
    """The name of a variable for people: LB.ALT, or GC.RECORDS row 2 CMDOSTOT."""
    if row is None:
        return f"{form}.{field}"
    # Rows count from 0 in the record, from 1 for people.
    return f"{form}.{section} row {row + 1} {field}"


def input_name(fact: Fact) -> str:
    """The name of a variable's input on the page of its form, such as RECORDS-1-CMDOSTOT."""
    return fact.field if fact.row is None else f"{fact.section}-{fact.row}-{fact.field}"


def _named(value: Mapping[str, Any]) -> str:
    return field_name(value["form"], value["section"], value["row"], value["field"])


def _place(fact: Fact) -> tuple[str, str, int, str]:
    return fact.form, fact.section, -1 if fact.row is None else fact.row, fact.field


def _value(fact: Fact) -> dict[str, Any]:
    known = fact.value is not None
    return {
        "form": fact.form,
        "section": fact.section,
        "row": fact.row,
        "field": fact.field,
        "value": _text(fact.value),
        "unit": fact.unit if known else "",
        "uln": _text(fact.uln),
        "missing": fact.missing,
    }


def _source(fact: Fact) -> dict[str, Any]:
    place = {"form": fact.form, "section": fact.section, "row": fact.row, "field": fact.field}
    origin = dataclasses.asdict(fact.source) if fact.source else {}
    typed = {"typed": fact.typed, "typed_unit": fact.typed_unit}
    earlier = {"earlier": [_source(each) for each in fact.earlier]} if fact.earlier else {}
    return place | typed | origin | earlier


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": str(verdict.outcome),
        "parts": {part.code: {"outcome": str(part.outcome), "says": part.says} for part in verdict.parts},
    }


def _alert(alert: SafetyAlert) -> dict[str, Any]:
    return {
        "code": alert.code,
        "level": str(alert.level),
        "says": alert.says,
        "source": alert.source,
        "fields": [field_name(fact.form, fact.section, fact.row, fact.field) for fact in alert.facts],
    }


def _text(value: Decimal | PartialDate | str | int | None) -> str | None:
    """A value as one spelling: 58 and 58.0000000000 are the same number."""
    if value is None:
        return None
    return plain_number(value) if isinstance(value, Decimal) else str(value)


def _plain(value: Any) -> Any:
    """Readings as JSON: numbers, exact ratios and whatever else by their spelling."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return str(value)
