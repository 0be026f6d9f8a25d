"""The laboratory assessor's pages: what waits to be judged, and give, hold or stop for one dose."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from screening.actions import typed_password
from screening.models import Participant
from trialsite.accounts.access import requires, role_name, sites_where
from trialsite.accounts.models import Role, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right
from visits.dosing.actions import give_advice
from visits.dosing.gate import Advice
from visits.dosing.gathering import doses_of, facts_of
from visits.dosing.infections import open_serious_infections
from visits.dosing.label_advice import before, label_advice
from visits.dosing.models import AdviceReason, DoseAdvice
from visits.dosing.policies import DosingRefused, advice_refusal
from visits.dosing.results import laboratories, results_of
from visits.dosing.statements import flaw
from visits.dosing.views.gate import participant_of_dose_visit
from visits.dosing.waiting import laboratories_to_judge
from visits.dosing.web_forms import ADVICE_CHOICES, AdviceForm
from visits.windows import VISIT_BY_CODE

SHOWN, REFUSED = 100, 422


@requires(Right.ADVISE_DOSE)
@require_safe
def advice_queue(request: HttpRequest) -> HttpResponse:
    """The laboratories that wait, the longest waiting first."""
    rows = laboratories_to_judge(sites_where(cast("User", request.user), Right.ADVISE_DOSE))
    found = list(rows[: SHOWN + 1])
    waiting = [(record, VISIT_BY_CODE[record.visit]) for record in found[:SHOWN]]
    return render(
        request, "visits/dosing/queue.html", {"waiting": waiting, "more": len(found) > SHOWN, "shown": SHOWN}
    )


@requires(Right.ADVISE_DOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def dose_advice(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """All results of a participant up to a dose visit, the label's advice, and the assessor's word."""
    participant = participant_of_dose_visit(request, SUBJID, visit, Right.ADVISE_DOSE)
    if request.method != "POST":
        return _page(request, participant, visit, AdviceForm())
    form = AdviceForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            give_advice(
                by=cast("User", request.user),
                participant=participant,
                visit=visit,
                advice=Advice(given["advice"]),
                reason=AdviceReason.Code(given["reason"]),
                text=given["text"],
                seen_version=given["version"],
                password=typed_password(request, given["password"]),
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except DosingRefused as refused:
            form.add_error(refused.field or None, refused.reason)
        else:
            messages.success(request, f"Signed: {given['advice'].lower()}.")
            return redirect("visits:advice_queue")
    return _page(request, participant, visit, form, REFUSED)


def _page(
    request: HttpRequest, participant: Participant, visit: str, form: AdviceForm, status: int = 200
) -> HttpResponse:
    user = cast("User", request.user)
    facts = facts_of(participant, visit)
    found = laboratories(participant)
    dosed = dict(doses_of(participant)).get(visit)
    role = role_name(user, Right.ADVISE_DOSE, participant.site_id)
    given = DoseAdvice.objects.filter(participant=participant).select_related("masked_reason", "by")
    context = {
        "participant": participant,
        "visit": VISIT_BY_CODE[visit],
        "facts": facts,
        "results": results_of(participant, visit, found),
        "label": label_advice(found.get(visit), before(found, visit), open_serious_infections(participant)),
        "refusal": advice_refusal(user, participant, facts, dosed=dosed is not None),
        "form": form,
        "choices": ADVICE_CHOICES,
        "reasons": AdviceReason.Code.choices,
        "acting_as": f"{user.full_name}, {Role(role).label.lower()}" if role else "",
        "given": [(each, VISIT_BY_CODE[each.visit].label, flaw(each)) for each in given],
    }
    return render(request, "visits/dosing/advice.html", context, status=status)
