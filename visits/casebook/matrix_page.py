"""The page of the matrix: filtered by site and by what is left to do."""

from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from trialsite import clock
from trialsite.accounts.access import may, requires, sites_where
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from visits.casebook.matrix import COLUMNS, TITLES, Shown, page_of


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Participants of the own sites by visits; the number of queries is the same for ten and ten thousand."""
    user = cast("User", request.user)
    asked = {name: request.GET.get(name, "").strip()[:20] for name in ("site", "show", "after")}
    sites = list(Site.objects.filter(code__in=sites_where(user, Right.SEE_PARTICIPANTS)).order_by("code"))
    chosen = [site for site in sites if site.code == asked["site"]]
    shown = Shown(asked["show"]) if asked["show"] in set(Shown) else Shown.ALL
    today = {site.code: clock.today(site.time_zone) for site in chosen or sites}
    page = page_of(today, shown, asked["after"])
    kept = {"site": chosen[0].code if chosen else "", "show": shown.value}
    context = {
        "page": page,
        "columns": [title for _, title in COLUMNS],
        "sites": [
            ("All sites", _address(kept, site=""), not chosen),
            *((str(site), _address(kept, site=site.code), chosen == [site]) for site in sites),
        ]
        if len(sites) > 1
        else [],
        "shown": [(TITLES[each], _address(kept, show=each.value), each is shown) for each in Shown],
        "filtered": any(kept.values()),
        "first": _address(kept) if asked["after"] else "",
        "next": _address(kept, after=page.next) if page.next else "",
        "may_sign": may(user, Right.SIGN_VISIT),
    }
    return render(request, "visits/casebook/matrix.html", context)


def _address(kept: dict[str, str], **changed: str) -> str:
    """The matrix with other filters; paging starts anew unless `after` is given."""
    wanted = {name: value for name, value in (kept | changed).items() if value}
    address = reverse("visits:matrix")
    return f"{address}?{urlencode(wanted)}" if wanted else address
