"""Appointments as an iCalendar (RFC 5545): a pure function of what may be told.

Of a participant an event holds the number, of the visit its name, and the address of the page. All times are
UTC, which every calendar shows in its own zone, also on the days on which clocks change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

LENGTH = timedelta(hours=1)
REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class FeedEvent:
    """One appointment: its key, its moment, when it changed last (both UTC), its words and its page."""

    key: UUID
    begins: datetime
    changed: datetime
    words: str
    url: str


def calendar_text(name: str, events: Iterable[FeedEvent], host: str) -> bytes:
    """The calendar; the same events give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{name}//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for each in events:
        event = Event()
        event.add("uid", f"{each.key}@{host}")
        event.add("dtstamp", each.changed.astimezone(UTC))
        event.add("last-modified", each.changed.astimezone(UTC))
        event.add("dtstart", each.begins.astimezone(UTC))
        event.add("duration", LENGTH)
        event.add("summary", each.words)
        # Some calendars show the one, some the other.
        event.add("description", each.url)
        event.add("url", each.url)
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
