"""Which reminders were planned and sent; and, in a demonstration, the mails themselves."""

from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trialsite.accounts.access import may, requires, sites_where
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.protocol import SCREENING_VISIT
from visits.models import Reminder
from visits.reminders.demo_mail import letters_in
from visits.reminders.outbox import State
from visits.windows import VISIT_BY_CODE

PAGE = 20
STATE_CODES = {
    State.PLANNED: "waiting",
    State.SENDING: "waiting",
    State.SENT: "done",
    State.EXPIRED: "ended",
    State.UNKNOWN: "ask",
}


@requires(Right.SEE_OUTBOX)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Reminders of my sites, the newest first."""
    user = cast("User", request.user)
    shown = request.GET.get("show", "")
    shown = shown if shown in State.values else ""
    rows = Reminder.objects.filter(participant__site__in=sites_where(user, Right.SEE_OUTBOX)).select_related(
        "participant__site", "visit", "recipient"
    )
    if shown:
        rows = rows.filter(state=shown)
    if key := _after(request.GET.get("after", "")):
        rows = rows.filter(Q(planned_at__lt=key[0]) | Q(planned_at=key[0], id__lt=key[1]))
    found = list(rows.order_by("-planned_at", "-id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "lines": [
            {
                "reminder": reminder,
                "visit": VISIT_BY_CODE[reminder.visit.code if reminder.visit else SCREENING_VISIT].label,
                "state": STATE_CODES[State(reminder.state)],
            }
            for reminder in found[:PAGE]
        ],
        "shown": shown,
        "choices": State.choices,
        "first": _address(show=shown) if key else "",
        "next": _address(show=shown, after=f"{last.planned_at.isoformat()}_{last.id}") if last else "",
        "may_open": may(user, Right.SEE_PARTICIPANTS),
    }
    return render(request, "visits/reminders/outbox.html", context)


@requires(Right.SEE_OUTBOX)
@require_safe
def demo_mails(request: HttpRequest) -> HttpResponse:
    """The mails that a demonstration keeps instead of sending; elsewhere there is no such page."""
    if not settings.DEMO:
        raise Http404
    directory = Path(str(settings.EMAIL_FILE_PATH))
    return render(request, "visits/reminders/demo_mails.html", {"letters": letters_in(directory)})


def _address(**asked: str) -> str:
    return f"?{urlencode(asked)}"


def _after(key: str) -> tuple[datetime, UUID] | None:
    moment, _, row = key.partition("_")
    try:
        return datetime.fromisoformat(moment), UUID(row)
    except ValueError:
        return None
