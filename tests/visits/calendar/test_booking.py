"""Appointments: moved with a reason, outside the window with a deviation, booked by two at once."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import IntegrityError
from django.test import Client

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from visits.calendar.appointments import BookedMeanwhile, NotBookable, book_visit
from visits.calendar.past_appointments import past_appointments
from visits.models import ProposedDeviation, ScheduledVisit

pytestmark = pytest.mark.django_db

INSIDE, OTHER, OUTSIDE = date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 3)
NINE = datetime(2026, 3, 31, 1, tzinfo=UTC)  # 09:00 in Shanghai
ADDRESS = "/visits/01-001/W2/"


@pytest.fixture
def week_2(participant: Participant) -> ScheduledVisit:
    """Week 2, window 27 March to 2 April."""
    return ScheduledVisit.objects.get(participant=participant, code="W2")


def proposals() -> list[tuple[str, str, str]]:
    """The proposed deviations: cause, state, category."""
    rows = ProposedDeviation.objects.order_by("cause").values_list("cause", "state", "category")
    return [(cause, state.upper(), category) for cause, state, category in rows]


@pytest.mark.req("O4")
def test_an_appointment_is_kept_in_utc_and_read_on_the_clocks_of_the_site(
    coordinator: User, week_2: ScheduledVisit
) -> None:
    book_visit(by=coordinator, visit=week_2, on=INSIDE, at=time(9), place="Room 3", mode="ON-SITE")
    stored = ScheduledVisit.objects.select_related("participant__site").get(pk=week_2.pk)
    assert (stored.booked_at, stored.booked_on) == (NINE, INSIDE)
    clock = stored.booked_clock()
    assert clock is not None
    assert clock.time() == time(9)
    assert (stored.booked_place, stored.booked_mode) == ("Room 3", "ON-SITE")


@pytest.mark.req("F12")
def test_a_time_that_the_clocks_of_the_site_skip_is_refused(coordinator: User) -> None:
    berlin = cast.make_site("03", "Europe/Berlin")
    person = cast.make_person(Role.COORDINATOR, berlin)
    with on(cast.DAY1):
        participant = cast.make_participant(person, berlin)
        visit = ScheduledVisit.objects.get(participant=participant, code="W2")
        with pytest.raises(NotBookable, match="the clocks skip 02:30"):
            book_visit(by=person, visit=visit, on=date(2026, 3, 29), at=time(2, 30))
        moved = book_visit(by=person, visit=visit, on=date(2026, 3, 29), at=time(3, 30))
    assert moved.booked_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.req("A3")
def test_moving_needs_a_reason_and_every_earlier_appointment_stays(
    coordinator: User, week_2: ScheduledVisit
) -> None:
    first = book_visit(by=coordinator, visit=week_2, on=INSIDE)
    with pytest.raises(NotBookable, match="Say why the appointment is moved"):
        book_visit(by=coordinator, visit=week_2, on=OTHER, seen=first.booked_at)
    second = book_visit(by=coordinator, visit=week_2, on=OTHER, seen=first.booked_at, reason="Bus strike")
    book_visit(
        by=coordinator, visit=week_2, on=OTHER, at=time(14), seen=second.booked_at, reason="Room taken"
    )
    past = past_appointments(second)
    assert [(f"{each.was:%Y-%m-%d %H:%M}", each.reason) for each in past] == [
        ("2026-04-01 09:00", "Room taken"),
        ("2026-03-31 09:00", "Bus strike"),
    ]
    assert {each.by for each in past} == {coordinator.full_name}


def test_another_place_at_the_same_time_is_no_move(coordinator: User, week_2: ScheduledVisit) -> None:
    first = book_visit(by=coordinator, visit=week_2, on=INSIDE)
    book_visit(by=coordinator, visit=week_2, on=INSIDE, seen=first.booked_at, place="Room 4")
    week_2.refresh_from_db()
    assert (week_2.booked_at, week_2.booked_place) == (NINE, "Room 4")


def test_outside_the_window_a_deviation_is_proposed_and_withdrawn_when_it_comes_back(
    coordinator: User, week_2: ScheduledVisit
) -> None:
    out = book_visit(by=coordinator, visit=week_2, on=OUTSIDE, reason="Holiday")
    assert proposals() == [("outside-window:W2", "OPEN", "VISIT WINDOW")]
    book_visit(by=coordinator, visit=week_2, on=INSIDE, seen=out.booked_at, reason="Back early")
    assert proposals() == [("outside-window:W2", "WITHDRAWN", "VISIT WINDOW")]
    week_2.refresh_from_db()
    assert week_2.booking_reason == ""


def test_what_happened_counts_more_than_what_was_booked(
    coordinator: User, participant: Participant, week_2: ScheduledVisit
) -> None:
    book_visit(by=coordinator, visit=week_2, on=OUTSIDE, reason="Holiday")
    with on(date(2026, 4, 7)):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-04-02", SVCONTMO="ON-SITE")
        assert proposals() == [("outside-window:W2", "WITHDRAWN", "VISIT WINDOW")]
        cast.enter(
            coordinator, participant, "SV", "D1", SVSTDTC="2026-03-17", SVCONTMO="ON-SITE", SVSTDTC_OK="1"
        )
    assert proposals()[0] == ("outside-window:D1", "OPEN", "VISIT WINDOW")


def test_a_missed_visit_proposes_a_deviation_until_it_is_corrected(
    coordinator: User, participant: Participant
) -> None:
    with on(date(2026, 4, 20)):
        cast.miss(coordinator, participant, "W2")
        visit = ScheduledVisit.objects.get(participant=participant, code="W2")
        assert (visit.state, proposals()) == ("MISSED", [("missed:W2", "OPEN", "VISIT WINDOW")])
        cast.enter_again(
            coordinator,
            participant,
            "SV",
            "W2",
            reason="It took place",
            SVSTDTC="2026-03-30",
            SVCONTMO="PHONE",
        )
        visit.refresh_from_db()
        assert (visit.state, visit.took_place_on) == ("TOOK_PLACE", date(2026, 3, 30))
        assert proposals() == [("missed:W2", "WITHDRAWN", "VISIT WINDOW")]


def test_an_appointment_is_whole_or_not_there(week_2: ScheduledVisit) -> None:
    week_2.booked_on = INSIDE
    with pytest.raises(IntegrityError, match="visit_appointment_is_whole"), acting("system:tests"):
        week_2.save()


@pytest.mark.req("F9")
def test_who_comes_second_sees_both_appointments_and_may_move_it_with_a_reason(
    client: Client, coordinator: User, site: Site, week_2: ScheduledVisit
) -> None:
    other = cast.make_person(Role.INVESTIGATOR, site)
    book_visit(by=other, visit=week_2, on=OTHER, at=time(10, 30))
    with pytest.raises(BookedMeanwhile):
        book_visit(by=coordinator, visit=week_2, on=INSIDE)
    client.force_login(coordinator)
    answer = client.post(ADDRESS, {"on": "2026-03-31", "at": "09:00", "seen": ""})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "1 Apr 2026, 10:30" in html
    assert "31 Mar 2026, 09:00" in html
    assert 'value="2026-03-31"' in html
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    typed = {"on": "2026-03-31", "at": "09:00", "seen": seen}
    refused = client.post(ADDRESS, typed)
    assert refused.status_code == 422
    assert "Say why the appointment is moved" in refused.content.decode()
    assert client.post(ADDRESS, typed | {"reason": "Agreed by telephone"}).status_code == 302
    week_2.refresh_from_db()
    assert week_2.booked_at == NINE


@pytest.mark.req("L22")
@pytest.mark.parametrize("name", ["reason", "place"])
def test_words_that_could_unblind_are_asked_about_before_anything_is_booked(
    client: Client, coordinator: User, week_2: ScheduledVisit, name: str
) -> None:
    client.force_login(coordinator)
    typed = {"on": "2026-03-31", "at": "09:00", "seen": "", name: "ferritin 3000"}
    page = client.post(ADDRESS, typed)
    assert page.status_code == 422
    assert 'name="at" value="09:00"' in page.text
    week_2.refresh_from_db()
    assert week_2.booked_at is None
    assert client.post(ADDRESS, typed | {"words_ok": "1"}).status_code == 302


def test_two_participants_at_one_time_are_shown_and_not_refused(
    client: Client, coordinator: User, site: Site, week_2: ScheduledVisit
) -> None:
    second = cast.make_participant(coordinator, site)
    visit = ScheduledVisit.objects.get(participant=second, code="W2")
    book_visit(by=coordinator, visit=week_2, on=INSIDE)
    client.force_login(coordinator)
    address = f"/visits/{second.SUBJID}/W2/?on=2026-03-31"
    page = client.get(address).content.decode()
    assert "01-001" in page.partition("at the site</h2>")[2]
    assert 'value="09:30"' in page  # the first free half hour
    said = client.post(address, {"on": "2026-03-31", "at": "09:00", "seen": ""}, follow=True)
    assert "At the same time: 01-001" in said.content.decode()
    visit.refresh_from_db()
    assert visit.booked_at == NINE


def test_what_was_typed_stays_when_it_is_refused(
    client: Client, coordinator: User, week_2: ScheduledVisit
) -> None:
    client.force_login(coordinator)
    answer = client.post(
        ADDRESS, {"on": "2026-04-03", "at": "9 Uhr", "place": "Room 7", "reason": "", "seen": ""}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Write the time as HH:MM" in html
    for typed in ("2026-04-03", "9 Uhr", "Room 7"):
        assert f'value="{typed}"' in html
