"""Invented appointments end on the day on which the visit takes place."""

from datetime import date, timedelta
from random import Random

from trialsite.simulation.appointments import appointment

TARGET = date(2026, 3, 30)
OPENS, CLOSES = TARGET - timedelta(days=3), TARGET + timedelta(days=3)


def test_of_many_appointments_some_are_moved_some_are_not_made_and_all_end_on_the_day_of_the_visit() -> None:
    random = Random(7)
    made = moved = 0
    for _ in range(500):
        actual = TARGET + timedelta(days=random.choice((-2, 0, 2, 5)))
        today = date(2026, 3, 16)
        agreed = appointment(random, actual, OPENS, CLOSES, today)
        if agreed is None:
            continue
        made += 1
        assert (agreed.moved_to or agreed.first) == actual
        assert agreed.first >= today
        if agreed.moved_to is not None:
            moved += 1
            assert OPENS <= agreed.first <= CLOSES
            assert agreed.first != agreed.moved_to
            assert agreed.reason
    assert 430 < made < 490
    assert 40 < moved < 110


def test_a_visit_of_the_past_is_not_booked() -> None:
    random = Random(7)
    assert appointment(random, TARGET, OPENS, CLOSES, TARGET + timedelta(days=1)) is None
