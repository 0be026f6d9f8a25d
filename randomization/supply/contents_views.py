"""The pharmacist's pages: ask for the contents of the kits, wait for the vault, see them once."""

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from randomization.supply import contents
from randomization.supply.ledger import SupplyRefused
from randomization.supply.models import KitReport
from randomization.supply.web_forms import Signed
from randomization.unblinding import browser_key
from screening.actions import typed_password
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

REFUSED = 422


class AskForm(Signed):
    """The signature under a question, and its id, sent along so that a double click asks once."""

    key = forms.UUIDField(widget=forms.HiddenInput)


@requires(Right.SEE_KIT_CONTENTS)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Which reports were asked for, and the form that asks for another."""
    return _start(request, AskForm(initial={"key": contents.fresh_id()}))


@requires(Right.SEE_KIT_CONTENTS)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Put the question on record, then wait."""
    form = AskForm(request.POST)
    if form.is_valid():
        report_id, secret = form.cleaned_data["key"], browser_key.secret_of(request)
        try:
            contents.ask(
                by=_user(request),
                key=browser_key.key_of(secret, report_id),
                report_id=report_id,
                password=typed_password(request, form.cleaned_data["password"]),
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        else:
            response = redirect("randomization:kit_report", report_id)
            browser_key.keep_secret_at(response, secret, _path())
            return response
    return _start(request, form, REFUSED)


@requires(Right.SEE_KIT_CONTENTS)
@require_safe
def wait(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Waiting for the vault; then the button that shows the contents."""
    report = get_object_or_404(KitReport.objects.defer("answer"), pk=pk, asked_by=_user(request))
    part = "HX-Request" in request.headers
    template = "report_state.html" if part else "report.html"
    response = render(request, f"randomization/supply/{template}", {"report": report, "part": part})
    response["Vary"] = "HX-Request"
    return response


@requires(Right.SEE_KIT_CONTENTS)
@require_POST
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The contents, as the answer to a POST: no address leads to them a second time."""
    report = get_object_or_404(KitReport.objects.defer("answer"), pk=pk, asked_by=_user(request))
    key = browser_key.key_of(browser_key.secret_of(request), report.pk)
    try:
        opened = contents.show(by=_user(request), report=report, key=key)
    except SupplyRefused as refused:
        messages.error(request, refused.reason)
        return redirect("randomization:kit_contents")
    context = {"report": report, "contents": opened, "columns": [state.label for state in contents.COUNTED]}
    response = render(request, "randomization/supply/contents.html", context)
    browser_key.forget_secret_at(response, _path())
    return response


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _path() -> str:
    return reverse("randomization:kit_contents")


def _start(request: HttpRequest, form: AskForm, status: int | None = None) -> HttpResponse:
    past = KitReport.objects.defer("answer").select_related("asked_by").filter(asked_by=_user(request))[:20]
    context = {"form": form, "past": past}
    return render(request, "randomization/supply/contents_start.html", context, status=status)
