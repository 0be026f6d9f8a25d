"""The allocation list and the kit lists for those who prepare them: hand in, confirm, and whether what is
loaded still holds."""

from itertools import chain
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from randomization import list_actions
from randomization.list_file import ListProblem
from randomization.list_forms import ConfirmForm, HandInForm
from randomization.list_models import HandedInList
from randomization.list_states import LIST_UNDER_WAY, ListKind, ListState
from screening.actions import typed_password
from trialsite import protocol
from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

REFUSED = 422
_SHOWN = 20
_PAGE = {ListKind.ALLOCATION: "randomization:lists", ListKind.KITS: "randomization:kit_lists"}
_TEMPLATE = {ListKind.ALLOCATION: "lists", ListKind.KITS: "kit_lists"}


@requires(Right.LOAD_LIST)
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Which list is loaded or under way, and the one thing to do next."""
    return _page(request, ListKind.ALLOCATION)


@requires(Right.LOAD_LIST)
@require_POST
def hand_in(request: HttpRequest) -> HttpResponse:
    """The maker hands in the sealed file."""
    return _hand_in(request, ListKind.ALLOCATION)


@requires(Right.LOAD_LIST)
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person has it loaded."""
    return _confirm(request, ListKind.ALLOCATION, pk)


@requires(Right.LOAD_LIST)
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes back a list that nobody has confirmed."""
    return _withdraw(request, ListKind.ALLOCATION, pk)


@requires(Right.LOAD_KITS)
@require_safe
def kit_lists(request: HttpRequest) -> HttpResponse:
    """The same for kit lists, of which there are as many as lots are packed."""
    return _page(request, ListKind.KITS)


@requires(Right.LOAD_KITS)
@require_POST
def hand_in_kits(request: HttpRequest) -> HttpResponse:
    """The maker hands in a sealed kit list."""
    return _hand_in(request, ListKind.KITS)


@requires(Right.LOAD_KITS)
@require_POST
def confirm_kits(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person has it loaded."""
    return _confirm(request, ListKind.KITS, pk)


@requires(Right.LOAD_KITS)
@require_POST
def withdraw_kits(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes back a kit list that nobody has confirmed."""
    return _withdraw(request, ListKind.KITS, pk)


def _hand_in(request: HttpRequest, kind: ListKind) -> HttpResponse:
    form = HandInForm(request.POST, request.FILES)
    if form.is_valid():
        password = typed_password(request, form.cleaned_data["password"])
        content = form.cleaned_data["file"].read()
        try:
            list_actions.hand_in(by=_user(request), kind=kind, content=content, password=password)
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except ListProblem as problem:
            form.add_error("file", str(problem))
        else:
            messages.success(request, "The list is handed in. Somebody else has to confirm it.")
            return redirect(_PAGE[kind])
    return _page(request, kind, hand_in_form=form)


def _confirm(request: HttpRequest, kind: ListKind, pk: UUID) -> HttpResponse:
    handed_in = get_object_or_404(HandedInList, pk=pk, kind=kind)
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
            return redirect(_PAGE[kind])
    return _page(request, kind, confirm_form=form)


def _withdraw(request: HttpRequest, kind: ListKind, pk: UUID) -> HttpResponse:
    handed_in = get_object_or_404(HandedInList, pk=pk, kind=kind)
    try:
        list_actions.withdraw(by=_user(request), handed_in=handed_in)
    except ListProblem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "The list is withdrawn; its content is forgotten.")
    return redirect(_PAGE[kind])


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _page(
    request: HttpRequest,
    kind: ListKind,
    *,
    hand_in_form: HandInForm | None = None,
    confirm_form: ConfirmForm | None = None,
) -> HttpResponse:
    """The whole page, or, for the page's own question, the part that changes; nothing typed is lost."""
    rows = list(
        HandedInList.objects.filter(kind=kind)
        .defer("content")
        .select_related("handed_in_by", "confirmed_by")[:_SHOWN]
    )
    under_way = next((row for row in rows if row.state in LIST_UNDER_WAY), None)
    user = _user(request)
    if under_way and hand_in_form:  # somebody was faster: the page has no place for what was refused
        messages.error(request, " ".join(map(str, chain.from_iterable(hand_in_form.errors.values()))))
    context = {
        "under_way": under_way,
        "waits_for_vault": under_way is not None and under_way.state == ListState.CONFIRMED,
        "is_maker": under_way is not None
        and user.username in (under_way.maker, under_way.handed_in_by.username),
        "past": [row for row in rows if row is not under_way and row.state != ListState.LOADED],
        "hand_in_form": hand_in_form or HandInForm(),
        "confirm_form": confirm_form
        or ConfirmForm(initial={"commitment": under_way.commitment if under_way else ""}),
    }
    part = "HX-Request" in request.headers
    response = render(
        request,
        f"randomization/{_TEMPLATE[kind]}{'_state' if part else ''}.html",
        context | _loaded(kind) | {"part": part},
        status=REFUSED if hand_in_form or confirm_form else None,
    )
    response["Vary"] = "HX-Request"
    return response


def _loaded(kind: ListKind) -> dict[str, Any]:
    if kind is ListKind.KITS:
        return {"loaded": list_actions.loaded_kits()}
    return {
        "loaded": list_actions.loaded(),
        "check": list_actions.last_check(),
        "wanted": protocol.LIST_SLOTS_PER_STRATUM,
    }
