"""Celery workers in processes of their own, on Redis and PostgreSQL: one is killed while it sends."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from celery import Celery
from django.db import connection
from django.db.models.functions import Now
from redis import Redis

from tests.randomization.processes import kill, wait_until
from tests.visits import cast
from tests.visits.reminders import mail_server
from tests.visits.reminders.mail_server import MailServer
from trialsite import clock, environment
from trialsite.accounts.models import Role
from trialsite.audit.context import acting
from trialsite.broker import address
from trialsite.embedded import redis
from visits.models import Reminder, ReminderMail
from visits.reminders.outbox import MailState, State

WORKER = (
    *("-m", "celery", "--quiet", "-A", "trialsite.celery", "worker", "--queues", "default"),
    *("--pool", "solo", "--without-gossip", "--without-mingle"),
)


@pytest.fixture
def broker(worker_id: str) -> Iterator[str]:
    """An empty broker of this process of the test run, as the value of REDIS_URL."""
    number = 4 + int(worker_id.removeprefix("gw") if worker_id != "master" else 0) % 4
    with Redis(unix_socket_path=str(redis.socket_path()), db=number) as client:
        client.flushdb()
        yield f"unix://{redis.socket_path()}?db={number}"
        client.flushdb()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server.running() as running:
        yield running


@pytest.fixture
def start(server: MailServer, broker: str) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a worker as the Procfile does, at an hour of no concern."""
    where = connection.settings_dict
    told = os.environ | {
        "DEMO": "0",
        "DATABASE_ROLE": "web",
        "DATABASE_URL": f"postgres://127.0.0.1:{where['PORT']}/{where['NAME']}",
        "REDIS_URL": broker,
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "REMINDERS_AT_ANY_HOUR": "1",
    }
    started: list[subprocess.Popen[bytes]] = []

    def worker() -> subprocess.Popen[bytes]:
        name = ("--hostname", f"reminders{len(started)}@%h")
        process = subprocess.Popen(
            [sys.executable, *WORKER, *name], env=told, cwd=environment.ROOT, start_new_session=True
        )
        started.append(process)
        return process

    yield worker
    for process in started:
        if process.poll() is None:
            kill(process)


@pytest.mark.req("F2", "F10")
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_and_a_wiped_broker_leave_each_person_one_mail_at_most(
    server: MailServer, broker: str, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    site = cast.make_site()
    for _ in range(3):
        coordinator = cast.make_person(Role.COORDINATOR, site)
    cast.make_participant(coordinator, site, day1=clock.today(site.time_zone) - timedelta(days=14))
    app = Celery("tests", broker=address(broker), set_as_current=False)
    workers = [start(), start()]

    app.send_task("visits.plan_reminders", queue="default")
    people = Reminder.objects.order_by().values("recipient").distinct()
    wait_until(lambda: people.count() == 3, "planning")
    server.may_answer.clear()
    for _ in workers:
        app.send_task("visits.deliver_reminders", queue="default")
    for _ in workers:
        assert server.arrived.acquire(timeout=60), "no mail arrived"
    kill(workers[0])
    server.may_answer.set()
    sent = ReminderMail.objects.filter(state=MailState.SENT)
    wait_until(lambda: sent.count() == 2, "the mails of the other worker")

    with Redis(unix_socket_path=str(redis.socket_path()), db=int(broker.rpartition("=")[2])) as client:
        client.flushdb()
    with acting("system:tests"):
        lost = ReminderMail.objects.filter(state=MailState.SENDING)
        assert lost.update(claimed_at=Now() - timedelta(minutes=11)) == 1
    start()
    for task in ("visits.plan_reminders", "visits.deliver_reminders"):
        app.send_task(task, queue="default")
    wait_until(lambda: not lost.exists(), "the end of what the killed worker left")
    assert set(ReminderMail.objects.values_list("state", flat=True)) == {MailState.SENT, MailState.UNKNOWN}
    assert people.filter(state=State.UNKNOWN).count() == 1
    to = [line for mail in server.received for line in mail.splitlines() if line.startswith("To:")]
    assert len(to) == len(set(to)) == 3
