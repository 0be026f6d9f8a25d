"""A person's own reminders: the list, putting one off, and how they come."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trialsite.accounts.access import requires, signed_in
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.models import Reminder
from visits.reminders.listing import lost_notices, own_reminders
from visits.reminders.people import wishes_of
from visits.reminders.preferring import NotPreferable, Way, kinds_for, prefer, way_of
from visits.reminders.snoozing import NotPutOff, put_off, take_up_again
from visits.reminders.web_forms import HOURS, PreferenceForm, PutOffForm

WAY_WORDS = {Way.MAIL: "Mail and here", Way.APPLICATION: "Here only", Way.OFF: "Off"}


@requires(Right.SEE_OUTBOX)
@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """What this person is reminded of now, and what was put off."""
    user = cast("User", request.user)
    own = own_reminders(user)
    context = {
        "now": [each for each in own if not each.hidden],
        "later": sorted(
            (each for each in own if each.hidden), key=lambda each: str(each.reminder.hidden_until)
        ),
        "lost_notices": lost_notices(user),
    }
    return render(request, "visits/reminders/mine.html", context)


@signed_in
@require_POST
def put_off_reminder(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hide one until a day."""
    user = cast("User", request.user)
    line = get_object_or_404(Reminder, pk=pk, recipient=user)
    form = PutOffForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["until"][0]))
        return redirect("visits:reminders")
    until = form.cleaned_data["until"]
    try:
        put_off(by=user, reminder=line, until=until)
    except NotPutOff as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, f"Put off until {until:%-d %b %Y}. It comes back on that day.")
    return redirect("visits:reminders")


@signed_in
@require_POST
def take_up_reminder(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one again that was put off."""
    user = cast("User", request.user)
    line = get_object_or_404(Reminder, pk=pk, recipient=user)
    try:
        take_up_again(by=user, reminder=line)
    except NotPutOff as refused:
        messages.error(request, refused.reason)
    return redirect("visits:reminders")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Which reminders this person wants, and when their mail comes."""
    user = cast("User", request.user)
    kinds = kinds_for(user)
    problem = ""
    if request.method == "POST":
        problem = _prefer(user, PreferenceForm(request.POST, kinds=kinds))
        if not problem:
            messages.success(request, "Your wishes are kept. They hold from the next reminders on.")
            return redirect("visits:preferences")
    wishes = wishes_of(user)
    context = {
        "rows": [{"kind": kind, "way": way_of(wishes, kind)} for kind in kinds],
        "ways": list(WAY_WORDS.items()),
        "urgent_kinds": [kind.words.lower() for kind in kinds if kind.urgent],
        "hours": HOURS,
        "wishes": wishes,
        "problem": problem,
        "sees_list": bool(kinds),
    }
    return render(request, "visits/reminders/preferences.html", context, status=422 if problem else 200)


def _prefer(user: User, form: PreferenceForm) -> str:
    """Keep the wishes; the sentence that says why not, or nothing."""
    if problem := form.problem():
        return problem
    try:
        prefer(
            by=user,
            ways=form.ways,
            digest_hour=form.cleaned_data["digest_hour"],
            urgent_at_once=form.cleaned_data["urgent_at_once"],
        )
    except NotPreferable as refused:
        return refused.reason
    return ""
