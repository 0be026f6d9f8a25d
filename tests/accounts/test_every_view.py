"""Every address of the application, with every role: what is not declared is refused (C1)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from trialsite.accounts.access import NotAllowed, declaration, may
from trialsite.accounts.declared import DeclaredViewsOnly, is_library_view
from trialsite.accounts.models import Role
from trialsite.accounts.rights import RIGHTS, Right

View = Callable[..., HttpResponse]
METHOD_NOT_ALLOWED = 405


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route, with the text of its address."""
    for entry in resolver.url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, where)
        else:
            yield where, entry


ROUTES = list(patterns(get_resolver()))
GUARDED = [(where, route.callback) for where, route in ROUTES if hasattr(route.callback, "required_right")]


@pytest.mark.req("C1")
def test_every_address_declares_who_may_see_it() -> None:
    assert len(ROUTES) > 10
    undeclared = [
        where
        for where, route in ROUTES
        if not declaration(route.callback) and not is_library_view(route.callback)
    ]
    assert undeclared == []


@pytest.mark.req("C1")
def test_what_is_open_to_strangers_is_a_short_list() -> None:
    public = sorted(where for where, route in ROUTES if declaration(route.callback) == "public")
    assert public == ["calendar/feed.ics", "healthz", "login/", "logout/", "password/set/<uidb64>/<token>/"]


def ask(view: View, user: object, where: str) -> HttpResponse:
    """The view's answer to a GET or, where it takes none, a POST; with arguments that lead nowhere."""
    arguments = {part.split(":")[-1].split(">")[0]: "none" for part in where.split("<")[1:]}
    for method in ("GET", "POST"):
        request = RequestFactory().generic(method, "/")
        request.user = user  # type: ignore[assignment]
        answer = view(request, **arguments)
        if answer.status_code != METHOD_NOT_ALLOWED:
            break
    return answer


@pytest.mark.django_db
@pytest.mark.req("C1", "I2")
@pytest.mark.parametrize("role", Role)
def test_every_role_is_refused_at_every_address_whose_right_it_lacks(join: Any, role: Role) -> None:
    person = join(role, "01")
    for where, view in GUARDED:
        right: Right = view.required_right
        assert may(person, right) == (right in RIGHTS[role])
        if right not in RIGHTS[role]:
            with pytest.raises(NotAllowed, match="Only"):
                ask(view, person, where)


@pytest.mark.django_db
@pytest.mark.req("C1")
def test_a_stranger_is_sent_to_sign_in_from_everywhere_else() -> None:
    for where, route in ROUTES:
        if declaration(route.callback) not in {"", "public"}:
            answer = ask(route.callback, AnonymousUser(), where)
            assert answer.status_code == 302, where
            assert answer.headers["Location"].startswith("/login/"), where


@pytest.mark.req("C1")
def test_a_view_that_declares_nothing_is_refused_by_the_middleware(rf: RequestFactory) -> None:
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    with pytest.raises(NotAllowed, match="does not say who may"):
        DeclaredViewsOnly(forgotten).process_view(rf.get("/"), forgotten, (), {})


@pytest.mark.django_db
def test_the_refusal_is_a_page_that_says_who_may(join: Any, client: Client) -> None:
    client.force_login(join(Role.PHARMACIST))
    answer = client.get("/people/")
    assert answer.status_code == 403
    assert "You are pharmacist" in answer.content.decode()
