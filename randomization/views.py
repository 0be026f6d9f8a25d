"""Asking, waiting and the answer: one page for the treatment number, one for the kit of a later dose.

The page asks for itself each second while it waits; it never asks the vault. A form carries the number of the
attempt that it stands for, so that neither a second click nor an old page makes a second request (F7).
"""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from randomization import actions
from randomization.pages import Page, kit_page, number_page
from randomization.policies import LATER_DOSES, NotYet
from screening.lookup import participant_or_404
from screening.models import Participant
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def number(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Why no number yet, the button that asks for it, the waiting, or the number."""
    participant = _found(request, SUBJID, Right.SEE_PARTICIPANTS)
    return _shown(request, number_page(_user(request), participant))


@requires(Right.REQUEST_NUMBER)
@require_POST
def ask_number(request: HttpRequest, SUBJID: str) -> HttpResponse:
    """Ask for the number, then show the page."""
    participant = _found(request, SUBJID, Right.REQUEST_NUMBER)
    try:
        actions.request_number(participant=participant, by=_user(request), attempt=_attempt(request))
    except NotYet as refused:
        messages.error(request, refused.reason)
    return redirect("randomization:number", SUBJID)


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def kit(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """The same for the kit of a later dose."""
    _of_a_later_dose(visit)
    participant = _found(request, SUBJID, Right.SEE_PARTICIPANTS)
    return _shown(request, kit_page(_user(request), participant, visit))


@requires(Right.REQUEST_NUMBER)
@require_POST
def ask_kit(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """Ask for the kit, then show the page."""
    _of_a_later_dose(visit)
    participant = _found(request, SUBJID, Right.REQUEST_NUMBER)
    try:
        actions.request_kit(
            participant=participant, visit=visit, by=_user(request), attempt=_attempt(request)
        )
    except NotYet as refused:
        messages.error(request, refused.reason)
    return redirect("randomization:kit", SUBJID, visit)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _found(request: HttpRequest, SUBJID: str, right: Right) -> Participant:
    return participant_or_404(_user(request), SUBJID, right)


def _of_a_later_dose(visit: str) -> None:
    if visit not in LATER_DOSES:
        raise Http404


def _attempt(request: HttpRequest) -> int:
    """The attempt that the form stood for; 0, which never repeats a request, when it does not say."""
    given = request.POST.get("attempt", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 4 else 0


def _shown(request: HttpRequest, page: Page) -> HttpResponse:
    """The whole page, or, for the page's own question, the part that changes."""
    part = "HX-Request" in request.headers
    template = "randomization/state.html" if part else "randomization/page.html"
    response = render(request, template, {"page": page, "participant": page.participant, "part": part})
    response["Vary"] = "HX-Request"
    return response
