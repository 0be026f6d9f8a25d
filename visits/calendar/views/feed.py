"""The calendar for phones, and the page on which a person gets its address."""

import hashlib
from typing import cast

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_http_methods, require_safe

from trialsite.accounts.access import public, requires
from trialsite.accounts.address import address_of
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.calendar.feed import feed_of, holder_of, make_address, revoke_address
from visits.calendar.feed_models import CalendarFeed

# In each web process: a phone asks a few times an hour, and secrets cannot be tried out.
ASKED, TRIED, SPAN = 20, 20, 60  # times, times, seconds


@public
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The calendar of whoever holds the secret in the address; anybody else is told that there is none.

    The secret stands in the query, which neither the web server nor Django writes into a log.
    """
    held = holder_of(request.GET.get("key", ""))
    if _too_often(
        f"calendar-feed:{held.pk}" if held else f"calendar-try:{address_of(request)}",
        ASKED if held else TRIED,
    ):
        return _plain("Too many requests. Ask again in a minute.", 429)
    found = feed_of(held) if held else None
    if found is None:
        return _plain("There is no calendar at this address.", 404)
    etag = quote_etag(hashlib.sha256(found.text).hexdigest())
    changed = int(found.changed_at.timestamp())
    answer = HttpResponse(found.text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="visits.ics"'
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(changed)
    answer["Cache-Control"] = "private, no-cache"
    response = get_conditional_response(request, etag=etag, last_modified=changed, response=answer)
    assert isinstance(response, HttpResponse)
    return response


@requires(Right.SEE_PARTICIPANTS)
@require_http_methods(["GET", "HEAD", "POST"])
def feed_address(request: HttpRequest) -> HttpResponse:
    """Whether I have an address; getting one, which is shown this once, another one, or none."""
    user = cast("User", request.user)
    address = ""
    if request.method == "POST":
        if request.POST.get("act") == "revoke":
            revoke_address(by=user)
            messages.success(request, "Closed. Calendars that use the old address get nothing any more.")
            return redirect("visits:feed_address")
        address = make_address(by=user)
    context = {
        "held": CalendarFeed.objects.filter(user=user).first(),
        "address": address,
        "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
    }
    return render(request, "visits/calendar/feed_address.html", context)


def _too_often(key: str, most: int) -> bool:
    cache.add(key, 0, SPAN)
    try:
        return cache.incr(key) > most
    except ValueError:  # forgotten between the two lines
        return False


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
