"""Reading and writing the tables of a form: its own row and its repeating rows."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db.models import QuerySet

from trialsite.crf.events import event_refusal
from trialsite.crf.forms import CaseReportForm, Row
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.retests import numbering_refusal
from trialsite.crf.typed import typed_of
from trialsite.crf.variables import Number
from trialsite.prepared import Given, Prepared

Stored = tuple[CaseReportForm | None, dict[str, list[Row]]]


def find(
    form: type[CaseReportForm], participant: Any, visit: str, repeat: int, *, lock: bool = False
) -> tuple[Record | None, Stored]:
    """The record of a form with its row and its repeating rows; one query when there is a row.

    The row is None when nothing is stored, or when the form was marked not done at once.
    lock: keep everybody else from this record until the transaction ends.
    """
    place = {"participant": participant.pk, "visit": visit, "form": form.code, "repeat": repeat}
    whole, records = _prepared(form, lock=lock)
    instance = whole.first(**place)
    record = instance.record if instance else records.first(**place)
    if record is not None:
        record.participant = participant
    rows: dict[str, list[Row]] = {}
    for section in form.repeating:
        found = section.row()._default_manager.filter(**_belonging_to(instance.record)) if instance else []
        rows[section.name] = sorted(found, key=lambda row: row.number)
    return record, (instance, rows)


def repeat_refusal(participant: Any, form: type[CaseReportForm], visit: str, repeat: int) -> str | None:
    """Why there is no such retest or event and none can be added, as a sentence; else None."""
    if form.runs_through():
        return event_refusal(participant, form, repeat)
    if repeat == 0:
        return None
    if not form.repeats_at(visit):
        return "This form is not measured again at this visit."
    found = Record.objects.filter(participant=participant, form=form.code, visit=visit)
    return numbering_refusal(dict(found.values_list("repeat", "state")), repeat, RecordState.NOT_DONE)


def measured_before(form: type[CaseReportForm], participant: Any, visit: str, repeat: int) -> dict[str, str]:
    """What the record before a retest says of the values that can be measured again: input -> sentence."""
    if form.retest is None:
        return {}
    before = form._default_manager.filter(
        record__participant=participant, record__visit=visit, record__repeat__lt=repeat
    ).exclude(record__state=RecordState.NOT_DONE)
    found: dict[str, str] = {}
    for instance in before.select_related("record").order_by("record__repeat"):
        typed = typed_of(instance, {}, visit, 1)
        on = typed.get(form.retest.date, "a day that is not known")
        for group in form.retest.measured(vars(instance)):
            variable = form.variables()[group[0]]
            implied = variable.standard_unit if isinstance(variable, Number) else ""
            text = f"{typed.get(group[0], '')} {typed.get(f'{group[0]}_UNIT', implied)}".strip()
            found[group[0]] = f"Before: {text}, {on}."
    return found


@cache
def _prepared(form: type[CaseReportForm], *, lock: bool) -> tuple[Prepared[CaseReportForm], Prepared[Record]]:
    """(the form's row with its record, the record alone) of one place."""
    place = {name: Given(name) for name in ("participant", "visit", "form", "repeat")}
    within = {f"record__{name}": given for name, given in place.items()}

    def whole() -> QuerySet[CaseReportForm]:
        found = form._default_manager.filter(**within)
        if lock:
            return found.select_related("record").select_for_update(of=("self", "record"))
        return found.select_related("record__changed_by")

    def records() -> QuerySet[Record]:
        found = Record.objects.filter(**place)
        return found.select_for_update() if lock else found.select_related("changed_by")

    return Prepared(whole), Prepared(records)


def changes(
    stored: Stored, columns: Mapping[str, Any], rows: Mapping[str, list[dict[str, Any]]]
) -> tuple[frozenset[str], tuple[str, ...]]:
    """(everything that would change, what of it replaces or removes a value given before)."""
    instance, old_rows = stored
    changed, corrected = _compare(instance, columns)
    for section, new in rows.items():
        old_by_number = {row.number: row for row in old_rows.get(section, [])}
        numbers = {row["number"] for row in new}
        if old_by_number.keys() != numbers:
            changed.append(section)
        if old_by_number.keys() - numbers:
            corrected.append(section)
        for row in new:
            number = row["number"]
            in_row, corrected_in_row = _compare(old_by_number.get(number), row)
            changed.extend([section] if in_row else [])
            corrected.extend(f"{section}-{number}-{name}" for name in corrected_in_row)
    return frozenset(changed), tuple(corrected)


def _belonging_to(record: Record) -> dict[str, Any]:
    """Each row class has a foreign key `form` of its own (see Rows)."""
    return {"form_id": record.pk}


def _compare(before: Any, columns: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """(the columns that would change, those of them that had a value)."""
    old = {name: getattr(before, name) if before is not None else None for name in columns}
    changed = [name for name, value in columns.items() if _differs(old[name], value)]
    return changed, [name for name in changed if old[name] not in (None, "")]


def _differs(old: Any, new: Any) -> bool:
    return (old if old != "" else None) != (new if new != "" else None)


def write(
    form: type[CaseReportForm],
    record: Record,
    stored: Stored,
    columns: Mapping[str, Any],
    rows: Mapping[str, list[dict[str, Any]]],
    changed: frozenset[str],
) -> None:
    """Bring the tables to the new values with as few statements as there are changed rows."""
    instance, old_rows = stored
    if instance is None:
        form._default_manager.create(record=record, **columns)
    else:
        own = [name for name in columns if name in changed]
        for name in own:
            setattr(instance, name, columns[name])
        if own:
            instance.save(update_fields=own)
    for section in form.repeating:
        if section.name in changed:
            _write_rows(section.row(), record, old_rows[section.name], rows[section.name])


def _write_rows(model: type[Row], record: Record, old: list[Row], new: list[dict[str, Any]]) -> None:
    by_number = {row.number: row for row in old}
    wanted = {columns["number"] for columns in new}
    gone = [row.pk for row in old if row.number not in wanted]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    for columns in new:
        row = by_number.get(columns["number"])
        if row is None:
            model._default_manager.create(**_belonging_to(record), **columns)
            continue
        own = [name for name, value in columns.items() if _differs(getattr(row, name), value)]
        for name in own:
            setattr(row, name, columns[name])
        if own:
            row.save(update_fields=own)
