"""The unblinding of the whole study: where it stands, asking for it, approving it. No arm is on this page."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from randomization.unblinding.final_actions import (
    MEANING,
    approve_unblinding,
    ask_final_unblinding,
    present,
    why_not_approve,
)
from randomization.unblinding.policies import UnblindingRefused
from randomization.unblinding.web_forms import SignedReasonForm
from screening.actions import typed_password
from trialsite.accounts.access import requires
from trialsite.accounts.models import Role, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

REFUSED = 422


@requires(Right.APPROVE_UNBLINDING)
@require_http_methods(["GET", "HEAD", "POST"])
def final(request: HttpRequest) -> HttpResponse:
    """Show it; or ask, and approve what was asked, with a password."""
    form = SignedReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _signed(request, form):
        messages.success(request, "Signed.")
        return redirect("randomization:final_unblinding")
    now = present()
    context = {
        "form": form,
        "now": now,
        "approvals": [(each, Role(each.role).label) for each in now.approvals],
        "why_not": why_not_approve(_user(request), now),
        "meaning": MEANING,
    }
    status = REFUSED if form.is_bound else 200
    return render(request, "randomization/unblinding_final.html", context, status=status)


def _signed(request: HttpRequest, form: SignedReasonForm) -> bool:
    """Whether the signature was given; if not, the form says why."""
    user, given = _user(request), form.cleaned_data
    password = typed_password(request, given["password"])
    try:
        if present().asked is None:
            ask_final_unblinding(by=user, reason=given["reason"], password=password)
        else:
            approve_unblinding(by=user, password=password)
    except PasswordRefused as refused:
        form.add_error("password", refused.reason)
    except UnblindingRefused as refused:
        form.add_error(None, refused.reason)
    return form.is_valid()


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
