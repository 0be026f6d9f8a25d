"""The Total Improvement Score: a page of all visits, and a panel beside the forms that it is made of."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from screening.lookup import participant_or_404
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.panels import Panel, show_panel
from trialsite.crf.views.pages import visit_label
from visits.derived.total_improvement import CoreSet
from visits.improvement.gathering import COMPARED_VISITS, FORM_CODES, baseline_of, core_sets
from visits.improvement.lines import score_of

TITLE = "Total Improvement Score"


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def improvement(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """The score at every visit that has one of its parts; five queries."""
    participant = participant_or_404(cast("User", request.user), SUBJID, Right.SEE_PARTICIPANTS)
    sets = core_sets(participant)
    baseline = baseline_of(sets)
    scores = [score_of(visit_label(code), baseline, sets[code]) for code in COMPARED_VISITS if code in sets]
    context = {"participant": participant, "scores": scores, "title": TITLE}
    return render(request, "visits/improvement/page.html", context)


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def improvement_panel(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """The score of one visit, counting what this person has typed and not submitted; a part of a page."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
    if visit not in COMPARED_VISITS or participant.day1 is None:
        raise Http404
    sets = core_sets(participant, user)
    score = score_of(visit_label(visit), baseline_of(sets), sets.get(visit, CoreSet()))
    context = {"participant": participant, "score": score, "title": TITLE}
    return render(request, "visits/improvement/panel.html", context)


def _panel(SUBJID: str, form: str, visit: str) -> Panel | None:
    if form not in FORM_CODES or visit not in COMPARED_VISITS:
        return None
    address = reverse("visits:improvement_panel", kwargs={"SUBJID": SUBJID, "visit": visit})
    return Panel(TITLE, address, "improvement")


show_panel(_panel)
