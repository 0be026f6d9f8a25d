"""The history of a form: who changed what, when and why (A7)."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.reading import history_of
from trialsite.crf.models import Submission
from trialsite.crf.opening import open_form
from trialsite.crf.views.pages import label_of, visit_label

_LIFE = ("state", "not_done_reason")


@requires(Right.SEE_HISTORY)
@require_GET
def history(request: HttpRequest, SUBJID: str, visit: str, form: str) -> HttpResponse:
    """Every change of the form's values, and every submission that the checks refused."""
    opened = open_form(cast(User, request.user), SUBJID, visit, form)
    if opened.record is None:
        raise Http404
    key = str(opened.record.pk)
    changes = [*history_of("crf_record", key, _LIFE), *history_of(opened.form._meta.db_table, key)]
    for section in opened.form.repeating:
        rows = section.row()
        for row in rows._default_manager.filter(form_id=opened.record.pk):
            changes.extend(history_of(rows._meta.db_table, str(row.pk)))
    refused = Submission.objects.filter(
        participant=opened.participant, visit=visit, form=form, repeat=0, accepted=False
    ).select_related("by")
    context = {
        "participant": opened.participant,
        "form": opened.form,
        "form_title": opened.form.title(),
        "visit": visit,
        "visit_label": visit_label(visit),
        "record": opened.record,
        "changes": sorted(changes, key=lambda change: change.at, reverse=True),
        "refused": refused.order_by("-at"),
        "label_of": label_of,
    }
    return render(request, "crf/history.html", context)
