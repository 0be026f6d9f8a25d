"""Planning: what is due becomes one line a person in the outbox, whatever happens in between."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite import clock
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting
from trialsite.crf.actions import save_record
from trialsite.crf.models import Record
from visits.calendar.appointments import book_visit
from visits.models import Reminder, ScheduledVisit, VisitSummary
from visits.reminders.delivery import deliver_reminders
from visits.reminders.kinds import Kind
from visits.reminders.outbox import State
from visits.reminders.planning import plan_reminders

pytestmark = pytest.mark.django_db

WINDOW_OPENS = date(2026, 3, 27)


def planned() -> list[tuple[str, str, str]]:
    """Visit, kind and recipient of every line of the outbox."""
    rows = Reminder.objects.order_by("visit_code", "kind", "recipient__username")
    return list(rows.values_list("visit_code", "kind", "recipient__username"))


@pytest.mark.usefixtures("appointment")
def test_a_reminder_is_written_once_however_often_it_is_planned(coordinator: User) -> None:
    me = coordinator.username
    with on(WINDOW_OPENS):
        assert plan_reminders() == 3
        assert plan_reminders() == 0
    # Day 1 was never recorded, so it is overdue by now.
    assert planned() == [("D1", "OVERDUE", me), ("W2", "VISIT_SOON", me), ("W2", "WINDOW_OPENS", me)]
    with on(WINDOW_OPENS + timedelta(days=1)):
        assert plan_reminders() == 0


@pytest.mark.req("F10")
@pytest.mark.usefixtures("appointment")
def test_after_three_days_without_a_planner_what_still_helps_is_written_and_nothing_else(
    coordinator: User,
) -> None:
    with on(date(2026, 3, 30)):
        plan_reminders()
    assert ("W2", "WINDOW_OPENS", coordinator.username) in planned()
    assert ("W2", "VISIT_SOON", coordinator.username) not in planned()


def test_reminders_go_to_the_coordinators_of_the_site_and_mail_to_whom_it_can_reach(
    participant: Participant, coordinator: User, site: Site
) -> None:
    everywhere = cast.make_person(Role.COORDINATOR, None)
    other_site = cast.make_site("02")
    cast.make_person(Role.COORDINATOR, other_site)
    silent = cast.make_person(Role.COORDINATOR, site, email=False)
    cast.make_person(Role.COORDINATOR, site, active=False)
    cast.make_person(Role.INVESTIGATOR, site)
    gone = cast.make_person(Role.COORDINATOR, site)
    with acting("system:tests"):
        Membership.objects.filter(user=gone).update(ended_at=datetime.now(UTC) + timedelta(days=1))
    with on(WINDOW_OPENS):
        plan_reminders()
    reminded = {recipient for _, _, recipient in planned()}
    assert reminded == {coordinator.username, everywhere.username, silent.username}
    assert set(Reminder.objects.filter(recipient=silent).values_list("state", flat=True)) == {State.QUIET}


def test_a_visit_that_is_over_causes_no_reminder(participant: Participant, coordinator: User) -> None:
    with on(WINDOW_OPENS):
        cast.enter(coordinator, participant, "SV", "D1", SVSTDTC="2026-03-16", SVCONTMO="ON-SITE")
        cast.miss(coordinator, participant, "W2")
        plan_reminders()
    assert planned() == [("D1", "FORM_MISSING", coordinator.username)]


def test_an_appointment_before_the_window_is_announced(participant: Participant, coordinator: User) -> None:
    week_4 = ScheduledVisit.objects.get(participant=participant, code="W4")
    book_visit(by=coordinator, visit=week_4, on=date(2026, 3, 20), reason="Moves house")
    with on(date(2026, 3, 17)):
        plan_reminders()
    assert ("W4", "VISIT_SOON", coordinator.username) in planned()


@pytest.mark.req("F10")
@pytest.mark.usefixtures("appointment")
def test_a_reminder_whose_cause_is_gone_is_closed_and_comes_back_with_it(
    participant: Participant, coordinator: User
) -> None:
    with on(WINDOW_OPENS):
        plan_reminders()
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-27", SVCONTMO="ON-SITE")
        assert plan_reminders() == 0
        of_week_2 = Reminder.objects.filter(visit_code="W2")
        assert set(of_week_2.values_list("state", flat=True)) == {State.VOID}
        assert not of_week_2.open().exists()
        # The date was an error: the visit is ahead again.
        save_record(
            by=coordinator,
            participant=participant,
            form="SV",
            visit="W2",
            typed={"SVSTDTC": "", "SVCONTMO": ""},
            version=Record.objects.get(participant=participant, form="SV", visit="W2").version,
            key=uuid.uuid4(),
            reason="Wrong participant",
        )
        assert plan_reminders() == 0
    assert set(of_week_2.values_list("state", "closed_at")) == {(State.PLANNED, None)}


def test_a_moved_appointment_is_announced_anew_and_the_old_one_no_more(
    appointment: ScheduledVisit, coordinator: User
) -> None:
    with on(WINDOW_OPENS):
        plan_reminders()
        moved = ScheduledVisit.objects.get(pk=appointment.pk)
        book_visit(
            by=coordinator, visit=moved, on=date(2026, 3, 30), seen=moved.booked_at, reason="Train strike"
        )
        plan_reminders()
    soon = Reminder.objects.filter(kind=Kind.VISIT_SOON).order_by("about")
    assert list(soon.values_list("about", "state")) == [
        (date(2026, 3, 29), State.VOID),
        (date(2026, 3, 30), State.PLANNED),
    ]


@pytest.mark.req("F12")
@pytest.mark.parametrize(
    ("code", "time_zone", "moment", "due"),
    [
        # Before the clocks go forward in Berlin, on 29 March, its midnight is 23:00 UTC.
        ("11", "Europe/Berlin", datetime(2026, 3, 26, 22, 59, tzinfo=UTC), False),
        ("11", "Europe/Berlin", datetime(2026, 3, 26, 23, 0, tzinfo=UTC), True),
        ("12", "Asia/Shanghai", datetime(2026, 3, 26, 15, 59, tzinfo=UTC), False),
        ("12", "Asia/Shanghai", datetime(2026, 3, 26, 16, 0, tzinfo=UTC), True),
        ("13", "America/New_York", datetime(2026, 3, 27, 3, 59, tzinfo=UTC), False),
        ("13", "America/New_York", datetime(2026, 3, 27, 4, 0, tzinfo=UTC), True),
    ],
)
def test_the_day_begins_at_midnight_of_the_site(
    code: str, time_zone: str, moment: datetime, due: bool
) -> None:
    site = cast.make_site(code, time_zone)
    with on(cast.DAY1):
        cast.make_participant(cast.make_person(Role.COORDINATOR, site), site)
    with clock.set_to(moment):
        plan_reminders()
    assert Reminder.objects.filter(kind="WINDOW_OPENS").exists() == due


@pytest.mark.req("F10", "F12")
def test_over_two_months_each_reminder_is_written_once_across_the_change_of_the_clock() -> None:
    site = cast.make_site("11", "Europe/Berlin")
    with on(cast.DAY1):
        cast.make_participant(cast.make_person(Role.COORDINATOR, site), site)
    start = datetime(2026, 3, 16, 0, 30, tzinfo=UTC)
    written = 0
    for hours in range(0, 75 * 24, 30):
        with clock.set_to(start + timedelta(hours=hours)):
            written += plan_reminders()
    # Day 1 can only be overdue; nothing is booked, so the window announces each of the other visits.
    assert written == Reminder.objects.count() == 1 + 4 * 3


def test_forms_that_are_missing_five_days_after_their_visit_are_told_of(
    participant: Participant, coordinator: User
) -> None:
    with on(WINDOW_OPENS):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-27", SVCONTMO="ON-SITE")
    missing = Reminder.objects.filter(kind=Kind.FORM_MISSING, visit_code="W2")
    with on(WINDOW_OPENS + timedelta(days=4)):
        plan_reminders()
    assert not missing.exists()
    with on(WINDOW_OPENS + timedelta(days=5)):
        plan_reminders()
    assert missing.get().recipient == coordinator


def test_a_complete_visit_waits_for_the_investigator_until_it_is_signed(
    participant: Participant, coordinator: User, site: Site
) -> None:
    investigator = cast.make_person(Role.INVESTIGATOR, site)
    with on(WINDOW_OPENS):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-27", SVCONTMO="ON-SITE")
        counts = VisitSummary.objects.filter(participant=participant, visit="W2")
        with acting("system:tests"):
            assert counts.update(missing=0, unsigned=3) == 1
        plan_reminders()
        line = Reminder.objects.get(kind=Kind.SIGNATURE)
        assert (line.recipient, line.state) == (investigator, State.PLANNED)
        with acting("system:tests"):
            counts.update(unsigned=0)
        plan_reminders()
    line.refresh_from_db()
    assert line.state == State.VOID


def test_the_number_of_queries_does_not_grow_with_participants(
    participant: Participant, coordinator: User, site: Site
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured, on(WINDOW_OPENS):
            plan_reminders()
        return len(captured)

    first = queries()
    for _ in range(4):
        cast.make_participant(coordinator, site)
    assert queries() == first


def test_a_demonstration_does_not_wait_for_the_morning(
    participant: Participant, coordinator: User, settings: Settings
) -> None:
    settings.REMINDERS_AT_ANY_HOUR = True
    with on(WINDOW_OPENS, hour=20):
        plan_reminders()
        assert deliver_reminders().sent == 1
