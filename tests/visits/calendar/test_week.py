"""The calendar by week: what stands on each day, for whom, with a fixed number of queries."""

import re
from datetime import date, time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from visits.calendar.appointments import book_visit
from visits.calendar.leaving import record_early_end
from visits.models import ScheduledVisit

pytestmark = pytest.mark.django_db

MONDAY, THURSDAY = date(2026, 3, 30), date(2026, 4, 2)
ADDRESS = "/calendar/?day=2026-04-01"


def visit_of(participant: Participant, code: str) -> ScheduledVisit:
    return ScheduledVisit.objects.get(participant=participant, code=code)


def page(client: Client, user: User, address: str = ADDRESS, day: date = MONDAY) -> str:
    client.force_login(user)
    with on(day):
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def day_of(html: str, day: date) -> str:
    """What stands on one day, as words."""
    found = re.search(rf'aria-labelledby="d-{day:%m%d}">(.*?)</section>', html, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]*>", " ", found.group(1)).split())


def unbooked(html: str) -> str:
    return html.partition('id="unbooked"')[2]


def test_a_week_shows_appointments_windows_and_what_is_not_booked(
    client: Client, coordinator: User, participant: Participant, site: Site
) -> None:
    second = cast.make_participant(coordinator, site)
    with on(cast.DAY1):
        book_visit(by=coordinator, visit=visit_of(participant, "W2"), on=date(2026, 3, 31), at=time(10))
    html = page(client, coordinator)
    assert "30 Mar – 5 Apr 2026" in html
    assert "10:00 01-001 Week 2" in day_of(html, date(2026, 3, 31))
    assert "Booked" in day_of(html, date(2026, 3, 31))
    assert "today" in day_of(html, MONDAY)
    closing = day_of(html, THURSDAY)
    assert "Closes: 01-001 Week 2" in closing
    assert f"{second.SUBJID} Week 2" in closing
    assert f"/visits/{second.SUBJID}/W2/?on=2026-03-30" in unbooked(html)
    assert "/visits/01-001/W2/?on=" not in unbooked(html)
    later = page(client, coordinator, "/calendar/?day=2026-04-06")
    assert "Opens: 01-001 Week 4" in day_of(later, date(2026, 4, 10))


def test_the_state_of_an_appointment_stands_by_icon_and_word(
    client: Client, coordinator: User, participant: Participant, site: Site
) -> None:
    second = cast.make_participant(coordinator, site)
    third = cast.make_participant(coordinator, site)
    for each in (participant, second, third):
        book_visit(by=coordinator, visit=visit_of(each, "W2"), on=MONDAY)
    book_visit(by=coordinator, visit=visit_of(participant, "W4"), on=date(2026, 4, 3), reason="Holiday")
    with on(MONDAY):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-30", SVCONTMO="ON-SITE")
        cast.miss(coordinator, second, "W2")
    html = page(client, coordinator, day=date(2026, 3, 31))
    monday = day_of(html, MONDAY)
    for words in ("01-001 Week 2 of 01-001 Took place", "Missed", "Not entered yet", "2 more at this time"):
        assert words in monday
    assert "outside the window" in day_of(html, date(2026, 4, 3))


def test_who_left_the_study_is_not_expected_any_more(
    client: Client, coordinator: User, participant: Participant
) -> None:
    book_visit(by=coordinator, visit=visit_of(participant, "W2"), on=date(2026, 4, 1))
    with on(MONDAY):
        record_early_end(by=coordinator, participant=participant, left_on=date(2026, 3, 28), because="LOST")
    assert "01-001" not in page(client, coordinator)


@pytest.mark.req("C1")
def test_a_monitor_sees_several_sites_and_a_coordinator_the_own_one(
    client: Client, coordinator: User, participant: Participant
) -> None:
    berlin = cast.make_site("02", "Europe/Berlin")
    other = cast.make_person(Role.COORDINATOR, berlin)
    with on(cast.DAY1):
        there = cast.make_participant(other, berlin)
        book_visit(by=other, visit=visit_of(there, "W2"), on=date(2026, 3, 31), at=time(8, 15))
    monitor = cast.make_person(Role.MONITOR, None)
    both = page(client, monitor)
    assert "08:15 02-001" in day_of(both, date(2026, 3, 31))
    assert "01-001" in both
    assert "?on=" not in both  # a monitor books nothing
    one = page(client, monitor, f"{ADDRESS}&site=02")
    assert "02-001" in one
    assert "01-001" not in one
    assert "02-001" not in page(client, coordinator, f"{ADDRESS}&site=02")


@pytest.mark.parametrize("day", ["", "nonsense", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_this_week(
    client: Client, coordinator: User, participant: Participant, day: str
) -> None:
    assert "30 Mar – 5 Apr 2026" in page(client, coordinator, f"/calendar/?day={day}")


def test_the_number_of_queries_does_not_grow_with_visits_or_sites(
    client: Client, coordinator: User, participant: Participant, site: Site
) -> None:
    monitor = cast.make_person(Role.MONITOR, None)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(client, monitor)
        return len(asked)

    queries()
    before = queries()
    cast.make_site("02", "Europe/Berlin")
    for _ in range(4):
        each = cast.make_participant(coordinator, site)
        book_visit(by=coordinator, visit=visit_of(each, "W2"), on=MONDAY)
    assert queries() == before
