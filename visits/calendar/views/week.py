"""The calendar of the sites that a person works for, week by week."""

from datetime import date
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trialsite import clock
from trialsite.accounts.access import may, requires, sites_where
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from visits.calendar.week import monday_of, visits_of_week, week_of


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """One week of my sites, or of one of them; the number of queries does not grow with sites or visits."""
    user = cast("User", request.user)
    codes = sites_where(user, Right.SEE_PARTICIPANTS)
    sites = {site.code: site for site in Site.objects.filter(code__in=codes)}
    today = {code: clock.today(site.time_zone) for code, site in sites.items()}
    chosen = request.GET.get("site", "")
    shown = {chosen: sites[chosen]} if chosen in sites else sites
    now = max((today[code] for code in shown), default=clock.now().date())
    monday = monday_of(_day(request.GET.get("day", ""), now))
    week = week_of(visits_of_week(shown, monday), monday, sites, today)
    context = {
        "week": week,
        "now": now,
        "this_week": monday == monday_of(now),
        "sites": list(sites.values()) if len(sites) > 1 else [],
        "chosen": chosen if chosen in sites else "",
        "zones": sorted({site.time_zone for site in shown.values()}),
        "bookable": frozenset(sites_where(user, Right.BOOK_VISITS)),
        "may_book": may(user, Right.BOOK_VISITS),
    }
    return render(request, "visits/calendar/week.html", context)


def _day(typed: str, today: date) -> date:
    """The day in the address; today for what is no day of this calendar's centuries."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today
    return day if 2000 <= day.year < 2100 else today
