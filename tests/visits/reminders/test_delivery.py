"""Delivery: every reminder at most once, whatever happens to workers and to the mail server."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

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
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting
from visits.models import Reminder, ScheduledVisit
from visits.reminders.delivery import Delivered, deliver_reminders
from visits.reminders.outbox import State
from visits.reminders.planning import plan_reminders

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
def planned(appointment: ScheduledVisit) -> None:
    """Three reminders: Day 1 overdue, the appointment of week 2 soon, the window of week 2 open."""
    with on(WINDOW_OPENS):
        assert plan_reminders() == 3


def states() -> dict[str, int]:
    """How many reminders are in each state."""
    found: dict[str, int] = {}
    for state in Reminder.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def deliver(day: date = WINDOW_OPENS) -> Delivered:
    """One run of a worker on a day."""
    with on(day):
        return deliver_reminders()


def deliver_in_thread() -> Delivered:
    """One run of a worker with a database connection of its own."""
    try:
        return deliver()
    finally:
        connection.close()


def try_again_now() -> None:
    """Let the time pass for which a refused reminder waits."""
    with acting("system:tests"):
        Reminder.objects.filter(state=State.PLANNED).update(send_after=Now())


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
def test_what_is_planned_is_sent_and_sent_once(server: MailServer) -> None:
    assert deliver().sent == 3
    assert deliver() == Delivered()
    assert (states(), len(server.received)) == ({"SENT": 3}, 3)


@pytest.mark.req("F2")
@pytest.mark.usefixtures("planned")
def test_two_workers_at_once_send_each_reminder_once(
    server: MailServer, participant: Participant, coordinator: User, site: Site
) -> None:
    with on(cast.DAY1):
        for _ in range(9):
            cast.make_participant(coordinator, site)
    with on(WINDOW_OPENS):
        plan_reminders()

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(deliver_in_thread) for _ in range(4)]
        sent = [run.result().sent for run in runs]
    assert sum(sent) == 21
    message_ids = [
        line for mail in server.received for line in mail.splitlines() if line.startswith("Message-ID")
    ]
    assert len(message_ids) == len(set(message_ids)) == 21
    assert states() == {"SENT": 21}


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
    assert states() == {"SENDING": 1, "PLANNED": 2}
    server.may_answer.set()
    with on(WINDOW_OPENS):
        done = deliver_reminders(presumed_dead_after=timedelta(0))
    assert done == Delivered(sent=2, unknown=1)
    assert deliver() == Delivered()
    assert (states(), len(server.received)) == ({"UNKNOWN": 1, "SENT": 2}, 3)


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
    assert (states(), len(server.received)) == ({"SENT": 3}, 3)
    assert int(output) >= 1


@pytest.mark.req("F15")
@pytest.mark.usefixtures("planned")
def test_a_mail_server_that_is_away_loses_nothing(server: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    assert deliver() == Delivered()
    assert states() == {"PLANNED": 3}
    settings.EMAIL_PORT = server.port
    assert deliver().sent == 3
    assert len(server.received) == 3


@pytest.mark.req("F15")
@pytest.mark.usefixtures("planned")
def test_a_refused_mail_is_tried_again_later_and_then_sent_once(server: MailServer) -> None:
    server.refuse_recipients = True
    assert deliver() == Delivered(put_back=3)
    assert deliver() == Delivered(), "it waits before it tries again"
    server.refuse_recipients = False
    try_again_now()
    assert deliver().sent == 3
    assert len(server.received) == 3


@pytest.mark.req("F2", "F15")
@pytest.mark.usefixtures("planned")
def test_a_line_that_breaks_before_the_answer_leaves_an_unknown_outcome(server: MailServer) -> None:
    server.hang_up_after_mail = True
    assert deliver() == Delivered(unknown=3)
    server.hang_up_after_mail = False
    try_again_now()
    assert deliver() == Delivered()
    assert (states(), len(server.received)) == ({"UNKNOWN": 3}, 3)


@pytest.mark.req("F10")
@pytest.mark.usefixtures("planned")
def test_after_three_days_without_a_worker_what_still_helps_is_sent_once_and_the_rest_never(
    server: MailServer,
) -> None:
    # Planned on the 27th; on the 30th the appointment has passed, the window is still open.
    assert deliver(date(2026, 3, 30)) == Delivered(sent=2, expired=1)
    expired = Reminder.objects.get(state=State.EXPIRED)
    assert expired.kind == "VISIT_SOON"
    assert deliver(date(2026, 3, 30)) == Delivered()
    with on(date(2026, 3, 30)):
        assert plan_reminders() == 0
    assert len(server.received) == 2


@pytest.mark.usefixtures("planned")
def test_a_visit_recorded_meanwhile_is_not_reminded_of(
    server: MailServer, participant: Participant, coordinator: User
) -> None:
    with on(WINDOW_OPENS):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-27", SVCONTMO="ON-SITE")
    assert deliver() == Delivered(sent=1, expired=2)


@pytest.mark.req("C3")
@pytest.mark.usefixtures("planned", "server")
@pytest.mark.parametrize("leaves", ["role", "account"])
def test_somebody_who_left_meanwhile_gets_no_mail(coordinator: User, leaves: str) -> None:
    with acting("system:tests"):
        if leaves == "role":
            Membership.objects.filter(user=coordinator, role=Role.COORDINATOR).update(ended_at=Now())
        else:
            User.objects.filter(pk=coordinator.pk).update(is_active=False)
    assert deliver() == Delivered(expired=3)
