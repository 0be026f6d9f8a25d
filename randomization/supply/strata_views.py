"""The report on strata and on numbers given in error, and the page where an investigator records one."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from randomization.models import NumberError, TreatmentRequest
from randomization.states import State
from randomization.supply.ledger import SupplyRefused
from randomization.supply.strata import MEANING, kind_at, mismatches, record_number_error
from randomization.supply.web_forms import NumberErrorForm
from screening.actions import typed_password
from screening.lookup import participant_or_404
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

REFUSED = 422


@requires(Right.SEE_STRATA)
@require_safe
def strata(request: HttpRequest) -> HttpResponse:
    """Who was randomized in another stratum than the corrected one, and what was given in error."""
    errors = NumberError.objects.select_related("request__participant", "by")
    context = {"mismatches": mismatches(), "errors": errors}
    return render(request, "randomization/supply/strata.html", context)


@requires(Right.RECORD_NUMBER_ERROR)
@require_http_methods(["GET", "HEAD", "POST"])
def given_in_error(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """Record that the number or the kit of a visit was given in error."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.RECORD_NUMBER_ERROR)
    given = get_object_or_404(
        TreatmentRequest, participant=participant, visit=visit, kind=kind_at(visit), state=State.TAKEN_UP
    )
    form = NumberErrorForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            record_number_error(
                by=user,
                request=given,
                reason=data["reason"],
                password=typed_password(request, data["password"]),
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except SupplyRefused as refused:
            form.add_error("reason", refused.reason)
        else:
            messages.success(request, "Recorded. The number stays with the participant.")
            return redirect("visits:casebook", SUBJID)
    context = {
        "participant": participant,
        "given": given,
        "form": form,
        "meaning": MEANING,
        "error": NumberError.objects.filter(request=given).select_related("by").first(),
    }
    status = REFUSED if request.method == "POST" else None
    return render(request, "randomization/supply/given_in_error.html", context, status=status)
