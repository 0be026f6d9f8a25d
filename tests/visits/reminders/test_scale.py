"""Planning reads what is near today, along indexes, however many participants there are."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Site, User
from trialsite.audit.context import acting
from visits.calendar.states import VisitState
from visits.models import Reminder, ScheduledVisit, VisitSummary
from visits.reminders.kinds import Kind
from visits.reminders.outbox import State
from visits.reminders.planning import plan_reminders

MANY = 1_500
TODAY = date(2026, 3, 27)
LONG_AGO = date(2025, 6, 2)
LARGE = ("visits_scheduledvisit", "visits_visitsummary", "visits_reminder", "screening_participant")


def fill(site: Site, coordinator: User) -> None:
    """Participants who left the study long ago, each with a visit, its counts and a closed reminder."""
    people = [
        Participant(
            SUBJID=f"01-{number:05}",
            site=site,
            RFICDTC=LONG_AGO,
            registered_by=coordinator,
            RANDNO=f"R{number:05}",
            day1=LONG_AGO,
        )
        for number in range(10_000, 10_000 + MANY)
    ]
    planned = {"target": LONG_AGO, "window_open": LONG_AGO, "window_close": LONG_AGO}
    over = {"took_place_on": LONG_AGO, "window_open": LONG_AGO, "window_close": LONG_AGO}
    none = dict.fromkeys(("missing", "queries", "unsigned", "changed", "signed"), 0)
    with acting("system:tests"):
        Participant.objects.bulk_create(people)
        ScheduledVisit.objects.bulk_create(
            ScheduledVisit(
                participant=person,
                code="D1",
                state=VisitState.TOOK_PLACE,
                took_place_on=LONG_AGO,
                **planned,
            )
            for person in people
        )
        VisitSummary.objects.bulk_create(
            VisitSummary(
                participant=person,
                visit="D1",
                SUBJID=person.SUBJID,
                site=site,
                missed=False,
                closed=False,
                **over,
                **none,
            )
            for person in people
        )
        Reminder.objects.bulk_create(
            Reminder(
                site=site,
                participant=person,
                subject=str(uuid.uuid4()),
                kind=Kind.OVERDUE,
                recipient=coordinator,
                about=LONG_AGO,
                relevant_until=LONG_AGO,
                state=State.EXPIRED,
                closed_at="2025-07-01T00:00Z",
                send_after="2025-06-03T00:00Z",
            )
            for person in people
        )


@pytest.mark.django_db(transaction=True)
def test_planning_walks_no_large_table(
    participant: Participant, coordinator: User, site: Site, owner: psycopg.Connection[Any]
) -> None:
    fill(site, coordinator)
    with on(cast.DAY1 + timedelta(days=1)):
        plan_reminders()
    owner.execute("ANALYZE")
    owner.commit()
    with CaptureQueriesContext(connection) as captured, on(TODAY):
        assert plan_reminders() == 1
    reads = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    assert any("visits_visitsummary" in sql for sql in reads)
    with connection.cursor() as cursor:
        for sql in reads:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            walked = set(re.findall(r"Seq Scan on (\w+)", plan))
            assert not walked & set(LARGE), f"{sql}\n{plan}"
