"""The page of a participant's doses: compliance, kits, and the way to the gate of each."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from screening.lookup import participant_or_404
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.dosing.models import DoseOverride
from visits.dosing.panel import doses_panel
from visits.dosing.statements import flaw


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def compliance(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Doses given of doses due, volumes, kits; and every override with its signature."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
    signed = DoseOverride.objects.filter(participant=participant).select_related("by")
    context = {
        "participant": participant,
        "doses": doses_panel(participant),
        "signed": [(each, flaw(each)) for each in signed],
        "handles_kits": may(user, Right.HANDLE_KITS, participant.site_id),
    }
    return render(request, "visits/dosing/doses.html", context)
