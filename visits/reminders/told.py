"""Who was told what, and when: the history of reminders for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from trialsite.audit.reading import Change, history_of
from visits.models import Reminder
from visits.reminders.outbox import State

TABLE = "visits_reminder"
COLUMNS = ("state", "hidden_until", "closed_at")


@dataclass(frozen=True)
class Event:
    """One thing that happened to a reminder; `by` is empty for what the system did."""

    at: datetime
    words: str
    by: str


def events_of(reminder: Reminder) -> list[Event]:
    """What happened to a reminder, the oldest first; one query."""
    changes = history_of(TABLE, str(reminder.pk), columns=COLUMNS)
    return [event for change in reversed(changes) for event in _event(change)]


def _event(change: Change) -> Iterator[Event]:
    by = "" if change.actor.startswith("system:") else change.actor_name
    if words := _words(change):
        yield Event(change.at, words, by)


def _words(change: Change) -> str:
    if change.column == "state":
        return State(change.new).label
    if change.column == "hidden_until":
        return f"Put off until {change.new}" if change.new else "" if change.op == "I" else "Taken up again"
    if change.op == "I":
        return ""
    return "Off the list: its cause is gone" if change.new else "On the list again: its cause is back"
