"""Asking for a reminder on the day from which a participant is eligible."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from screening.lookup import participant_or_404
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.reminders.asking import NoReminder, remind_when_eligible


@requires(Right.SEE_ELIGIBILITY)
@require_POST
def remind_eligible(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Plan the reminder and go back to the criteria."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_ELIGIBILITY)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
        remind_when_eligible(by=user, participant=participant, day=day)
    except ValueError:
        messages.error(request, "Write the day as year-month-day, such as 2026-03-16.")
    except NoReminder as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, f"You will get a mail on {day:%-d %b %Y}.")
    return redirect("screening:eligibility", SUBJID)
