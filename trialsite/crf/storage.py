"""Reading and writing the tables of a form: its own row and its repeating rows."""

from collections.abc import Mapping
from typing import Any

from trialsite.crf.forms import CaseReportForm, Row
from trialsite.crf.models import Record

Stored = tuple[CaseReportForm | None, dict[str, list[Row]]]


def load(form: type[CaseReportForm], record: Record) -> Stored:
    """The form's row (None when it was marked not done at once) and its repeating rows in order."""
    instance = form._default_manager.filter(pk=record.pk).first()
    rows: dict[str, list[Row]] = {}
    for section in form.repeating:
        found = section.row()._default_manager.filter(form_id=record.pk) if instance else []
        rows[section.name] = sorted(found, key=lambda row: row.number)
    return instance, rows


def changes(stored: Stored, columns: Mapping[str, Any], rows: Mapping[str, list[dict[str, Any]]]) -> tuple[
    frozenset[str], tuple[str, ...]
]:
    """(everything that would change, what of it replaces or removes a value given before)."""
    instance, old_rows = stored
    changed: set[str] = set()
    corrected: list[str] = []
    for name, value in columns.items():
        old = getattr(instance, name) if instance is not None else None
        if _differs(old, value):
            changed.add(name)
            if old not in (None, ""):
                corrected.append(name)
    for section, new in rows.items():
        old_by_number = {row.number: row for row in old_rows.get(section, [])}
        new_by_number = {row["number"]: row for row in new}
        if old_by_number.keys() - new_by_number.keys():
            corrected.append(section)
        for number, row in new_by_number.items():
            before = old_by_number.get(number)
            for name, value in row.items():
                old = getattr(before, name) if before is not None else None
                if _differs(old, value):
                    changed.add(section)
                    if old not in (None, ""):
                        corrected.append(f"{section}-{number}-{name}")
        if old_by_number.keys() != new_by_number.keys():
            changed.add(section)
    return frozenset(changed), tuple(corrected)


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
            model._default_manager.create(form_id=record.pk, **columns)
            continue
        own = [name for name, value in columns.items() if _differs(getattr(row, name), value)]
        for name in own:
            setattr(row, name, columns[name])
        if own:
            row.save(update_fields=own)
