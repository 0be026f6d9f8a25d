"""The page on which the appointment of a visit is made and moved."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from screening.lookup import participant_or_404
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.views.words import question_about_words
from visits.calendar.appointments import BookedMeanwhile, NotBookable, book_visit, same_day
from visits.calendar.booking import over_refusal
from visits.calendar.day_plan import free_time
from visits.calendar.past_appointments import past_appointments
from visits.calendar.states import VisitState
from visits.calendar.web_forms import SEEN, BookingForm
from visits.listing import Line
from visits.models import ScheduledVisit
from visits.windows import VISIT_BY_CODE


@requires(Right.SEE_PARTICIPANTS)
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """One visit: its target, its window, and its appointment with the earlier ones; booked and moved here."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
    planned = get_object_or_404(ScheduledVisit, participant=participant, code=visit)
    # The participant is there already, with its site.
    planned.participant = participant
    today = participant.today()
    meanwhile: ScheduledVisit | None = None
    if asked := question_about_words(request, "reason", "place"):
        return asked
    if request.method == "POST":
        form = BookingForm(request.POST)
        if form.is_valid():
            try:
                booked = book_visit(by=user, visit=planned, **form.cleaned_data)
            except BookedMeanwhile as conflict:
                meanwhile = planned = conflict.theirs
                # Sent again, it moves what is now shown beside it, which takes a reason.
                typed = request.POST.copy()
                typed["seen"] = f"{planned.booked_at:{SEEN}}" if planned.booked_at else ""
                form = BookingForm(typed)
                form.is_valid()
            except NotBookable as refused:
                form.add_error(None, refused.reason)
            else:
                _tell(request, booked)
                return redirect("visits:casebook", SUBJID=SUBJID)
    else:
        form = BookingForm(initial=_initial(planned, today, request.GET.get("on", "")))
    context = {
        "participant": participant,
        "visit": VISIT_BY_CODE[visit],
        "planned": planned,
        "over": over_refusal(VisitState(planned.state), planned.took_place_on, participant.left_on),
        "line": Line(planned, today),
        "may_book": may(user, Right.BOOK_VISITS, participant.site),
        "form": form,
        "meanwhile": meanwhile,
        "others": list(same_day(planned, _shown_day(form, planned, today))),
        "shown_day": _shown_day(form, planned, today),
        "earlier": past_appointments(planned) if may(user, Right.SEE_HISTORY, participant.site) else [],
    }
    status = 409 if meanwhile else 422 if form.errors else 200
    return render(request, "visits/calendar/visit.html", context, status=status)


def _initial(planned: ScheduledVisit, today: date, asked: str) -> dict[str, Any]:
    clock = planned.booked_clock()
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = planned.booked_on or max(planned.target, today)
    if clock is not None and not asked:
        at = clock.time()
    else:
        others = (each.booked_clock() for each in same_day(planned, day))
        at = free_time([other.time() for other in others if other is not None])
    return {
        "on": day,
        "at": at,
        "mode": planned.booked_mode,
        "place": planned.booked_place,
        "seen": planned.booked_at,
    }


def _shown_day(form: BookingForm, planned: ScheduledVisit, today: date) -> date:
    """The day whose other appointments are shown: the one in the form."""
    chosen = form.cleaned_data.get("on") if form.is_bound else form.initial.get("on")
    return chosen if isinstance(chosen, date) else planned.booked_on or max(planned.target, today)


def _tell(request: HttpRequest, booked: ScheduledVisit) -> None:
    clock = booked.booked_clock()
    assert clock is not None
    messages.success(request, f"{VISIT_BY_CODE[booked.code].label} is booked for {clock:%-d %b %Y, %H:%M}.")
    at_once = [
        each.participant.SUBJID
        for each in same_day(booked, clock.date())
        if each.booked_at == booked.booked_at
    ]
    if at_once:
        messages.warning(request, f"At the same time: {', '.join(at_once)}. That is allowed.")
