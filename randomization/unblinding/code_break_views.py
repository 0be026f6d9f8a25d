"""Recording a code break that was made outside the system."""

from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from randomization.unblinding.actions import record_code_break
from randomization.unblinding.policies import UnblindingRefused
from randomization.unblinding.reasons import UnblindingReason
from randomization.unblinding.web_forms import CodeBreakForm
from screening.actions import typed_password
from screening.models import Participant
from trialsite.accounts.access import requires, sites_where
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

REFUSED = 422


@requires(Right.RECORD_CODE_BREAK)
def code_break(request: HttpRequest) -> HttpResponse:
    """Ask who opened which sheet, when and why, and record it. The treatment is not asked for."""
    form = CodeBreakForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _recorded(request, form):
        messages.success(
            request,
            f"The code break of {form.cleaned_data['RANDNO'].strip()} is on record. "
            "Data managers and sponsor are told that it happened.",
        )
        return redirect("randomization:code_break")
    status = REFUSED if form.is_bound else 200
    context = {"form": form, "reasons": UnblindingReason.choices}
    return render(request, "randomization/unblinding_code_break.html", context, status=status)


def _recorded(request: HttpRequest, form: CodeBreakForm) -> bool:
    """Whether it was put on record; if not, the form says why."""
    user, given = cast("User", request.user), form.cleaned_data
    participant = (
        Participant.objects.select_related("site")
        .filter(RANDNO=given["RANDNO"].strip(), site__in=sites_where(user, Right.RECORD_CODE_BREAK))
        .first()
    )
    if participant is None:
        form.add_error("RANDNO", "No participant of your sites has this number.")
        return False
    try:
        record_code_break(
            by=user,
            participant=participant,
            UBREAS=given["UBREAS"],
            UBREASD=given["UBREASD"],
            opened_at=given["opened_at"].replace(tzinfo=ZoneInfo(participant.site.time_zone)),
            UBWHO=given["UBWHO"],
            UBREQ=given["UBREQ"],
            password=typed_password(request, given["password"]),
        )
    except PasswordRefused as refused:
        form.add_error("password", refused.reason)
    except UnblindingRefused as refused:
        form.add_error(refused.field or None, refused.reason)
    return form.is_valid()
