"""The allocation list for those who prepare it: hand in, confirm, and whether the loaded one still holds."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from randomization import list_actions
from randomization.list_file import ListProblem
from randomization.list_forms import ConfirmForm, HandInForm
from randomization.list_models import HandedInList
from randomization.list_states import LIST_UNDER_WAY, ListState
from screening.actions import typed_password
from trialsite import protocol
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

REFUSED = 422
_SHOWN = 20


@requires(Right.LOAD_LIST)
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Which list is loaded or under way, and the one thing to do next."""
    return _page(request)


@requires(Right.LOAD_LIST)
@require_POST
def hand_in(request: HttpRequest) -> HttpResponse:
    """The maker hands in the sealed file."""
    form = HandInForm(request.POST, request.FILES)
    if form.is_valid():
        password = typed_password(request, form.cleaned_data["password"])
        try:
            list_actions.hand_in(
                by=_user(request), content=form.cleaned_data["file"].read(), password=password
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except ListProblem as problem:
            form.add_error("file", str(problem))
        else:
            messages.success(request, "The list is handed in. Somebody else has to confirm it.")
            return redirect("randomization:lists")
    return _page(request, hand_in_form=form)


@requires(Right.LOAD_LIST)
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person has it loaded."""
    handed_in = get_object_or_404(HandedInList, pk=pk)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        password = typed_password(request, given["password"])
        try:
            list_actions.confirm(
                by=_user(request), handed_in=handed_in, commitment=given["commitment"], password=password
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except ListProblem as problem:  # it has moved on, or is not for this person: no form to correct
            messages.error(request, str(problem))
        if not form.errors:
            return redirect("randomization:lists")
    return _page(request, confirm_form=form)


@requires(Right.LOAD_LIST)
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes back a list that nobody has confirmed."""
    try:
        list_actions.withdraw(by=_user(request), handed_in=get_object_or_404(HandedInList, pk=pk))
    except ListProblem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "The list is withdrawn; its content is forgotten.")
    return redirect("randomization:lists")


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _page(
    request: HttpRequest, *, hand_in_form: HandInForm | None = None, confirm_form: ConfirmForm | None = None
) -> HttpResponse:
    """The whole page, or, for the page's own question, the part that changes; nothing typed is lost."""
    rows = list(HandedInList.objects.defer("content").select_related("handed_in_by", "confirmed_by")[:_SHOWN])
    under_way = next((row for row in rows if row.state in LIST_UNDER_WAY), None)
    user = _user(request)
    context = {
        "loaded": list_actions.loaded(),
        "check": list_actions.last_check(),
        "under_way": under_way,
        "waits_for_vault": under_way is not None and under_way.state == ListState.CONFIRMED,
        "is_maker": under_way is not None
        and user.username in (under_way.maker, under_way.handed_in_by.username),
        "past": [row for row in rows if row is not under_way and row.state != ListState.LOADED],
        "wanted": protocol.LIST_SLOTS_PER_STRATUM,
        "hand_in_form": hand_in_form or HandInForm(),
        "confirm_form": confirm_form
        or ConfirmForm(initial={"commitment": under_way.commitment if under_way else ""}),
    }
    part = "HX-Request" in request.headers
    response = render(
        request,
        "randomization/lists_state.html" if part else "randomization/lists.html",
        context | {"part": part},
        status=REFUSED if hand_in_form or confirm_form else None,
    )
    response["Vary"] = "HX-Request"
    return response
