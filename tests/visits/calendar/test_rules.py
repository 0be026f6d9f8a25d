"""The pure rules of the calendar, case by case."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from screening.early_end import closed_by_end, end_refusal
from trialsite.windows import words
from visits.calendar.booking import booking_refusal, over_refusal
from visits.calendar.day_plan import free_time
from visits.calendar.leaving import leaving_refusal
from visits.calendar.moments import moment_of
from visits.calendar.states import VisitState, departure_of, state_of
from visits.course import Course

DAY1 = date(2026, 3, 16)
OPENS, CLOSES = date(2026, 3, 27), date(2026, 4, 2)
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
INSIDE, OUTSIDE, TODAY = date(2026, 3, 31), date(2026, 4, 3), date(2026, 3, 20)


@pytest.mark.parametrize(
    ("on", "moved", "reason", "place", "says"),
    [
        (INSIDE, False, "", "", None),
        (OPENS, False, "", "Room 3", None),
        (CLOSES, False, "", "", None),
        (OUTSIDE, False, "", "", "after the window, 2026-03-27 to 2026-04-02"),
        (date(2026, 3, 26), False, "", "", "before the window"),
        (OUTSIDE, False, "Holiday", "", None),
        (INSIDE, True, "", "", "Say why the appointment is moved"),
        (INSIDE, True, "Asked for it", "", None),
        (date(2026, 3, 19), False, "Holiday", "", "allowed is 2026-03-20 or later"),
        (OUTSIDE, False, "call 13812345678", "", "telephone number"),
        (INSIDE, False, "", "姓名 Wang", "person's name"),
    ],
)
def test_an_appointment_is_refused_with_what_is_allowed(
    on: date, moved: bool, reason: str, place: str, says: str | None
) -> None:
    refusal = booking_refusal(
        opens=OPENS, closes=CLOSES, on=on, moved=moved, reason=reason, place=place, today=TODAY
    )
    assert refusal is None if says is None else says in (refusal or "")


def test_a_visit_that_is_over_needs_no_appointment() -> None:
    assert over_refusal(VisitState.AHEAD, None, None) is None
    assert "took place on 2026-03-31" in (over_refusal(VisitState.TOOK_PLACE, INSIDE, None) or "")
    assert "recorded as missed" in (over_refusal(VisitState.MISSED, None, None) or "")
    assert over_refusal(VisitState.CLOSED, None, TODAY) == "Closed: left the study on 2026-03-20."


@pytest.mark.parametrize(
    ("course", "left_on", "state"),
    [
        (Course(), None, VisitState.AHEAD),
        (Course(took_place_on=INSIDE), None, VisitState.TOOK_PLACE),
        (Course(missed=True), None, VisitState.MISSED),
        (Course(), CLOSES, VisitState.CLOSED),  # its window was open when the participant left
        (Course(), date(2026, 3, 16), VisitState.CLOSED),
        (Course(), OUTSIDE, VisitState.AHEAD),  # it had been due before: its form is still asked for
        (Course(missed=True), OUTSIDE, VisitState.MISSED),
        (Course(missed=True), CLOSES, VisitState.CLOSED),
        (Course(took_place_on=INSIDE), INSIDE, VisitState.TOOK_PLACE),
    ],
)
def test_the_state_of_a_visit_follows_its_form_and_the_end(
    course: Course, left_on: date | None, state: VisitState
) -> None:
    assert state_of(course, CLOSES, left_on) is state


@pytest.mark.parametrize(
    ("state", "took_place_on", "booked_on", "cause", "day"),
    [
        (VisitState.AHEAD, None, None, None, None),
        (VisitState.AHEAD, None, INSIDE, None, None),
        (VisitState.AHEAD, None, OUTSIDE, "outside-window", OUTSIDE),
        (VisitState.TOOK_PLACE, INSIDE, OUTSIDE, None, None),  # what happened counts, not what was booked
        (VisitState.TOOK_PLACE, OUTSIDE, INSIDE, "outside-window", OUTSIDE),
        (VisitState.MISSED, None, OUTSIDE, "missed", CLOSES),
        (VisitState.CLOSED, None, OUTSIDE, None, None),
    ],
)
def test_a_deviation_is_suggested_by_what_happened(
    state: VisitState, took_place_on: date | None, booked_on: date | None, cause: str | None, day: date | None
) -> None:
    found = departure_of(
        state=state, opens=OPENS, closes=CLOSES, took_place_on=took_place_on, booked_on=booked_on
    )
    assert (found.cause, found.on) == (cause, day) if found else cause is None


@pytest.mark.parametrize(
    ("visit", "left_on", "says"),
    [
        ("W2", None, None),
        ("E", None, "opens when it has been recorded"),
        ("E", date(2026, 4, 1), None),
        ("D1", date(2026, 3, 16), None),
        ("W2", date(2026, 3, 26), "Closed: left the study on 2026-03-26."),
        ("W2", date(2026, 3, 27), None),  # it may have taken place on that day
        ("W4", date(2026, 4, 1), "Closed: left the study on 2026-04-01."),
        ("X", date(2026, 4, 1), None),
        ("S", date(2026, 4, 1), None),
    ],
)
def test_an_early_end_closes_the_visits_that_follow_and_opens_its_own(
    visit: str, left_on: date | None, says: str | None
) -> None:
    refusal = end_refusal(visit, DAY1, left_on)
    assert refusal is None if says is None else says in (refusal or "")


def test_a_window_that_had_closed_before_the_end_is_not_closed_by_it() -> None:
    assert not closed_by_end(CLOSES, None)
    assert closed_by_end(CLOSES, CLOSES)
    assert not closed_by_end(CLOSES, OUTSIDE)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, None),
        ({"day1": None}, "screening failure"),
        ({"because": "COMPLETED"}, "Choose a reason: Adverse event, Death"),
        ({"left_on": date(2026, 3, 15)}, "from Day 1, 2026-03-16, to today, 2026-04-10"),
        ({"left_on": date(2026, 4, 11)}, "to today, 2026-04-10"),
        ({"closes": False}, "completed the schedule"),
        ({"correction": True}, "Say why this is corrected"),
        ({"correction": True, "reason": "Typed a wrong day"}, None),
        ({"reason": "MRN 12345"}, "hospital record number"),
    ],
)
def test_an_early_end_is_refused_with_what_is_allowed(change: dict[str, object], says: str | None) -> None:
    asked: dict[str, object] = {
        "day1": DAY1,
        "today": date(2026, 4, 10),
        "left_on": date(2026, 4, 1),
        "because": "LOST",
        "correction": False,
        "reason": "",
        "closes": True,
    }
    refusal = leaving_refusal(**(asked | change))  # type: ignore[arg-type]
    assert refusal is None if says is None else says in (refusal or "")


@pytest.mark.req("F12")
@pytest.mark.parametrize(
    ("on", "at", "zone", "moment"),
    [
        (date(2026, 3, 28), time(9), BERLIN, datetime(2026, 3, 28, 8, tzinfo=UTC)),
        (date(2026, 3, 29), time(9), BERLIN, datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), BERLIN, None),  # the clocks go from 02:00 to 03:00
        (date(2026, 3, 29), time(3), BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), BERLIN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first
        (date(2026, 3, 31), time(0, 0), SHANGHAI, datetime(2026, 3, 30, 16, tzinfo=UTC)),
        (date(2026, 3, 31), time(23, 59), SHANGHAI, datetime(2026, 3, 31, 15, 59, tzinfo=UTC)),
    ],
)
def test_a_clock_time_is_one_moment_or_none(
    on: date, at: time, zone: ZoneInfo, moment: datetime | None
) -> None:
    assert moment_of(on, at, zone) == moment


def test_the_first_free_half_hour_is_proposed() -> None:
    assert free_time([]) == time(9)
    assert free_time([time(9), time(9, 45)]) == time(10)
    assert free_time([time(9, 10), time(9, 30), time(11)]) == time(10)
    assert free_time([time(hour, minute) for hour in range(24) for minute in (0, 30)]) == time(9)


def test_a_window_reads_across_a_month_and_on_one_day() -> None:
    assert words(date(2026, 3, 27), date(2026, 4, 2)) == "27 Mar – 2 Apr"
    assert words(date(2026, 4, 10), date(2026, 4, 16)) == "10–16 Apr"
    assert words(DAY1, DAY1) == "on the day"
