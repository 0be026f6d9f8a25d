"""The screening log, its flow diagram, and the log as a file."""

import re
from datetime import date
from typing import cast
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from screening.consort import flow_of
from screening.log import months_of, page_of
from screening.log_entry import Key, Outcome, Wanted, next_month
from screening.log_file import write_log
from screening.reasons import REASONS, place_of, words_of
from trialsite import clock
from trialsite.accounts.access import may_in_study, requires, role_name, sites_where
from trialsite.accounts.address import address_of
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.events import record_event
from trialsite.protocol import ENROLMENT_TARGET

_FILTERS = ("site", "outcome", "reason", "month")
_NUMBER = re.compile(r"[0-9]{2}-[0-9]{3,7}")


@requires(Right.SEE_ELIGIBILITY)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Screenings of the own sites, newest first, filtered by site, outcome, reason and month of consent."""
    own = sites_where(request.user, Right.SEE_ELIGIBILITY)
    wanted, kept = _wanted(request, own)
    after = _key(request.GET.get("after", ""))
    entries, following = page_of(wanted, after)
    context = {
        "entries": entries,
        "kept": kept,
        "filtered": any(kept.values()),
        "sites": _sites(own),
        "outcomes": list(Outcome),
        "reasons": [(code, words_of(code)) for code in sorted(REASONS, key=place_of)],
        "months": months_of(own),
        "first": _address("screening:log", kept) if after else "",
        "next": _address("screening:log", kept, after=f"{following.RFICDTC}.{following.SUBJID}")
        if following
        else "",
        "file_url": _address("screening:log_file", kept),
        "flow_url": _address("screening:log_flow", {"site": kept["site"]}),
    }
    return render(request, "screening/log.html", context)


@requires(Right.SEE_ELIGIBILITY)
@require_safe
def flow(request: HttpRequest) -> HttpResponse:
    """The CONSORT diagram up to randomization, of one of the own sites or of all of them."""
    own = sites_where(request.user, Right.SEE_ELIGIBILITY)
    wanted, kept = _wanted(request, own)
    counts = flow_of(wanted.sites)
    site = {"site": kept["site"]}
    whole = not kept["site"] and may_in_study(request.user, Right.SEE_ELIGIBILITY)
    context = {
        "flow": counts,
        "reasons": [
            (words_of(code), number, _address("screening:log", site, reason=code))
            for code, number in counts.reasons
        ],
        "links": {outcome.value: _address("screening:log", site, outcome=outcome) for outcome in Outcome},
        "log_url": _address("screening:log", site),
        "kept": site,
        "sites": _sites(own),
        "where": f"site {kept['site']}" if kept["site"] else "the study" if whole else "your sites",
        "whole": whole,
        "target": ENROLMENT_TARGET,
        "at": clock.now(),
    }
    return render(request, "screening/log_flow.html", context)


@requires(Right.SEE_ELIGIBILITY)
@require_GET
def log_file(request: HttpRequest) -> HttpResponseBase:
    """The log as CSV, with the filters of the page.

    Who may: whoever sees the log, for the same sites (C1). The file shows nothing that the page does not,
    so the right is the same; EXPORT stays the right to the data of the forms. It leaves the study, and is
    therefore an event with who, from where, which rows and the file's hash, written before its first byte
    is sent (A6, X1).
    """
    user = cast("User", request.user)
    wanted, kept = _wanted(request, sites_where(user, Right.SEE_ELIGIBILITY))
    made = write_log(wanted)
    name = f"promis-mda5-screening-log-{clock.now():%Y-%m-%d}.csv"
    details = {"file": name, "sites": sorted(wanted.sites), "rows": made.rows, "sha256": made.sha256}
    details |= {filter_: value for filter_, value in kept.items() if value}
    with acting(user, role=role_name(user, Right.SEE_ELIGIBILITY)):
        record_event("exported", by=user, address=address_of(request), details=details)
    return FileResponse(
        made.content, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )


def _wanted(request: HttpRequest, own: frozenset[str]) -> tuple[Wanted, dict[str, str]]:
    """What the address asks for within the own sites, and its filters; an unknown one filters nothing."""
    asked = {name: request.GET.get(name, "").strip()[:20] for name in _FILTERS}
    month = _month(asked["month"])
    kept = {
        "site": asked["site"] if asked["site"] in own else "",
        "outcome": asked["outcome"] if asked["outcome"] in set(Outcome) else "",
        "reason": asked["reason"] if asked["reason"] in REASONS else "",
        "month": asked["month"] if month else "",
    }
    outcome = Outcome(kept["outcome"]) if kept["outcome"] else None
    return Wanted({kept["site"]} if kept["site"] else own, outcome, kept["reason"], month), kept


def _month(text: str) -> date | None:
    try:
        month = date.fromisoformat(f"{text}-01")
        next_month(month)
    except (ValueError, OverflowError):
        return None
    return month


def _key(text: str) -> Key | None:
    consented, _, SUBJID = text.partition(".")
    if not _NUMBER.fullmatch(SUBJID):
        return None
    try:
        return Key(date.fromisoformat(consented), SUBJID)
    except ValueError:
        return None


def _sites(own: frozenset[str]) -> list[Site]:
    """The sites to choose from; nothing when there is no choice."""
    return list(Site.objects.filter(code__in=own)) if len(own) > 1 else []


def _address(route: str, kept: dict[str, str], **changed: str) -> str:
    """A page of the log with these filters and others."""
    wanted = {name: value for name, value in (kept | changed).items() if value}
    return f"{reverse(route)}?{urlencode(wanted)}" if wanted else reverse(route)
