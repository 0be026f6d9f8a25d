"""The events of a participant, and adding the next one."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from screening.lookup import participant_or_404
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.addresses import form_address
from trialsite.crf.events import begin_event
from trialsite.crf.forms import REGISTER
from trialsite.crf.permissions import EntryClosed
from trialsite.protocol import LOG_VISIT
from visits.deviations.classifying import release_number
from visits.deviations.form import ProtocolDeviation
from visits.safety.gaps import gaps_of
from visits.safety.listing import kinds_of


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def events(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """All events by kind, ongoing first; the number of queries does not grow with them."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
    context = {
        "participant": participant,
        "kinds": kinds_of(participant),
        "gaps": gaps_of(participant),
        "may_add": may(user, Right.ENTER_DATA, participant.site),
    }
    return render(request, "visits/safety/events.html", context)


@requires(Right.ENTER_DATA)
@require_POST
def add_event(request: HttpRequest, SUBJID: str, form: str) -> HttpResponse:
    """Open the next event of a form under a number of its own."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.ENTER_DATA)
    declared = REGISTER.get(form)
    if declared is None or not declared.runs_through():
        raise Http404
    try:
        number = begin_event(by=user, participant=participant, form=declared)
    except EntryClosed as closed:
        messages.error(request, str(closed))
        return redirect("visits:events", SUBJID)
    if form == ProtocolDeviation.code:
        release_number(by=user, participant=participant, number=number)
    return HttpResponseRedirect(form_address(SUBJID, LOG_VISIT, form, number))
