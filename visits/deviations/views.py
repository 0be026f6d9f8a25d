"""Deviations: what the system proposes, and what people make of it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from trialsite.accounts.access import may, requires, sites_where, visible_or_404
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.addresses import form_address
from trialsite.crf.permissions import EntryClosed
from trialsite.crf.views.words import question_about_words
from trialsite.protocol import LOG_VISIT
from visits.deviations.classifying import NotClassified, begin_recording, dismiss
from visits.deviations.form import ProtocolDeviation
from visits.deviations.models import ProposedDeviation
from visits.deviations.states import ProposalState
from visits.safety.codelists import DEVIATION

PAGE = 30
_LOOK = {
    ProposalState.OPEN: "due",
    ProposalState.RECORDED: "done",
    ProposalState.DISMISSED: "closed",
    ProposalState.WITHDRAWN: "ended",
}


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def deviations(request: HttpRequest) -> HttpResponse:
    """Proposals of the sites that the person may see, open ones first; one query a page."""
    user = cast("User", request.user)
    sites = sites_where(user, Right.SEE_PARTICIPANTS)
    page = _page_number(request.GET.get("page", ""))
    open_first = Case(
        When(state=ProposalState.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = (
        ProposedDeviation.objects.filter(participant__site__in=sites)
        .select_related("participant__site", "record", "by")
        .order_by(open_first, "-on", "id")
    )
    found = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    lines = [
        {
            "proposed": each,
            "category": DEVIATION.label(each.category),
            "look": _LOOK[ProposalState(each.state)],
            "decidable": each.state == ProposalState.OPEN
            and may(user, Right.ENTER_DATA, each.participant.site),
            "record_url": _record_url(each),
        }
        for each in found[:PAGE]
    ]
    context = {
        "lines": lines,
        "first": "?" if page > 1 else "",
        "next": f"?page={page + 1}" if len(found) > PAGE else "",
    }
    return render(request, "visits/deviations/list.html", context)


@requires(Right.ENTER_DATA)
@require_POST
def classify(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open the form of the deviation with what is proposed."""
    user = cast("User", request.user)
    proposed = _found(user, pk)
    try:
        number = begin_recording(by=user, proposed=proposed)
    except NotClassified as refused:
        messages.error(request, refused.reason)
    except EntryClosed as closed:
        messages.error(request, str(closed))
    else:
        SUBJID = proposed.participant.SUBJID
        return HttpResponseRedirect(form_address(SUBJID, LOG_VISIT, ProtocolDeviation.code, number))
    return redirect("visits:deviations")


@requires(Right.ENTER_DATA)
@require_POST
def dismiss_deviation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say why what is proposed is no deviation."""
    user = cast("User", request.user)
    proposed = _found(user, pk)
    if asked := question_about_words(request, "reason"):
        return asked
    try:
        dismiss(by=user, proposed=proposed, reason=request.POST.get("reason", ""))
    except NotClassified as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "Dismissed. The proposal and your reason stay on record.")
    return redirect("visits:deviations")


def _found(user: User, pk: UUID) -> ProposedDeviation:
    rows = ProposedDeviation.objects.select_related("participant__site")
    return visible_or_404(rows, user, Right.ENTER_DATA, site="participant__site", pk=pk)


def _record_url(proposed: ProposedDeviation) -> str:
    if proposed.record is None:
        return ""
    SUBJID = proposed.participant.SUBJID
    return form_address(SUBJID, LOG_VISIT, ProtocolDeviation.code, proposed.record.repeat)


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1
