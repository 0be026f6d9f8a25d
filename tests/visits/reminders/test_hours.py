"""When a mail is due: working hours of a site, free days, changing clocks."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visits.reminders.hours import DIGEST_HOURS, HOURS, WorkingHours

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = (BERLIN, SHANGHAI, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"))
FAR = date(2099, 12, 31)


def at(moment: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=zone)


@pytest.mark.req("F12")
@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        # Friday 27 March, one minute after midnight in Shanghai: eight o'clock of the same day.
        ("2026-03-26T16:01", SHANGHAI, "2026-03-27T00:00"),
        # In the working day: at once.
        ("2026-03-27T03:30", SHANGHAI, "2026-03-27T03:30"),
        # After work on Friday: on Monday.
        ("2026-03-27T10:00", SHANGHAI, "2026-03-30T00:00"),
        # On Sunday 29 March the clocks of Berlin go forward: eight o'clock is 07:00 UTC before, 06:00 after.
        ("2026-03-26T23:30", BERLIN, "2026-03-27T07:00"),
        ("2026-03-28T12:00", BERLIN, "2026-03-30T06:00"),
        # And back on 25 October.
        ("2026-10-24T12:00", BERLIN, "2026-10-26T07:00"),
        # The last day of a year is a Thursday; the first of the next is free, and a weekend follows.
        ("2026-12-31T18:00", BERLIN, "2027-01-04T07:00"),
        # A leap day, which is a Tuesday.
        ("2028-02-28T18:00", BERLIN, "2028-02-29T07:00"),
    ],
)
def test_a_mail_waits_for_the_morning_of_a_working_day(now: str, zone: ZoneInfo, expected: str) -> None:
    moment = HOURS.mail_at(at(now, UTC), hour=8, zone=zone, until=FAR)
    assert moment == at(expected, UTC)


@pytest.mark.parametrize(
    ("now", "until", "expected"),
    [
        # What is over before Monday is mailed on the free day, in its morning.
        ("2026-03-27T20:00", date(2026, 3, 28), "2026-03-28T08:00"),
        ("2026-03-28T11:00", date(2026, 3, 28), "2026-03-28T11:00"),
        # In the last night there is no morning left.
        ("2026-03-28T21:00", date(2026, 3, 28), "2026-03-28T21:00"),
        ("2026-03-27T20:00", date(2026, 3, 30), "2026-03-30T08:00"),
    ],
)
def test_what_no_working_day_would_reach_in_time_goes_out_on_a_free_day(
    now: str, until: date, expected: str
) -> None:
    moment = HOURS.mail_at(at(now, BERLIN), hour=8, zone=BERLIN, until=until)
    assert moment == at(expected, BERLIN)


def test_a_calendar_without_working_days_still_mails() -> None:
    never = WorkingHours(frozenset(range(7)), frozenset(), time(18))
    now = datetime(2026, 3, 27, 7, 0, tzinfo=UTC)
    assert never.mail_at(now, hour=8, zone=BERLIN, until=FAR) == datetime(2026, 3, 28, 7, 0, tzinfo=UTC)


@pytest.mark.req("F12")
@settings(max_examples=200, deadline=None)
@given(
    minutes=st.integers(0, 3 * 365 * 24 * 60),
    zone=st.sampled_from(ZONES),
    hour=st.sampled_from(list(DIGEST_HOURS)),
    days=st.integers(0, 40),
)
def test_a_mail_never_comes_too_early_and_on_a_free_day_or_at_night_only_when_it_would_be_too_late(
    minutes: int, zone: ZoneInfo, hour: int, days: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = now.astimezone(zone)
    until = local.date() + timedelta(days=days)
    moment = HOURS.mail_at(now, hour=hour, zone=zone, until=until)
    sent = moment.astimezone(zone)
    assert moment >= now
    assert moment == now or (sent.hour, sent.minute) == (hour, 0)
    if HOURS.works(sent.date()) and hour <= sent.hour < HOURS.ends.hour:
        earlier = (
            local.date() + timedelta(days=number) for number in range((sent.date() - local.date()).days)
        )
        assert not any(HOURS.works(day) for day in earlier if day != local.date())
        return
    rest = (local.date() + timedelta(days=number) for number in range(1, days + 1))
    assert not any(HOURS.works(day) for day in rest)
