"""Clock times of a site as moments, and back: a pure rule, days of changing clocks included."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYTIME = time(9)  # what is proposed when nothing else is known


def moment_of(on: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The moment (UTC) at which the site's clocks show a time; None for a time that they skip on that day.

    A time that they show twice is the earlier of the two.
    """
    shown = datetime.combine(on, at, zone)
    moment = shown.astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None) else None


def day_in(moment: datetime, zone: ZoneInfo) -> date:
    """The site's calendar day of a moment."""
    return moment.astimezone(zone).date()


def bounds_of(first: date, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments (UTC) at which days of the site begin and are over; 23 or 25 hours long when clocks change."""
    begin = datetime.combine(first, time(), zone)
    end = datetime.combine(first + timedelta(days=days), time(), zone)
    return begin.astimezone(UTC), end.astimezone(UTC)
