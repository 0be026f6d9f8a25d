"""Clock times of a site as moments, and back: a pure rule, days of changing clocks included."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

DAYTIME = time(9)  # what is proposed when nothing else is known


def moment_of(on: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The moment (UTC) at which the site's clocks show a time; None for a time that they skip on that day.

    A time that they show twice is the earlier of the two.
    """
    shown = datetime.combine(on, at, zone)
    moment = shown.astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None) else None
