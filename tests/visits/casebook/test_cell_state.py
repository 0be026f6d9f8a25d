"""The state of a cell of the casebook, as a truth table."""

from datetime import date

import pytest

from trialsite import icons
from trialsite.crf.lifecycle import RecordState
from visits.casebook.cell_state import CellState, Entry, Term, cell_state

OPENS, TARGET, CLOSES = date(2026, 3, 27), date(2026, 3, 30), date(2026, 4, 2)
BEFORE, AFTER = date(2026, 3, 26), date(2026, 4, 3)
WINDOW = Term(OPENS, CLOSES)
MISSED = Term(OPENS, CLOSES, missed=True)
UNPLANNED = Term()
NEVER_LATE = Term(OPENS)
INCOMPLETE, COMPLETE = Entry(RecordState.INCOMPLETE), Entry(RecordState.COMPLETE)
NOT_DONE, LOCKED = Entry(RecordState.NOT_DONE), Entry(RecordState.LOCKED)
ASKED_ABOUT = Entry(RecordState.COMPLETE, open_queries=1)

TABLE = [
    # hidden, asked, entry, term, today, state
    (False, True, None, WINDOW, BEFORE, "not-due"),
    (False, True, None, WINDOW, OPENS, "due"),
    (False, True, None, WINDOW, TARGET, "due"),
    (False, True, None, WINDOW, CLOSES, "due"),
    (False, True, None, WINDOW, AFTER, "overdue"),
    (False, True, None, NEVER_LATE, AFTER, "due"),
    (False, True, None, UNPLANNED, AFTER, "not-due"),
    (False, True, None, MISSED, BEFORE, "not-done"),
    (False, True, None, MISSED, AFTER, "not-done"),
    (False, False, None, WINDOW, TARGET, "not-due"),
    (False, False, None, WINDOW, AFTER, "not-due"),
    (False, True, INCOMPLETE, WINDOW, TARGET, "incomplete"),
    (False, True, INCOMPLETE, WINDOW, AFTER, "incomplete"),
    (False, True, COMPLETE, WINDOW, BEFORE, "complete"),
    (False, True, COMPLETE, MISSED, AFTER, "complete"),
    (False, False, COMPLETE, WINDOW, TARGET, "complete"),
    (False, True, COMPLETE, UNPLANNED, TARGET, "complete"),
    (False, True, NOT_DONE, WINDOW, AFTER, "not-done"),
    (False, True, LOCKED, WINDOW, AFTER, "locked"),
    (False, True, ASKED_ABOUT, WINDOW, AFTER, "query"),
    (True, True, None, WINDOW, BEFORE, "masked"),
    (True, True, None, WINDOW, AFTER, "masked"),
    (True, True, None, MISSED, AFTER, "masked"),
    (True, False, None, UNPLANNED, TARGET, "masked"),
    (True, True, INCOMPLETE, WINDOW, AFTER, "masked"),
    (True, True, COMPLETE, WINDOW, TARGET, "masked"),
    (True, True, ASKED_ABOUT, WINDOW, TARGET, "masked"),
]


@pytest.mark.parametrize(("hidden", "asked", "entry", "term", "today", "state"), TABLE)
def test_the_state_of_a_cell_follows_the_table(
    hidden: bool, asked: bool, entry: Entry | None, term: Term, today: date, state: str
) -> None:
    assert cell_state(hidden=hidden, asked=asked, entry=entry, term=term, today=today) == state


def test_every_state_has_an_icon_and_a_word_and_stands_in_the_table() -> None:
    assert {row[5] for row in TABLE} == {state.value for state in CellState}
    assert all(icons.STATES[state].word for state in CellState)
