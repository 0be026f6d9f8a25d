"""The side panel of a screening form: what the criteria say while it is being filled in."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from screening.criteria import readings_under
from screening.live import live
from screening.lookup import participant_or_404
from screening.protocol_tables.loading import tables_for
from screening.views.eligibility_page import STATE_OF
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right


@requires(Right.SEE_ELIGIBILITY)
@require_safe
def panel(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Every criterion as met, not met or not yet known, with what is missing; a part of a page."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_ELIGIBILITY)
    form = request.GET.get("form", "")[:8]
    readings = readings_under(tables_for(participant))
    found = live(participant, by=user, form=form, readings=readings)
    context = {"participant": participant, "live": found, "overall": STATE_OF[found.overall], "form": form}
    return render(request, "screening/live.html", context)
