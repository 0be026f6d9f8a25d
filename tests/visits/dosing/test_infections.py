"""Which serious adverse events are open infections."""

import pytest

from visits.dosing.infections import Event, open_infections

OPEN = "NOT RECOVERED/NOT RESOLVED"
DONE = "RECOVERED/RESOLVED"


@pytest.mark.parametrize(
    ("events", "number"),
    [
        ([], 0),
        ([Event("SERIOUS INFECTION", False, "", "", OPEN)], 1),
        ([Event("OPPORTUNISTIC/TB", False, "", "NOT APPLICABLE", "")], 1),
        ([Event("", True, "", "", OPEN)], 1),
        ([Event("HEPATIC", False, "", "", OPEN)], 0),
        ([Event("SERIOUS INFECTION", False, "2026-03-20", "", OPEN)], 0),
        ([Event("SERIOUS INFECTION", False, "", "", DONE)], 0),
        ([Event("SERIOUS INFECTION", False, "", "", "FATAL")], 0),
        ([Event("SERIOUS INFECTION", False, "", "UNKNOWN", OPEN)], None),
        ([Event("SERIOUS INFECTION", False, "", "", "UNKNOWN")], None),
        ([Event("", True, "", "", OPEN), Event("", True, "", "UNKNOWN", OPEN)], 1),
    ],
)
def test_an_infection_is_open_until_it_has_an_end_or_an_outcome_that_ends_it(
    events: list[Event], number: int | None
) -> None:
    assert open_infections(events) == number
