"""Delivery: every reminder at most once, whatever happens to workers and to the mail server."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from tests.visits.reminders import mail_server
from tests.visits.reminders.mail_server import MailServer
from trialsite import clock
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting
from visits.calendar.appointments import book_visit
from visits.models import Reminder, ReminderMail, ScheduledVisit
from visits.reminders.delivery import Delivered, deliver_reminders
from visits.reminders.hours import HOURS
from visits.reminders.outbox import MailState, State
from visits.reminders.planning import plan_reminders
from visits.reminders.preferring import Way, kinds_for, prefer

pytestmark = pytest.mark.django_db(transaction=True)

WINDOW_OPENS = date(2026, 3, 27)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """A mail server that the delivery of this process and of others talks to."""
    with mail_server.running() as running:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield running


@pytest.fixture
def team(coordinator: User, site: Site) -> list[User]:
    """Three coordinators of the site."""
    return [coordinator, *(cast.make_person(Role.COORDINATOR, site) for _ in range(2))]


@pytest.fixture
def planned(team: list[User], appointment: ScheduledVisit) -> None:
    """For each of the team: Day 1 overdue, the appointment of week 2 soon, the window of week 2 open."""
    with on(WINDOW_OPENS):
        assert plan_reminders() == 9


def states() -> dict[str, int]:
    """How many reminders are in each state."""
    found: dict[str, int] = {}
    for state in Reminder.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def deliver(day: date = WINDOW_OPENS, *, minutes: int = 0) -> Delivered:
    """One run of a worker on a day, some minutes after noon at the site."""
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    with clock.set_to(noon + timedelta(minutes=minutes)):
        return deliver_reminders()


def deliver_in_thread() -> Delivered:
    """One run of a worker with a database connection of its own."""
    try:
        return deliver()
    finally:
        connection.close()


@pytest.fixture
def in_process(server: MailServer) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start a worker's run in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.visits.reminders.deliver_in_process"]
        process = subprocess.Popen(
            [*command, str(connection.settings_dict["NAME"]), WINDOW_OPENS.isoformat()],
            env=os.environ | {"DEMO": "0", "EMAIL_URL": f"smtp://127.0.0.1:{server.port}"},
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.usefixtures("planned")
def test_one_mail_a_person_carries_everything_that_is_due_and_goes_out_once(server: MailServer) -> None:
    assert deliver() == Delivered(sent=3)
    assert deliver() == Delivered()
    assert (states(), len(server.received)) == ({"SENT": 9}, 3)
    assert {mail.urgent for mail in ReminderMail.objects.all()} == {False}


@pytest.mark.req("F2")
@pytest.mark.usefixtures("planned")
def test_workers_at_once_send_each_person_one_mail(server: MailServer, coordinator: User, site: Site) -> None:
    for _ in range(7):
        cast.make_person(Role.COORDINATOR, site)
    with on(cast.DAY1):
        for _ in range(4):
            cast.make_participant(coordinator, site)
    with on(WINDOW_OPENS):
        plan_reminders()

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(deliver_in_thread) for _ in range(4)]
        sent = [run.result().sent for run in runs]
    assert sum(sent) == 10
    lines = [line for mail in server.received for line in mail.splitlines()]
    assert len({line for line in lines if line.startswith("Message-ID")}) == 10
    assert len({line for line in lines if line.startswith("To:")}) == 10
    assert states() == {"SENT": 10 * (3 + 4 * 2)}


@pytest.mark.req("F2")
@pytest.mark.usefixtures("planned")
def test_a_worker_killed_while_sending_leaves_an_unknown_outcome_that_is_never_sent_again(
    server: MailServer, in_process: Callable[[], subprocess.Popen[str]]
) -> None:
    server.may_answer.clear()
    worker = in_process()
    assert server.arrived.acquire(timeout=60), "no mail arrived"
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)
    assert states() == {"SENDING": 3, "PLANNED": 6}
    server.may_answer.set()
    with on(WINDOW_OPENS):
        done = deliver_reminders(presumed_dead_after=timedelta(0))
    assert done == Delivered(sent=2, unknown=1)
    assert deliver() == Delivered()
    assert (states(), len(server.received)) == ({"UNKNOWN": 3, "SENT": 6}, 3)


@pytest.mark.req("F2")
@pytest.mark.usefixtures("planned")
def test_two_workers_one_of_them_killed_leave_nobody_with_two_mails(
    server: MailServer, in_process: Callable[[], subprocess.Popen[str]]
) -> None:
    server.may_answer.clear()
    workers = [in_process(), in_process()]
    for _ in workers:
        assert server.arrived.acquire(timeout=60), "no mail arrived"
    workers[0].send_signal(signal.SIGKILL)
    workers[0].wait(timeout=30)
    server.may_answer.set()
    output, _ = workers[1].communicate(timeout=60)
    with on(WINDOW_OPENS):
        done = deliver_reminders(presumed_dead_after=timedelta(0))
    assert int(output) + done.sent == 2
    assert done.unknown == 1
    to = [line for mail in server.received for line in mail.splitlines() if line.startswith("To:")]
    assert len(to) == len(set(to)) == 3
    assert states() == {"SENT": 6, "UNKNOWN": 3}


@pytest.mark.req("F2")
@pytest.mark.usefixtures("planned")
def test_a_worker_that_is_still_sending_is_not_taken_for_dead(
    server: MailServer, in_process: Callable[[], subprocess.Popen[str]]
) -> None:
    server.may_answer.clear()
    worker = in_process()
    assert server.arrived.acquire(timeout=60), "no mail arrived"
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(deliver_in_thread)
        assert server.arrived.acquire(timeout=60), "the other worker sends nothing"
        server.may_answer.set()
        assert other.result().unknown == 0
    output, _ = worker.communicate(timeout=60)
    assert (states(), len(server.received)) == ({"SENT": 9}, 3)
    assert int(output) >= 1


@pytest.mark.req("F15")
@pytest.mark.usefixtures("planned")
def test_a_mail_server_that_is_away_loses_nothing(server: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    assert deliver() == Delivered()
    assert states() == {"PLANNED": 9}
    settings.EMAIL_PORT = server.port
    assert deliver().sent == 3
    assert len(server.received) == 3


@pytest.mark.req("F15")
@pytest.mark.usefixtures("planned")
def test_a_refused_mail_is_tried_again_later_on_the_same_day_and_then_sent_once(server: MailServer) -> None:
    server.refuse_recipients = True
    assert deliver() == Delivered(put_back=3)
    assert deliver() == Delivered(), "it waits before it tries again"
    server.refuse_recipients = False
    assert deliver(minutes=4) == Delivered()
    assert deliver(minutes=6) == Delivered(sent=3)
    assert len(server.received) == 3
    assert ReminderMail.objects.filter(state=MailState.REFUSED).count() == 3


@pytest.mark.req("F2", "F15")
@pytest.mark.usefixtures("planned")
def test_a_line_that_breaks_before_the_answer_leaves_an_unknown_outcome(server: MailServer) -> None:
    server.hang_up_after_mail = True
    assert deliver() == Delivered(unknown=3)
    server.hang_up_after_mail = False
    assert deliver(minutes=600) == Delivered()
    assert (states(), len(server.received)) == ({"UNKNOWN": 9}, 3)


@pytest.mark.req("F10")
@pytest.mark.usefixtures("planned")
def test_after_three_days_without_a_worker_what_still_helps_is_sent_once_and_the_rest_never(
    server: MailServer,
) -> None:
    # Planned on Friday the 27th; on Monday the appointment has passed, the window is still open.
    monday = date(2026, 3, 30)
    assert deliver(monday) == Delivered(sent=3, closed=3)
    assert set(Reminder.objects.filter(state=State.EXPIRED).values_list("kind", flat=True)) == {"VISIT_SOON"}
    assert deliver(monday) == Delivered()
    with on(monday):
        assert plan_reminders() == 0
    assert len(server.received) == 3


@pytest.mark.req("F10")
@pytest.mark.usefixtures("planned")
def test_what_is_due_on_a_free_day_waits_for_the_next_working_day(server: MailServer) -> None:
    assert deliver().sent == 3
    with on(date(2026, 3, 28)):
        cast.make_person(Role.COORDINATOR, Site.objects.get())
        assert plan_reminders() == 3
    # Saturday: of the three only "visit in 3 days" would be over by Monday, so it goes out now.
    assert deliver(date(2026, 3, 28)).sent == 1
    assert states() == {"SENT": 10, "PLANNED": 2}
    assert deliver(date(2026, 3, 29)) == Delivered()
    assert deliver(date(2026, 3, 30)) == Delivered(sent=1)
    assert states() == {"SENT": 12}


@pytest.mark.usefixtures("planned", "server")
def test_what_becomes_due_after_the_mail_of_the_day_waits_for_the_next_morning(
    coordinator: User, participant: Participant
) -> None:
    assert deliver().sent == 3
    with on(WINDOW_OPENS, hour=6):
        week_4 = ScheduledVisit.objects.get(participant=participant, code="W4")
        book_visit(by=coordinator, visit=week_4, on=date(2026, 3, 30), reason="Holiday")
        assert plan_reminders() == 3
        assert deliver_reminders() == Delivered()
    # Too late for the last working day before it: said on the free day, not never.
    assert deliver(date(2026, 3, 28), minutes=-220).sent == 3


@pytest.mark.usefixtures("planned")
def test_a_visit_recorded_meanwhile_is_not_reminded_of(
    server: MailServer, participant: Participant, coordinator: User
) -> None:
    with on(WINDOW_OPENS):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-27", SVCONTMO="ON-SITE")
    assert deliver() == Delivered(sent=3, closed=6)
    assert states() == {"SENT": 3, "VOID": 6}


@pytest.mark.req("C3")
@pytest.mark.usefixtures("planned", "server")
@pytest.mark.parametrize("leaves", ["role", "account"])
def test_somebody_who_left_meanwhile_gets_no_mail(coordinator: User, leaves: str) -> None:
    with acting("system:tests"):
        if leaves == "role":
            Membership.objects.filter(user=coordinator, role=Role.COORDINATOR).update(ended_at=Now())
        else:
            User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert deliver() == Delivered(sent=2, closed=3)


@pytest.mark.usefixtures("planned", "server")
def test_somebody_who_wants_no_mail_any_more_gets_none(coordinator: User) -> None:
    prefer(
        by=coordinator,
        ways={kind: Way.APPLICATION for kind in kinds_for(coordinator) if not kind.serious},
        digest_hour=8,
        urgent_at_once=False,
    )
    assert deliver() == Delivered(sent=2)
    assert states() == {"SENT": 6, "QUIET": 3}


@pytest.mark.req("F10", "F12")
def test_through_the_change_of_the_clock_and_the_end_of_a_month_each_is_mailed_once_and_in_working_hours(
    server: MailServer, db: None
) -> None:
    berlin = cast.make_site("11", "Europe/Berlin")
    with on(cast.DAY1):
        cast.make_participant(cast.make_person(Role.COORDINATOR, berlin), berlin)
    for number in range(24):
        day = date(2026, 3, 20) + timedelta(days=number)
        for hour in (5, 6, 7, 15):
            if day.day % 9 != 5:  # on some days nothing runs at all
                with on(day, hour):
                    plan_reminders()
                    sent = deliver_reminders().sent
                    local = clock.now().astimezone(berlin.zone)
                    assert not sent or (HOURS.works(day) and local.hour >= 8)
    assert states() == {"SENT": Reminder.objects.count()}
    assert sorted(Reminder.objects.values_list("visit_code", "kind")) == [
        ("D1", "OVERDUE"),
        ("W2", "OVERDUE"),
        ("W2", "WINDOW_CLOSES"),
        ("W2", "WINDOW_OPENS"),
        ("W4", "WINDOW_OPENS"),
    ]
    days = list(ReminderMail.objects.values_list("day", flat=True))
    assert len(days) == len(set(days)) == len(server.received) == 5
