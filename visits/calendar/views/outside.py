"""What happens outside the schedule: an unscheduled visit, and leaving the study early."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from screening.early_end import EndReason
from screening.lookup import participant_or_404
from screening.models import Participant
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.forms import REGISTER
from trialsite.crf.models import Record
from trialsite.crf.permissions import may_see
from trialsite.crf.views.words import question_about_words
from trialsite.protocol import EARLY_END_VISIT, UNSCHEDULED
from visits.calendar.leaving import NotRecorded, record_early_end, take_back_early_end
from visits.calendar.unscheduled import next_free
from visits.calendar.web_forms import LeavingForm, TakeBackForm
from visits.models import ScheduledVisit

REASON_FORM = "UN"
END_FORM = "DSE"


@requires(Right.ENTER_DATA)
@require_safe
def unscheduled_visit(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Go to the reason form of the next unscheduled visit; saving that begins the visit."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.ENTER_DATA)
    known = Record.objects.filter(participant=participant, visit__in=UNSCHEDULED).values_list("visit", "form")
    used = {visit for visit, form in known if may_see(user, participant.site, REGISTER[form], visit)}
    code = next_free(used)
    if code is None:
        messages.error(request, f"All {len(UNSCHEDULED)} unscheduled visits are used. Ask the data manager.")
    elif refusal := participant.entry_refusal(REASON_FORM, code):
        messages.error(request, refusal)
    else:
        return redirect("crf:entry", SUBJID, code, REASON_FORM)
    return redirect("visits:casebook", SUBJID)


@requires(Right.SEE_PARTICIPANTS)
@require_http_methods(["GET", "HEAD", "POST"])
def early_end(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Record, correct or take back that a participant left the study early."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
    if asked := question_about_words(request, "reason", "why"):
        return asked
    leaving = LeavingForm(initial=_initial(participant))
    back = TakeBackForm(initial={"seen": participant.left_on})
    failed = False
    if request.method == "POST":
        taken_back = "why" in request.POST
        form = TakeBackForm(request.POST) if taken_back else LeavingForm(request.POST)
        leaving, back = (leaving, form) if isinstance(form, TakeBackForm) else (form, back)
        if form.is_valid():
            try:
                return _act(request, user, participant, form)
            except NotRecorded as refused:
                form.add_error(None, refused.reason)
                participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
        failed = True
    if participant.left_on is None:
        del leaving.fields["reason"]
    context = {
        "participant": participant,
        "because": EndReason(participant.left_because).label if participant.left_because else "",
        "leaving": leaving,
        "back": back,
        "visits": list(ScheduledVisit.objects.filter(participant=participant)),
        "may_enter": may(user, Right.ENTER_DATA, participant.site),
        "end_form": END_FORM,
        "end_visit": EARLY_END_VISIT,
    }
    return render(request, "visits/calendar/early_end.html", context, status=422 if failed else 200)


def _initial(participant: Participant) -> dict[str, Any]:
    return {
        "left_on": participant.left_on or participant.today(),
        "because": participant.left_because,
        "seen": participant.left_on,
    }


def _act(
    request: HttpRequest, user: User, participant: Participant, form: LeavingForm | TakeBackForm
) -> HttpResponse:
    said = form.cleaned_data
    if isinstance(form, TakeBackForm):
        take_back_early_end(by=user, participant=participant, seen=said["seen"], reason=said["why"])
        messages.success(request, "Taken back: the visits ahead are due again.")
        return redirect("visits:casebook", participant.SUBJID)
    record_early_end(by=user, participant=participant, **said)
    messages.success(
        request,
        f"Recorded: left the study on {said['left_on']:%-d %b %Y}. Now enter the form “End of study”.",
    )
    return redirect("crf:entry", participant.SUBJID, EARLY_END_VISIT, END_FORM)
