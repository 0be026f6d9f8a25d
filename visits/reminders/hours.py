"""The working hours of the sites, and when within them a mail is due: pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trialsite import protocol

ONE_DAY = timedelta(days=1)
DIGEST_HOURS = range(6, 18)
DEFAULT_HOUR = 8


@dataclass(frozen=True)
class WorkingHours:
    """The days on which nobody works (Monday is 0), and the hour at which the working day ends."""

    free_weekdays: frozenset[int]
    holidays: frozenset[date]
    ends: time

    def works(self, day: date) -> bool:
        """Whether a day is a working day."""
        return day.weekday() not in self.free_weekdays and day not in self.holidays

    def mail_at(self, now: datetime, *, hour: int, zone: ZoneInfo, until: date) -> datetime:
        """The moment, `now` or later, from which a mail that helps until a day may go out; in UTC.

        That is `hour` o'clock of a working day, or any later time before the end of work. A mail that no
        working day would reach in time goes out on a free day rather than never.
        """
        local = now.astimezone(zone)
        today = local.date()
        before_end = local.time() < self.ends
        if self.works(today) and before_end:
            return max(now, _at(today, hour, zone))
        following = self._working_day_after(today)
        if following <= until:
            return _at(following, hour, zone)
        if before_end:
            return max(now, _at(today, hour, zone))
        return _at(today + ONE_DAY, hour, zone) if today < until else now

    def mail_on(self, day: date, *, hour: int, zone: ZoneInfo, until: date) -> datetime:
        """The same, from the morning of a day on."""
        return self.mail_at(datetime.combine(day, time(), zone), hour=hour, zone=zone, until=until)

    def _working_day_after(self, day: date) -> date:
        """The next working day; the next day when a month holds none."""
        later = (day + number * ONE_DAY for number in range(1, 32))
        return next((each for each in later if self.works(each)), day + ONE_DAY)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


HOURS = WorkingHours(
    frozenset(protocol.FREE_WEEKDAYS), frozenset(protocol.HOLIDAYS), time(protocol.WORK_ENDS_AT)
)
