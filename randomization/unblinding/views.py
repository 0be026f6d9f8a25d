"""Emergency unblinding in three steps: ask, wait for the vault, see the treatment once.

The treatment stands on one page, the answer to a POST: no address leads to it, nothing keeps it, and every
treatment makes a page of the same size. Waiting pages ask for themselves and never ask the vault.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from randomization.unblinding import actions, browser_key
from randomization.unblinding.models import UnblindingRequest
from randomization.unblinding.policies import UnblindingRefused, why_not_show, why_not_unblind
from randomization.unblinding.reasons import HOLDS, UnblindingReason
from randomization.unblinding.record import record_of
from randomization.unblinding.web_forms import EmergencyForm
from screening.actions import typed_password
from screening.lookup import participant_or_404
from screening.models import Participant
from trialsite.accounts.access import may, requires, role_name
from trialsite.accounts.models import Role, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

PATIENCE_SECONDS = 20  # after which the page says what to do when the vault does not answer
CONFLICT, REFUSED = 409, 422


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def unblinding(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """What was ever unblinded of a participant; for an investigator, the form that asks for it."""
    return _page(request, _found(request, SUBJID, Right.SEE_PARTICIPANTS), EmergencyForm())


@requires(Right.BREAK_BLIND)
@require_POST
def ask(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Put the request on record, then wait on its page; what hinders it comes back with what was typed."""
    participant = _found(request, SUBJID, Right.BREAK_BLIND)
    form = EmergencyForm(request.POST)
    if not form.is_valid():
        return _page(request, participant, form, REFUSED)
    given = form.cleaned_data
    secret = browser_key.secret_of(request)
    try:
        made = actions.request_unblinding(
            by=_user(request),
            participant=participant,
            UBREAS=given["UBREAS"],
            UBREASD=given["UBREASD"],
            password=typed_password(request, given["password"]),
            request_id=given["key"],
            key=browser_key.key_of(secret, given["key"]),
        )
    except PasswordRefused as refused:
        form.add_error("password", refused.reason)
    except UnblindingRefused as refused:
        form.add_error(refused.field or None, refused.reason)
    else:
        response = redirect("randomization:unblinding_answer", SUBJID, made.pk)
        browser_key.keep_secret(response, secret, SUBJID)
        return response
    return _page(request, participant, form, REFUSED)


@requires(Right.BREAK_BLIND)
@require_safe
def answer(request: HttpRequest, SUBJID: str, pk: uuid.UUID) -> HttpResponse:
    """Waiting for the vault; then the button that shows the treatment."""
    participant = _found(request, SUBJID, Right.BREAK_BLIND)
    wait = _wait(_own(request, participant, pk), timezone.now())
    part = "HX-Request" in request.headers
    template = "randomization/unblinding_state.html" if part else "randomization/unblinding_answer.html"
    context = {"participant": participant, "wait": wait, "part": part, "phone": settings.UNBLINDING_PHONE}
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


@requires(Right.BREAK_BLIND)
@require_POST
def show(request: HttpRequest, SUBJID: str, pk: uuid.UUID) -> HttpResponse:
    """The treatment, once."""
    participant = _found(request, SUBJID, Right.BREAK_BLIND)
    asked = _own(request, participant, pk)
    context: dict[str, object] = {"participant": participant, "asked": asked}
    try:
        arm = actions.show_treatment(
            by=_user(request),
            request_id=asked.pk,
            key=browser_key.key_of(browser_key.secret_of(request), asked.pk),
        )
    except UnblindingRefused as refused:
        context["refusal"] = refused.reason
        return render(request, "randomization/unblinding_refused.html", context, status=CONFLICT)
    response = render(request, "randomization/unblinding_shown.html", context | {"arm": arm})
    # Compressed on the way, its size would depend on what it says (L16).
    response["Cache-Control"] = "no-store, no-transform"
    browser_key.forget_secret(response, SUBJID)
    return response


@dataclass(frozen=True)
class Wait:
    """A request on its way: what hinders showing its answer, and until when it can be shown."""

    asked: UnblindingRequest
    refusal: str | None
    seconds: float

    @property
    def answered(self) -> bool:
        """Whether the treatment can be shown now."""
        return self.refusal is None

    @property
    def waiting(self) -> bool:
        """Whether the vault can still answer."""
        return not hasattr(self.asked, "answer") and self.seconds < HOLDS.total_seconds()

    @property
    def late(self) -> bool:
        """Whether the vault should have answered long ago."""
        return self.waiting and self.seconds >= PATIENCE_SECONDS

    @property
    def until(self) -> datetime:
        """When the request is over."""
        return self.asked.asked_at + HOLDS


def _wait(asked: UnblindingRequest, now: datetime) -> Wait:
    return Wait(asked, why_not_show(asked, now), (now - asked.asked_at).total_seconds())


def _own(request: HttpRequest, participant: Participant, pk: uuid.UUID) -> UnblindingRequest:
    """The person's own request; what others asked does not exist here."""
    rows = UnblindingRequest.objects.select_related("answer", "disclosure", "asked_by")
    found = rows.filter(pk=pk, participant=participant, asked_by=_user(request)).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, participant: Participant, form: EmergencyForm, status: int = 200
) -> HttpResponse:
    user, now = _user(request), timezone.now()
    may_ask = may(user, Right.BREAK_BLIND, participant.site_id)
    role = role_name(user, Right.BREAK_BLIND, participant.site_id)
    context = {
        "participant": participant,
        "form": form,
        "reasons": UnblindingReason.choices,
        "may_ask": may_ask,
        "why_not": why_not_unblind(participant),
        "acting_as": f"{user.full_name}, {Role(role).label.lower()}" if role else "",
        "record": record_of(participant, now),
        "open": _open_request(user, participant, now) if may_ask else None,
        "phone": settings.UNBLINDING_PHONE,
    }
    response = render(request, "randomization/unblinding.html", context, status=status)
    if may_ask:
        browser_key.keep_secret(response, browser_key.secret_of(request), participant.SUBJID)
    return response


def _open_request(user: User, participant: Participant, now: datetime) -> UnblindingRequest | None:
    """A request of this person that still can be shown: going back to it beats asking anew."""
    return UnblindingRequest.objects.filter(
        participant=participant, asked_by=user, asked_at__gt=now - HOLDS, disclosure=None
    ).last()


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _found(request: HttpRequest, SUBJID: str, right: Right) -> Participant:
    return participant_or_404(_user(request), SUBJID, right)
