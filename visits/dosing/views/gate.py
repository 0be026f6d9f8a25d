"""The page “Before the dose”: every rule with its answer, one next action, and the override."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from screening.actions import typed_password
from screening.lookup import participant_or_404
from screening.models import Participant
from trialsite.accounts.access import may, requires, role_name
from trialsite.accounts.models import Role, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right
from visits.dosing.actions import override_gate
from visits.dosing.gate import lines_of
from visits.dosing.gathering import doses_of, facts_of
from visits.dosing.infections import open_serious_infections
from visits.dosing.label_advice import before, label_advice
from visits.dosing.models import DoseOverride
from visits.dosing.page import gate_lines, next_thing
from visits.dosing.policies import DosingRefused, override_refusal, seen, visit_refusal
from visits.dosing.results import laboratories
from visits.dosing.statements import flaw
from visits.dosing.web_forms import DayForm, OverrideForm
from visits.windows import VISIT_BY_CODE

REFUSED = 422


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def dose_gate(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """The gate of a dose visit, for a day (`on`; today unless asked)."""
    participant = participant_of_dose_visit(request, SUBJID, visit, Right.SEE_PARTICIPANTS)
    asked = DayForm(request.GET)
    return _page(request, participant, visit, asked.day(participant.today()), OverrideForm(), asked)


@requires(Right.OVERRIDE_DOSE_GATE)
@require_POST
def override(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """Sign an override; what hinders it comes back with what was typed."""
    participant = participant_of_dose_visit(request, SUBJID, visit, Right.OVERRIDE_DOSE_GATE)
    asked = DayForm(request.POST)
    on = asked.day(participant.today())
    form = OverrideForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        user = cast("User", request.user)
        try:
            override_gate(
                by=user,
                participant=participant,
                visit=visit,
                on=on,
                reason=given["reason"],
                seen_hash=given["seen"],
                password=typed_password(request, given["password"]),
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except DosingRefused as refused:
            form.add_error(refused.field or None, refused.reason)
        else:
            messages.success(request, "Signed. A deviation is proposed for people to classify.")
            url = reverse("visits:dose_gate", kwargs={"SUBJID": SUBJID, "visit": visit})
            return redirect(f"{url}?on={on.isoformat()}")
    return _page(request, participant, visit, on, form, asked, REFUSED)


def participant_of_dose_visit(request: HttpRequest, SUBJID: str, visit: str, right: Right) -> Participant:
    """The participant, where this person may see it and the visit has a dose; else a 404."""
    participant = participant_or_404(cast("User", request.user), SUBJID, right)
    if visit_refusal(participant, visit):
        raise Http404
    return participant


def _page(
    request: HttpRequest,
    participant: Participant,
    visit: str,
    on: date,
    form: OverrideForm,
    asked: DayForm,
    status: int = 200,
) -> HttpResponse:
    user = cast("User", request.user)
    facts = facts_of(participant, visit)
    lines = lines_of(facts, on)
    dosed = dict(doses_of(participant)).get(visit)
    found = laboratories(participant)
    role = role_name(user, Right.OVERRIDE_DOSE_GATE, participant.site_id)
    signed = DoseOverride.objects.filter(participant=participant, visit=visit).select_related("by")
    context = {
        "participant": participant,
        "visit": VISIT_BY_CODE[visit],
        "facts": facts,
        "on": on,
        "is_today": on == participant.today(),
        "day_errors": asked.errors.get("on", []) if asked.is_bound else [],
        "lines": gate_lines(lines),
        "all_open": all(line.open for line in lines),
        "next": None if dosed else next_thing(user, participant, visit, on, facts, lines),
        "dosed_on": dosed,
        "form": form,
        "seen": seen(lines),
        "may_override": not dosed and override_refusal(user, participant, lines) is None,
        "overridable": [line for line in lines if line.overridable],
        "acting_as": f"{user.full_name}, {Role(role).label.lower()}" if role else "",
        "signed": [(each, flaw(each)) for each in signed],
        "label": label_advice(found.get(visit), before(found, visit), open_serious_infections(participant)),
        "may_advise": may(user, Right.ADVISE_DOSE, participant.site_id) and not facts.first_dose,
    }
    return render(request, "visits/dosing/gate.html", context, status=status)
