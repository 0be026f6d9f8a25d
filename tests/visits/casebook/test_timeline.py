"""The timeline as a pure picture: places, shapes, rows of events, and the list that says the same."""

from dataclasses import replace
from datetime import date

import pytest

from visits.casebook.timeline import MOST_ROWS, Happening, Moment, Shape, Span, Story, timeline

CONSENT, DAY1, TODAY = date(2026, 3, 2), date(2026, 3, 16), date(2026, 4, 1)
QUIET = Story(
    consent=CONSENT,
    today=TODAY,
    day1=DAY1,
    left_on=None,
    targets=[("Day 1", DAY1), ("Week 8", date(2026, 5, 11))],
    windows=[Span("Week 8", date(2026, 5, 8), date(2026, 5, 14))],
    visits=[Moment(Shape.TOOK_PLACE, DAY1, "Day 1")],
    doses=[Moment(Shape.DOSE, DAY1, "Day 1"), Moment(Shape.IN_ERROR, DAY1, "Kit of Day 1")],
    events=[],
)


def event(first: int, last: int | None, shape: Shape = Shape.EVENT) -> Happening:
    """An event of March 2026 by its days."""
    end = None if last is None else date(2026, 3, last)
    return Happening(shape, date(2026, 3, first), end, f"Event of {first} March", f"{first} March")


def test_everything_lies_between_the_edges_in_the_order_of_its_days() -> None:
    picture = timeline(QUIET)
    places = [mark.x for mark in picture.ticks]
    assert places == sorted(places)
    assert all(0 <= mark.x <= 100 for mark in (*picture.marks, *picture.ticks))
    assert all(box.x >= 0 and box.x + box.width <= 100.1 for box in picture.boxes)
    assert [rule.word for rule in picture.rules] == ["Today"]
    assert [entry.on for entry in picture.entries] == sorted(entry.on for entry in picture.entries)


def test_a_dose_given_in_error_and_an_early_end_are_marked_by_shape_and_word() -> None:
    picture = timeline(replace(QUIET, left_on=date(2026, 3, 25)))
    assert "in-error" in {mark.shape for mark in picture.marks}
    assert ("in-error", "given in error") in picture.legend
    assert "Left early" in [rule.word for rule in picture.rules]
    words = [entry.words for entry in picture.entries]
    assert "Kit of Day 1: given in error, 16 Mar 2026" in words
    assert "Left the study early" in words


def test_events_that_overlap_lie_in_rows_and_serious_ones_come_first_with_a_word() -> None:
    picture = timeline(replace(QUIET, events=[event(3, 5), event(4, None), event(20, 22, Shape.SERIOUS)]))
    shapes = {mark.label: mark for mark in picture.marks}
    serious, other = shapes["Event of 20 March"], shapes["Event of 4 March"]
    assert (serious.shape, serious.word) == ("serious", "SAE")
    assert serious.y < other.y
    assert other.word == ""
    assert shapes["Event of 3 March"].y == serious.y  # over before the other begins


@pytest.mark.parametrize("number", [1, MOST_ROWS, MOST_ROWS + 3])
def test_events_beyond_the_rows_are_counted_and_stay_in_the_list(number: int) -> None:
    picture = timeline(replace(QUIET, events=[event(3, None)] * number))
    assert picture.more == max(0, number - MOST_ROWS)
    assert sum("Event of" in entry.words for entry in picture.entries) == number


def test_a_participant_who_was_followed_long_ago_is_not_pressed_to_the_left() -> None:
    picture = timeline(replace(QUIET, today=date(2028, 1, 1)))
    assert picture.rules == []
    assert picture.ticks[-1].x > 80


def test_before_the_number_there_is_a_picture_too() -> None:
    bare = replace(QUIET, day1=None, targets=[], windows=[], visits=[], doses=[])
    for today in (CONSENT, TODAY, date(2028, 1, 1)):
        assert [entry.words for entry in timeline(replace(bare, today=today)).entries] == ["Consent"]
