"""The outbox: states that only the table's moves connect, constraints, and the tasks that beat asks for."""

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.db.models.functions import Now

from screening.models import Participant
from tests.visits.conftest import on
from trialsite import settings as trial_settings
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from trialsite.celery import app
from visits.models import Reminder
from visits.reminders import outbox
from visits.reminders.delivery import deliver_reminders
from visits.reminders.outbox import State
from visits.reminders.planning import plan_reminders


@pytest.fixture
def reminder(participant: Participant) -> Reminder:
    """One planned reminder."""
    with on(date(2026, 3, 17)):
        plan_reminders()
    return Reminder.objects.get()


def test_the_diagram_in_the_decision_is_the_table() -> None:
    record = Path(settings.BASE_DIR, "docs/adr/0008-reminders.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{outbox.diagram()}\n```" in record


def test_what_was_sent_expired_or_is_unknown_moves_no_more() -> None:
    starts = {move.start for move in outbox.MOVES}
    assert starts == {State.PLANNED, State.SENDING}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"state": "LOST"}, "reminder_state_is_known"),
        ({"kind": "LATER"}, "reminder_kind_is_known"),
        ({"state": State.SENT, "claimed_at": Now()}, "sent_reminder_has_time"),
        ({"sent_at": Now()}, "sent_reminder_has_time"),
        ({"state": State.SENDING}, "sent_reminder_was_claimed"),
    ],
)
def test_the_database_refuses_a_broken_line(
    reminder: Reminder, columns: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), acting("system:tests"):
        Reminder.objects.filter(pk=reminder.pk).update(**columns)


@pytest.mark.django_db
def test_a_person_is_reminded_of_a_visit_once_of_each_kind(reminder: Reminder) -> None:
    again = Reminder(
        participant=reminder.participant,
        visit=reminder.visit,
        kind=reminder.kind,
        recipient=reminder.recipient,
        relevant_until=reminder.relevant_until,
    )
    with pytest.raises(IntegrityError, match="reminder_once_per_person"), acting("system:tests"):
        again.save()


@pytest.mark.req("A1")
@pytest.mark.django_db
def test_every_move_of_a_reminder_is_history_of_the_system(reminder: Reminder) -> None:
    with on(date(2026, 3, 17)):
        deliver_reminders()
    changes = history_of("visits_reminder", str(reminder.pk), columns=["state"])
    assert [change.new for change in sorted(changes, key=lambda change: change.at)] == [
        State.PLANNED,
        State.SENDING,
        State.SENT,
    ]
    assert {change.actor for change in changes} == {"system:reminders"}


def test_beat_asks_for_both_tasks_and_lets_no_message_outlive_its_turn() -> None:
    app.loader.import_default_modules()
    beat: dict[str, dict[str, Any]] = vars(trial_settings)["CELERY_BEAT_SCHEDULE"]
    schedule = {entry["task"]: entry for entry in beat.values() if entry["task"].startswith("visits.")}
    assert set(schedule) == {"visits.plan_reminders", "visits.deliver_reminders"}
    assert set(schedule) <= set(app.tasks)
    for entry in schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"].total_seconds()
        assert not entry.get("args")
        assert not entry.get("kwargs")


def test_no_two_moves_lead_the_same_way() -> None:
    for one, other in itertools.combinations(outbox.MOVES, 2):
        assert (one.start, one.end) != (other.start, other.end)
