"""Who is reminded of what, and what became of each mail: reminders and notices of the own sites."""

from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trialsite.accounts.access import may, requires, sites_where, visible_or_404
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.models import Notice, Reminder
from visits.reminders.listing import lost_notices
from visits.reminders.outbox import State
from visits.reminders.told import events_of
from visits.windows import VISIT_BY_CODE

PAGE = 20
STATE_CODES = {
    State.PLANNED: "waiting",
    State.SENDING: "waiting",
    State.SENT: "done",
    State.EXPIRED: "ended",
    State.VOID: "ended",
    State.QUIET: "info",
    State.UNKNOWN: "ask",
}
_Row = TypeVar("_Row", bound=Model)


@requires(Right.SEE_OUTBOX)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Reminders of my sites, the newest first; of one participant, when asked."""
    user = cast("User", request.user)
    rows = Reminder.objects.filter(site__in=sites_where(user, Right.SEE_OUTBOX)).select_related(
        "participant", "site", "recipient", "mail"
    )
    found, context = _page(request, rows)
    context["lines"] = [
        {"reminder": line, "visit": _visit(line), "state": STATE_CODES[State(line.state)]} for line in found
    ]
    context["may_open"] = may(user, Right.SEE_PARTICIPANTS)
    context["lost_notices"] = lost_notices(user)
    return render(request, "visits/reminders/outbox.html", context)


@requires(Right.SEE_OUTBOX)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Notices of my sites: mails that something happened to a participant, the newest first."""
    user = cast("User", request.user)
    rows = Notice.objects.filter(participant__site__in=sites_where(user, Right.SEE_OUTBOX)).select_related(
        "participant__site"
    )
    found, context = _page(request, rows)
    context["lines"] = [{"notice": line, "state": STATE_CODES[State(line.state)]} for line in found]
    return render(request, "visits/reminders/notices.html", context)


@requires(Right.SEE_OUTBOX)
@require_safe
def told(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One reminder: to whom it went, and everything that happened to it."""
    user = cast("User", request.user)
    rows = Reminder.objects.select_related("participant", "site", "recipient")
    line = visible_or_404(rows, user, Right.SEE_OUTBOX, pk=pk)
    context = {
        "reminder": line,
        "visit": _visit(line),
        "state": STATE_CODES[State(line.state)],
        "events": events_of(line),
    }
    return render(request, "visits/reminders/told.html", context)


def _visit(line: Reminder) -> str:
    visit = VISIT_BY_CODE.get(line.visit_code)
    return visit.label if visit else ""


def _page(request: HttpRequest, rows: QuerySet[_Row]) -> tuple[list[_Row], dict[str, Any]]:
    """One page of lines by key, narrowed by state and participant as the address asks."""
    shown = request.GET.get("show", "")
    shown = shown if shown in State.values else ""
    number = request.GET.get("participant", "").strip()
    if shown:
        rows = rows.filter(state=shown)
    if number:
        rows = rows.filter(participant__SUBJID=number)
    if key := _after(request.GET.get("after", "")):
        rows = rows.filter(Q(planned_at__lt=key[0]) | Q(planned_at=key[0], id__lt=key[1]))
    found = list(rows.order_by("-planned_at", "-id")[: PAGE + 1])
    last: Any = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "shown": shown,
        "participant": number,
        "choices": [
            (value, label, _address(show=value, participant=number))
            for value, label in [("", "All"), *State.choices]
        ],
        "first": _address(show=shown, participant=number) if key else "",
        "next": _address(show=shown, participant=number, after=f"{last.planned_at.isoformat()}_{last.pk}")
        if last
        else "",
    }
    return found[:PAGE], context


def _address(**asked: str) -> str:
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def _after(key: str) -> tuple[datetime, UUID] | None:
    moment, _, row = key.partition("_")
    try:
        return datetime.fromisoformat(moment), UUID(row)
    except ValueError:
        return None
