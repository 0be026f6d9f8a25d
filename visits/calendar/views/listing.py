"""Upcoming and overdue visits of my sites."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trialsite import clock
from trialsite.accounts.access import requires, sites_where
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from visits.listing import SHOWN, after, page_of


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
    return render(request, "visits/calendar/list.html", context)
