"""Screening a person again: the new consent, and what the new screening may take from the earlier one."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from screening.carry_over import CARRIED, ENTERED_ANEW
from screening.case import live_review
from screening.lookup import participant_or_404
from screening.registration import RegistrationRefused
from screening.rescreening import RescreeningRefused, rescreen, rescreen_refusal
from screening.review_states import ReviewState
from screening.web_forms import RescreeningForm
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.forms import form_by_code
from trialsite.protocol import SCREENING_VISIT


@requires(Right.REGISTER_PARTICIPANT)
def rescreen_page(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Registers the person anew, and goes on to the first form of the new screening."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.REGISTER_PARTICIPANT)
    form = RescreeningForm(user, request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        try:
            later = rescreen(by=user, participant=participant, **form.cleaned_data)
        except RegistrationRefused as refused:
            for field, message in refused.refusals.items():
                form.add_error(field if field in form.fields else None, message)
        except RescreeningRefused as refused:
            refusal = refused.reason
        else:
            messages.success(
                request,
                f"{later.SUBJID} is registered, linked to {SUBJID}. Write this number on the consent form.",
            )
            return redirect("crf:entry", later.SUBJID, SCREENING_VISIT, "SV")
    if not form.is_bound:
        review = live_review(participant)
        refusal = rescreen_refusal(user, participant, ReviewState(review.state) if review else None)
    context = {
        "participant": participant,
        "form": form,
        "refusal": refusal,
        "carried": [
            (form_by_code(line.form), _labels(line.form, (*line.fields, *line.rows)), line.why)
            for line in CARRIED
        ],
        "anew": [(form_by_code(code), why) for code, why in ENTERED_ANEW.items()],
    }
    status = 409 if form.is_bound and refusal else 422 if form.is_bound else 200
    return render(request, "screening/rescreen.html", context, status=status)


def _labels(code: str, names: tuple[str, ...]) -> list[str]:
    form = form_by_code(code)
    titles = {section.name: section.title for section in form.repeating}
    return [titles.get(name) or form.variables()[name].label for name in names]
