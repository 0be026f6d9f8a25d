"""When a report is due: pure arithmetic of moments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trialsite.protocol import SAE_FOLLOW_UP_DAYS, SAE_HOURS

INITIAL = timedelta(hours=SAE_HOURS)
FOLLOW_UP = timedelta(days=SAE_FOLLOW_UP_DAYS)


def aware_at(day: date | None, at: time | None, zone: ZoneInfo, entered: datetime) -> datetime:
    """The moment from which the clock runs, in UTC.

    Of an unknown hour the first one counts; without a day it is the moment of entry; a moment after the
    entry cannot be: then it is the entry too.
    """
    if day is None:
        return entered
    moment = datetime.combine(day, at or time.min, zone).astimezone(UTC)
    return min(moment, entered)


def initial_due(aware: datetime) -> datetime:
    """By when the sponsor is told of a serious event."""
    return _later(aware, INITIAL)


def follow_up_due(reported: datetime) -> datetime:
    """By when an event that goes on is reported again."""
    return _later(reported, FOLLOW_UP)


def change_due(changed: datetime) -> datetime:
    """By when the sponsor is told of what changed."""
    return _later(changed, INITIAL)


def _later(moment: datetime, term: timedelta) -> datetime:
    # In UTC: a sum in a zone of its own is by the clock on the wall, an hour off when that is changed.
    return moment.astimezone(UTC) + term


def hours_left(due: datetime, now: datetime) -> int:
    """Whole hours until a report is due; negative when it is overdue."""
    return int((due - now).total_seconds() // 3600)


def left_words(due: datetime, now: datetime) -> str:
    """The same for its reader: "5 hours left", "3 days left", "overdue by 2 hours"."""
    hours = hours_left(due, now)
    if hours < 0:
        late = -hours - 1 if (due - now).total_seconds() % 3600 else -hours
        return f"overdue by {_span(late)}" if late else "overdue"
    return f"{_span(hours)} left" if hours else "less than an hour left"


def _span(hours: int) -> str:
    count, word = (hours // 24, "day") if hours >= 48 else (hours, "hour")
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
