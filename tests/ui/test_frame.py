"""What stands around every page: landmarks, navigation by rights, messages, the banner, errors."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings

from tests.ui.conftest import signed_in
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role
from trialsite.navigation import ROOMS, address
from trialsite.pages import errors

pytestmark = pytest.mark.django_db


def _h1(page: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    ]


def _assert_whole(page: str) -> None:
    assert '<html lang="en">' in page
    title = re.search(r"<title>(.+?)</title>", page)
    assert title
    assert not title[1].startswith(" ·"), "the page has no title of its own"
    assert page.count('<main id="main"') == 1
    assert '<header class="top">' in page
    assert '<footer class="foot">' in page
    assert 'href="#main">Skip to content' in page
    (heading,) = _h1(page)
    assert heading


@pytest.mark.parametrize("role", Role)
def test_every_room_that_a_role_is_shown_opens_and_is_a_whole_page(role: Role, people: None) -> None:
    client = signed_in(role)
    page = client.get(address("help")).content.decode()
    nav = re.search(r'<nav class="nav nav-wide".*?</nav>', page, re.DOTALL)
    assert nav
    rooms = re.findall(r'<a href="([^"]+)"', nav[0])
    for url in [
        *rooms,
        address("help"),
        address("assumptions"),
        address("roles"),
        address("password_change"),
    ]:
        response = client.get(url)
        assert response.status_code == 200, url
        _assert_whole(response.content.decode())


@pytest.mark.req("C1")
@pytest.mark.parametrize("role", Role)
def test_no_room_is_shown_that_the_role_may_not_enter(role: Role, people: None) -> None:
    client = signed_in(role)
    page = client.get(address("help")).content.decode()
    shown = set(re.findall(r'<a href="([^"]+)"[^>]*data-go', page))
    for room in ROOMS:
        if url := address(room.route):
            assert (client.get(url).status_code == 200) == (url in shown), room.label


def test_the_room_that_a_page_lies_in_is_marked(people: None) -> None:
    page = signed_in(Role.ADMINISTRATOR).get(address("people")).content.decode()
    marked = re.findall(r'<a href="([^"]+)"[^>]* aria-current="page"', page)
    assert set(marked) == {address("people")}


def test_a_stranger_sees_no_navigation_and_no_person() -> None:
    page = Client().get(address("login")).content.decode()
    _assert_whole(page)
    assert "<nav" not in page
    assert "Log out" not in page


@pytest.mark.req("C2")
def test_a_demonstration_says_so_on_every_page_and_nothing_else_does() -> None:
    assert "DEMONSTRATION" in Client().get(address("login")).content.decode()
    with override_settings(DEMO=False):
        assert "DEMONSTRATION" not in Client().get(address("login")).content.decode()


@pytest.mark.parametrize(
    ("level", "word"),
    [
        (constants.SUCCESS, "Done."),
        (constants.INFO, "Note."),
        (constants.WARNING, "Please check."),
        (constants.ERROR, "Not done."),
    ],
)
def test_a_message_has_an_icon_and_a_word(level: int, word: str) -> None:
    tag = constants.DEFAULT_TAGS[level]
    page = render_to_string("components/messages.html", {"messages": [_Message(tag, "It <went> so.")]})
    assert re.search(rf"<svg.*</svg><div><strong>{re.escape(word)}</strong> It &lt;went&gt; so\.</div>", page)


class _Message:
    def __init__(self, level_tag: str, text: str) -> None:
        self.level_tag = level_tag
        self.text = text

    def __str__(self) -> str:
        return self.text


def _request() -> HttpRequest:
    request = RequestFactory().get("/participants/01-001/")
    vars(request)["csp_nonce"] = "abc"
    return request


@pytest.mark.req("S2")
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda: errors.bad_request(_request(), ValueError("SECRET")), 400),
        (lambda: errors.not_allowed(_request(), PermissionDenied("SECRET")), 403),
        (lambda: errors.not_found(_request(), Http404("SECRET")), 404),
        (lambda: errors.page_too_old(_request(), "SECRET"), 403),
        (lambda: errors.server_error(_request()), 500),
    ],
)
def test_an_error_page_says_what_happened_and_tells_no_secret(
    answer: Callable[[], HttpResponse], status: int
) -> None:
    response = answer()
    page = response.content.decode()
    assert response.status_code == status
    assert len(_h1(page)) == 1
    assert "SECRET" not in page
    assert 'href="/' in page, "no way on"


def test_a_refusal_says_who_may() -> None:
    reason = "Only investigators at site 01 may sign that a participant is eligible. You are coordinator."
    page = errors.not_allowed(_request(), NotAllowed(reason)).content.decode()
    assert reason in page


def test_the_page_of_a_failure_needs_no_database(
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    with django_assert_num_queries(0):
        page = errors.server_error(_request()).content.decode()
    assert '<style nonce="abc">' in page


def test_an_unknown_address_is_answered_by_the_own_page() -> None:
    with override_settings(DEBUG=False):
        response = Client().get("/nothing/here/")
    assert response.status_code == 404
    assert "There is no such page for you" in response.content.decode()


def test_the_browser_keeps_no_copy_of_pages_for_going_back() -> None:
    page = Client().get(address("login")).content.decode()
    assert '"historyCacheSize":0' in page
    assert '"allowEval":false' in page
    assert settings.CSRF_COOKIE_HTTPONLY
