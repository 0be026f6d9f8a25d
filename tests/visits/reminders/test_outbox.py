"""The outbox: states that only the table's moves connect, constraints, and the tasks that beat asks for."""

import itertools
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError

from screening.models import Participant
from tests.visits.conftest import on
from trialsite import settings as trial_settings
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from trialsite.celery import app
from visits.models import Reminder, ReminderMail
from visits.reminders import outbox
from visits.reminders.delivery import deliver_reminders
from visits.reminders.outbox import MailState, State
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


def test_what_was_sent_or_lost_is_sent_again_only_by_the_wish_of_the_recipient() -> None:
    again = {move for move in outbox.MOVES if move.start in (State.SENT, State.UNKNOWN)}
    assert again == {outbox.TELL_AGAIN, outbox.TELL_AT_LAST}
    assert not any(move.start in (State.EXPIRED, State.QUIET) for move in outbox.MOVES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"state": "LOST"}, "reminder_state_is_known"),
        ({"kind": "LATER"}, "reminder_kind_is_known"),
        ({"state": State.SENT}, "mailed_reminder_has_mail"),
        ({"state": State.SENDING}, "mailed_reminder_has_mail"),
        ({"participant": None}, "reminder_is_about_participant"),
    ],
)
def test_the_database_refuses_a_broken_line(
    reminder: Reminder, columns: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), acting("system:tests"):
        Reminder.objects.filter(pk=reminder.pk).update(**columns)


@pytest.mark.django_db
def test_a_person_is_reminded_of_a_visit_once_of_each_kind(reminder: Reminder) -> None:
    again = copy(reminder)
    again.pk = None
    again._state.adding = True
    with pytest.raises(IntegrityError, match="reminder_once_per_person"), acting("system:tests"):
        again.save()


@pytest.mark.django_db
@pytest.mark.req("F2")
def test_the_database_holds_one_mail_of_the_morning_a_person_and_day(reminder: Reminder) -> None:
    day = date(2026, 3, 17)
    with acting("system:tests"):
        for urgent, state in [(True, MailState.SENDING), (False, MailState.REFUSED)]:
            ReminderMail.objects.create(recipient=reminder.recipient, day=day, urgent=urgent, state=state)
        ReminderMail.objects.create(recipient=reminder.recipient, day=day, urgent=False)
    with pytest.raises(IntegrityError, match="one_digest_a_day"), acting("system:tests"):
        ReminderMail.objects.create(recipient=reminder.recipient, day=day, urgent=False)


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
