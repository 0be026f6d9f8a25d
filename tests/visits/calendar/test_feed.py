"""The calendar that phones subscribe to: what stands in it, who may read it, and for how long."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from visits.calendar.appointments import book_visit
from visits.calendar.feed import make_address
from visits.calendar.feed_models import CalendarFeed
from visits.calendar.views.feed import ASKED, TRIED
from visits.models import ScheduledVisit

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def booked(participant: Participant, coordinator: User) -> ScheduledVisit:
    """Week 2, booked for 31 March at 09:00 in Shanghai, in a room."""
    visit = ScheduledVisit.objects.get(participant=participant, code="W2")
    return book_visit(by=coordinator, visit=visit, on=date(2026, 3, 31), place="Ward 5", mode="ON-SITE")


def path_of(user: User) -> str:
    return "/" + make_address(by=user).split("/", 3)[3]


def ask(path: str, day: date = DAY, **headers: Any) -> Any:
    with on(day):
        return Client().get(path, headers=headers)


def events(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.mark.req("P1", "P2")
def test_an_event_holds_the_number_the_visit_and_the_link_and_nothing_else(
    coordinator: User, booked: ScheduledVisit
) -> None:
    answer = ask(path_of(coordinator))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = events(answer)
    assert str(event["SUMMARY"]) == "01-001 Week 2"
    assert str(event["URL"]).endswith("/visits/01-001/W2/")
    assert str(event["DESCRIPTION"]) == str(event["URL"])
    assert event["DTSTART"].dt == datetime(2026, 3, 31, 1, tzinfo=UTC)
    assert set(event) == {
        "UID",
        "DTSTAMP",
        "LAST-MODIFIED",
        "DTSTART",
        "DURATION",
        "SUMMARY",
        "DESCRIPTION",
        "URL",
    }
    assert b"Ward 5" not in answer.content
    assert b"R010001" not in answer.content


@pytest.mark.req("F12")
def test_the_time_is_right_on_both_sides_of_changing_clocks() -> None:
    berlin = cast.make_site("02", "Europe/Berlin")
    person = cast.make_person(Role.COORDINATOR, berlin)
    with on(cast.DAY1):
        participant = cast.make_participant(person, berlin)
        for code, day in (("W2", date(2026, 3, 28)), ("W4", date(2026, 4, 10))):
            visit = ScheduledVisit.objects.get(participant=participant, code=code)
            book_visit(by=person, visit=visit, on=day, at=time(9))
    found = [event["DTSTART"].dt for event in events(ask(path_of(person)))]
    assert found == [datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 4, 10, 7, tzinfo=UTC)]


@pytest.mark.req("C1")
def test_it_shows_only_the_sites_that_the_person_may_see_now(
    coordinator: User, booked: ScheduledVisit
) -> None:
    berlin = cast.make_site("02", "Europe/Berlin")
    other = cast.make_person(Role.COORDINATOR, berlin)
    monitor = cast.make_person(Role.MONITOR, None)
    elsewhere, everywhere = path_of(other), path_of(monitor)
    assert events(ask(elsewhere)) == []
    assert len(events(ask(everywhere))) == 1
    with acting("system:tests"):
        Membership.objects.filter(user=monitor).update(ended_at=datetime.now(UTC))
    ended = ask(everywhere)
    assert (ended.status_code, b"01-001" in ended.content) == (404, False)


@pytest.mark.req("C3")
def test_a_deactivated_person_has_no_calendar(coordinator: User, booked: ScheduledVisit) -> None:
    path = path_of(coordinator)
    with acting("system:tests"):
        User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert ask(path).status_code == 404


@pytest.mark.req("C1")
def test_roles_that_see_no_participants_get_no_address(client: Client, site: Site) -> None:
    for role in (Role.PHARMACIST, Role.STATISTICIAN, Role.ADMINISTRATOR):
        client.force_login(cast.make_person(role, None))
        assert client.post("/calendar/address/", {"act": "make"}).status_code == 403


@pytest.mark.req("S3", "S5")
def test_the_secret_is_kept_as_a_hash_and_not_in_the_history(
    coordinator: User, booked: ScheduledVisit
) -> None:
    secret = path_of(coordinator).partition("key=")[2]
    stored = CalendarFeed.objects.get(user=coordinator)
    assert secret not in stored.fingerprint
    kept = [
        str(value)
        for change in history_of("visits_calendarfeed", str(coordinator.pk))
        for value in (change.old, change.new)
    ]
    assert kept
    assert not any(stored.fingerprint in value or secret in value for value in kept)


def test_the_page_shows_an_address_once_renews_and_closes_it(
    client: Client, coordinator: User, booked: ScheduledVisit
) -> None:
    client.force_login(coordinator)
    page = "/calendar/address/"
    assert "Get my address" in client.get(page).content.decode()

    def new_path() -> str:
        html = client.post(page, {"act": "make"}).content.decode()
        assert "webcal://" in html
        return "/calendar/feed.ics?key=" + html.partition("feed.ics?key=")[2].partition("<")[0]

    first = new_path()
    assert len(events(ask(first))) == 1
    assert "key=" not in client.get(page).content.decode()
    second = new_path()
    assert ask(first).status_code == 404
    assert len(events(ask(second))) == 1
    client.post(page, {"act": "revoke"})
    assert ask(second).status_code == 404


def test_a_calendar_that_did_not_change_is_not_sent_again(coordinator: User, booked: ScheduledVisit) -> None:
    path = path_of(coordinator)
    first = ask(path)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert ask(path, **{"if-none-match": etag}).status_code == 304
    assert ask(path, **{"if-modified-since": changed}).status_code == 304
    book_visit(
        by=coordinator,
        visit=booked,
        on=date(2026, 4, 1),
        seen=booked.booked_at,
        reason="Asked for another day",
    )
    moved = ask(path, **{"if-none-match": etag})
    assert events(moved)[0]["DTSTART"].dt == datetime(2026, 4, 1, 1, tzinfo=UTC)
    assert "no-cache" in moved.headers["Cache-Control"]
    assert "sessionid" not in moved.cookies


@pytest.mark.req("C5")
def test_secrets_cannot_be_tried_out_and_a_phone_cannot_ask_without_end(
    coordinator: User, booked: ScheduledVisit
) -> None:
    path = path_of(coordinator)
    for wrong in ("", "?key=", "?key=" + "x" * 43, "?key=" + "x" * 5000):
        assert ask(f"/calendar/feed.ics{wrong}").status_code == 404
    assert [ask("/calendar/feed.ics?key=wrong").status_code for _ in range(TRIED)][-1] == 429
    assert [ask(path).status_code for _ in range(ASKED + 1)][-1] == 429


def test_the_number_of_queries_does_not_grow_with_visits(
    coordinator: User, site: Site, booked: ScheduledVisit
) -> None:
    path = path_of(coordinator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            ask(path)
        return len(asked)

    before = queries()
    for _ in range(3):
        each = cast.make_participant(coordinator, site)
        visit = ScheduledVisit.objects.get(participant=each, code="W2")
        book_visit(by=coordinator, visit=visit, on=date(2026, 3, 30))
    assert queries() == before <= 6
