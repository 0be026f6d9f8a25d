"""What holds for every page: headers, and the end of a session."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from trialsite import health, middleware
from trialsite.accounts.models import User

pytestmark = pytest.mark.django_db
PAGE = "/healthz"


@pytest.fixture(autouse=True)
def _all_parts_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._Answer, "parts", {})
    monkeypatch.setattr(health, "parts", lambda: {"database": True})


class Clock:
    """Stands in for the time that the session limits read."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def time(self) -> float:
        return self.seconds

    def pass_by(self, passed: timedelta) -> None:
        self.seconds += passed.total_seconds()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the session limits, set by the test."""
    given = Clock()
    monkeypatch.setattr(middleware, "time", given)
    return given


@pytest.fixture
def signed_in(client: Client, clock: Clock, coordinator: User) -> Client:
    """A browser in which somebody has just signed in."""
    client.force_login(coordinator)
    client.get(PAGE)
    return client


def is_signed_in(client: Client) -> bool:
    """Whether the next request still belongs to somebody."""
    client.get(PAGE)
    return "_auth_user_id" in client.session


@pytest.mark.req("C6")
def test_a_session_ends_after_half_an_hour_without_a_request(signed_in: Client, clock: Clock) -> None:
    clock.pass_by(settings.SESSION_IDLE - timedelta(seconds=1))
    assert is_signed_in(signed_in)
    clock.pass_by(settings.SESSION_IDLE + timedelta(seconds=1))
    assert not is_signed_in(signed_in)


@pytest.mark.req("C6")
def test_every_request_gives_another_half_hour(signed_in: Client, clock: Clock) -> None:
    for _ in range(6):
        clock.pass_by(timedelta(minutes=20))
        assert is_signed_in(signed_in)


@pytest.mark.req("C6")
def test_no_session_lasts_longer_than_twelve_hours(signed_in: Client, clock: Clock) -> None:
    for _ in range(36):
        clock.pass_by(timedelta(minutes=20))
        assert is_signed_in(signed_in)
    clock.pass_by(timedelta(minutes=20))
    assert not is_signed_in(signed_in)


@pytest.mark.req("C6")
def test_requests_that_a_page_makes_on_its_own_keep_nobody_signed_in(signed_in: Client, clock: Clock) -> None:
    for _ in range(2):
        clock.pass_by(timedelta(minutes=14))
        signed_in.get(PAGE, headers={"Background": "1"})
    clock.pass_by(timedelta(minutes=3))
    assert not is_signed_in(signed_in)


@pytest.mark.req("S1", "S3")
def test_every_page_forbids_storing_framing_and_foreign_content(client: Client) -> None:
    answer = client.get(PAGE)
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    directives = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert {
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    } <= directives
    assert "unsafe" not in answer["Content-Security-Policy"]
