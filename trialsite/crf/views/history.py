"""The history of a form: who changed what, when and why (A7)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.reading import Change, history_of, rows_ever
from trialsite.crf.addresses import form_address
from trialsite.crf.models import Record, Submission
from trialsite.crf.opening import OpenForm, open_form, place_of
from trialsite.crf.typed import plain_number
from trialsite.crf.views.pages import form_title, label_of, visit_label

_LIFE = {"state": "State of the form", "not_done_reason": "Reason why not done"}
# Keys, and what only repeats another column: the unit is shown with what was typed.
_UNINTERESTING = ("record_id", "form_id", "id", "number")


@requires(Right.SEE_HISTORY)
@require_GET
def history(request: HttpRequest, SUBJID: str, visit: str, form: str, repeat: int = 0) -> HttpResponse:
    """Every change of the form's values, and every submission that the checks refused."""
    opened = open_form(place_of(cast("User", request.user), SUBJID, visit, form, repeat))
    if opened.record is None:
        raise Http404
    refused = Submission.objects.filter(
        participant=opened.participant, visit=visit, form=form, repeat=repeat, accepted=False
    ).select_related("by")
    context = {
        "participant": opened.participant,
        "form": opened.form,
        "form_title": form_title(opened),
        "folder": form_address(SUBJID, visit, form, repeat),
        "visit": visit,
        "visit_label": visit_label(visit),
        "record": opened.record,
        "zone": opened.participant.site.time_zone,
        "changes": sorted(changes_of(opened, opened.record), key=lambda change: change.at, reverse=True),
        "refused": refused.order_by("-at"),
    }
    return render(request, "crf/history.html", context)


def changes_of(opened: OpenForm, record: Record) -> Iterator[Change]:
    """The changes of the record's state, its values and its rows, removed rows included."""
    key = str(record.pk)
    for change in history_of("crf_record", key, _LIFE, labels=_LIFE):
        if _shown(change.old) != _shown(change.new):
            yield change
    yield from _readable(opened, history_of(opened.form._meta.db_table, key), "")
    for section in opened.form.repeating:
        table = section.row()._meta.db_table
        for place, row_id in enumerate(rows_ever(table, "form_id", key)):
            yield from _readable(opened, history_of(table, row_id), f"{section.name}-{place}-")


def _readable(opened: OpenForm, changes: list[Change], prefix: str) -> Iterator[Change]:
    for change in changes:
        old, new = _shown(change.old), _shown(change.new)
        if change.column not in _UNINTERESTING and old != new:
            label = label_of(opened.form, prefix + change.column)
            yield replace(change, label=label.text, old=old, new=new)


def _shown(value: Any) -> Any:
    """An empty text and no value are both nothing; a number stands without the column's zeros."""
    if isinstance(value, Decimal):
        return plain_number(value)
    return None if value == "" else value
