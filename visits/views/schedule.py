"""Upcoming and overdue visits of my sites, and the page on which one is booked."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from screening.lookup import participant_or_404
from trialsite import clock
from trialsite.accounts.access import may, requires, sites_where
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from visits.actions import NotBookable, book_visit
from visits.booking_form import BookingForm
from visits.course import Course, courses_of
from visits.listing import SHOWN, Line, after, page_of
from visits.models import ScheduledVisit
from visits.windows import VISIT_BY_CODE


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """Visits that are still outstanding, the oldest target first."""
    user = cast("User", request.user)
    sites = Site.objects.filter(code__in=sites_where(user, Right.SEE_PARTICIPANTS))
    today = {site.code: clock.today(site.time_zone) for site in sites}
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "all"
    page = page_of(today, shown, after(request.GET.get("after", "")))
    context = {
        "lines": page.lines,
        "show": shown,
        "choices": SHOWN,
        "first": f"?show={shown}" if request.GET.get("after") else "",
        "next": f"?show={shown}&after={page.next}" if page.next else "",
    }
    return render(request, "visits/list.html", context)


@requires(Right.SEE_PARTICIPANTS)
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """One visit: its target, its window, and its appointment, which can be made or moved here."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
    planned = get_object_or_404(ScheduledVisit, participant=participant, code=visit)
    # The participant is there already, with its site.
    planned.participant = participant
    today = participant.today()
    form = BookingForm(request.POST or None)
    problem = ""
    if request.method == "POST":
        problem = form.problem() or _book(user, planned, form)
        if not problem:
            on = form.cleaned_data["on"]
            messages.success(request, f"{VISIT_BY_CODE[visit].label} is booked for {on:%-d %b %Y}.")
            return redirect("visits:casebook", SUBJID=SUBJID)
    context = {
        "participant": participant,
        "visit": VISIT_BY_CODE[visit],
        "planned": planned,
        "course": courses_of(participant).get(visit, Course()),
        "line": Line(planned, today),
        "may_book": may(user, Right.BOOK_VISITS, participant.site),
        "typed_on": request.POST.get("on", (planned.booked_on or max(planned.target, today)).isoformat()),
        "typed_reason": request.POST.get("reason", planned.booking_reason),
        "problem": problem,
    }
    return render(request, "visits/visit.html", context, status=422 if problem else 200)


def _book(user: User, planned: ScheduledVisit, form: BookingForm) -> str:
    """Book it; the sentence that says why not, or nothing."""
    try:
        book_visit(
            by=user,
            visit=planned,
            on=form.cleaned_data["on"],
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
        )
    except NotBookable as refusal:
        return refusal.reason
    return ""
