"""Who works in the study: the list, and for administrators what can be done about it."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_GET, require_POST

from trialsite.accounts import actions
from trialsite.accounts.access import may, requires, sites_where
from trialsite.accounts.forms import PersonForm, RoleForm
from trialsite.accounts.models import Membership, User
from trialsite.accounts.rights import Right


@requires(Right.SEE_PEOPLE)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody for an administrator; for others, who works at their sites or in the whole study."""
    user = cast("User", request.user)
    manages = may(user, Right.MANAGE_PEOPLE)
    memberships = Membership.objects.filter(ended_at=None).select_related("site").order_by("role", "site")
    rows: QuerySet[User] = User.objects.order_by("-is_active", "full_name")
    if not manages:
        near = Q(site=None) | Q(site__in=sites_where(user, Right.SEE_PEOPLE))
        memberships = memberships.filter(near)
        rows = rows.filter(is_active=True, pk__in=memberships.order_by().values("user"))
    shown = rows.prefetch_related(Prefetch("memberships", memberships, to_attr="live"))
    return render(request, "accounts/people.html", {"people": shown, "manages": manages})


@requires(Right.MANAGE_PEOPLE)
def add(request: HttpRequest) -> HttpResponse:
    """A new account."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.add_person(by=cast("User", request.user), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"The account of {person} is open. Give a role next.")
            return redirect("person", person.username)
    return render(request, "accounts/add_person.html", {"form": form})


@requires(Right.MANAGE_PEOPLE)
@require_GET
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One account: its roles, and what can be done with it."""
    return _page(request, get_object_or_404(User, username=username), RoleForm())


@requires(Right.MANAGE_PEOPLE)
@require_POST
def give_role(request: HttpRequest, username: str) -> HttpResponse:
    """Give a role."""
    whom = get_object_or_404(User, username=username)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            given = actions.give_role(by=cast("User", request.user), user=whom, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"{whom} is now {given}.")
            return redirect("person", username)
    return _page(request, whom, form)


@requires(Right.MANAGE_PEOPLE)
@require_POST
def end_role(request: HttpRequest, username: str, number: int) -> HttpResponse:
    """End a role."""
    membership = get_object_or_404(
        Membership.objects.select_related("user"), pk=number, user__username=username
    )
    return _done(
        request,
        membership.user,
        lambda by: actions.end_role(by=by, membership=membership),
        f"{membership.user} is no longer {membership}.",
    )


@requires(Right.MANAGE_PEOPLE)
@require_POST
def deactivate(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account."""
    whom = get_object_or_404(User, username=username)
    words = f"The account of {whom} is closed; whoever is signed in with it is signed out."
    return _done(request, whom, lambda by: actions.deactivate_person(by=by, user=whom), words)


@requires(Right.MANAGE_PEOPLE)
@require_POST
def reactivate(request: HttpRequest, username: str) -> HttpResponse:
    """Open a closed account again."""
    whom = get_object_or_404(User, username=username)
    words = f"The account of {whom} is open again. Give a role and make a password link."
    return _done(request, whom, lambda by: actions.reactivate_person(by=by, user=whom), words)


@requires(Right.MANAGE_PEOPLE)
@require_POST
def password_link(request: HttpRequest, username: str) -> HttpResponse:
    """Void the password and show, once, the link through which its holder sets a new one."""
    whom = get_object_or_404(User, username=username)
    try:
        actions.void_password(by=cast("User", request.user), user=whom)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("person", username)
    key = urlsafe_base64_encode(force_bytes(whom.pk))
    address = reverse("set_password", args=[key, default_token_generator.make_token(whom)])
    return _page(request, whom, RoleForm(), link=request.build_absolute_uri(address))


def _done(request: HttpRequest, whom: User, act: Callable[[User], None], words: str) -> HttpResponse:
    try:
        act(cast("User", request.user))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, words)
    return redirect("person", whom.username)


def _page(request: HttpRequest, whom: User, form: RoleForm, link: str = "") -> HttpResponse:
    held = whom.memberships.select_related("site", "given_by").order_by("-ended_at", "role")
    context = {
        "whom": whom,
        "live": [one for one in held if one.ended_at is None],
        "ended": [one for one in held if one.ended_at is not None],
        "form": form,
        "link": link,
        "is_self": whom == request.user,
    }
    return render(request, "accounts/person.html", context)
