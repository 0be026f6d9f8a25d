"""The eligibility of a participant: computed, submitted, decided with a signature."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from screening import actions
from screening.actions import typed_password
from screening.case import case_of
from screening.criteria import Overall
from screening.lookup import participant_or_404
from screening.models import EligibilityReview, Participant
from screening.policies import ReviewRefused, Stale
from screening.protocol_tables.loading import tables_in_force
from screening.review_lines import frozen_lines
from screening.review_models import Decision
from screening.safety_lines import frozen_alerts
from screening.signature import flaw
from screening.views.eligibility_page import STATE_OF, about_choices, page_context
from screening.web_forms import DecisionForm, SubmissionForm
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

UNCHANGED, CONFLICT, REFUSED = 200, 409, 422


@requires(Right.SEE_ELIGIBILITY)
@require_safe
def eligibility(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """The verdicts with their evidence; for those who may, submission and decision."""
    participant = _found(request, SUBJID)
    return _page(request, participant)


@requires(Right.ENTER_DATA)
@require_POST
def submit(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Hands the screening to the investigator."""
    participant = _found(request, SUBJID)
    form = SubmissionForm(participant.site, request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["assigned_to"][0]))
        return redirect("screening:eligibility", SUBJID)
    try:
        actions.submit_for_review(
            by=cast("User", request.user),
            participant=participant,
            assigned_to=form.cleaned_data["assigned_to"],
        )
    except ReviewRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "The screening waits for the investigator's decision.")
    return redirect("screening:eligibility", SUBJID)


@requires(Right.SIGN_ELIGIBILITY)
@require_POST
def decide(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Signs the decision; whatever hinders it comes back with the page, and nothing typed is lost."""
    participant = _found(request, SUBJID)
    form = DecisionForm(about_choices(case_of(participant)), request.POST)
    status = REFUSED
    if form.is_valid():
        try:
            review = _decide(request, participant, form)
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except Stale as stale:
            form.add_error(None, stale.reason)
            status = CONFLICT
        except ReviewRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, f"Signed: {review.get_decision_display().lower()}.")
            return redirect("screening:eligibility", SUBJID)
    return _page(request, participant, form, status)


@requires(Right.SEE_ELIGIBILITY)
@require_safe
def frozen(request: HttpRequest, SUBJID: str, pk: UUID) -> HttpResponse:
    """A review as it was frozen, for reading and printing (E1)."""
    participant = _found(request, SUBJID)
    review = (
        EligibilityReview.objects.filter(participant=participant, pk=pk)
        .select_related("submitted_by", "assigned_to", "signed_by")
        .first()
    )
    if review is None:
        raise Http404
    content, sources = review.snapshot["content"], review.snapshot["sources"]
    context = {
        "participant": participant,
        "review": review,
        "content": content,
        "in_force": tables_in_force(participant.today()),
        "overall": STATE_OF[Overall(review.overall)],
        "criteria": frozen_lines(content),
        "safety": frozen_alerts(review.snapshot),
        "frozen": True,
        "values": list(zip(content["values"], sources, strict=True)),
        "flaw": flaw(review) if review.decision else None,
    }
    return render(request, "screening/frozen.html", context)


def _found(request: HttpRequest, SUBJID: str) -> Participant:
    return participant_or_404(cast("User", request.user), SUBJID, Right.SEE_ELIGIBILITY)


def _decide(request: HttpRequest, participant: Participant, form: DecisionForm) -> EligibilityReview:
    given = form.cleaned_data
    by = cast("User", request.user)
    password = typed_password(request, given["password"])
    seen = given["seen_hash"]
    if given["decision"] == Decision.APPROVED:
        return actions.sign_eligibility(by=by, participant=participant, password=password, seen_hash=seen)
    if given["decision"] == Decision.RETURNED:
        return actions.return_for_questions(
            by=by,
            participant=participant,
            password=password,
            seen_hash=seen,
            questions=given["questions"],
        )
    return actions.record_screen_failure(
        by=by, participant=participant, password=password, seen_hash=seen, note=given["note"]
    )


def _page(
    request: HttpRequest, participant: Participant, form: DecisionForm | None = None, status: int = UNCHANGED
) -> HttpResponse:
    context = page_context(cast("User", request.user), participant, form)
    # On paper nothing unfolds.
    context["unfolded"] = "unfold" in request.GET
    return render(request, "screening/eligibility.html", context, status=status)
