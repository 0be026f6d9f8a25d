"""The state of a cell of the casebook, as a truth table."""

from datetime import date

import pytest

from trialsite import icons
from trialsite.crf.lifecycle import RecordState
from visits.casebook.cell_state import CellState, Entry, Term, cell_state, words_about

OPENS, TARGET, CLOSES = date(2026, 3, 27), date(2026, 3, 30), date(2026, 4, 2)
BEFORE, AFTER = date(2026, 3, 26), date(2026, 4, 3)
WINDOW = Term(OPENS, CLOSES)
MISSED = Term(OPENS, CLOSES, missed=True)
UNPLANNED = Term()
NEVER_LATE = Term(OPENS)
INCOMPLETE, COMPLETE = Entry(RecordState.INCOMPLETE), Entry(RecordState.COMPLETE)
NOT_DONE, LOCKED = Entry(RecordState.NOT_DONE), Entry(RecordState.LOCKED)
ASKED_ABOUT = Entry(RecordState.COMPLETE, open_queries=1)
SIGNED, CHANGED = Entry(RecordState.COMPLETE, signed=True), Entry(RecordState.COMPLETE, changed=True)
SIGNED_NOT_DONE = Entry(RecordState.NOT_DONE, signed=True, reason="Refused by the participant")
CHANGED_NOT_DONE = Entry(RecordState.NOT_DONE, changed=True, reason="Refused by the participant")
CHANGED_UNFINISHED = Entry(RecordState.INCOMPLETE, changed=True)
SIGNED_ASKED_ABOUT = Entry(RecordState.COMPLETE, open_queries=2, signed=True)
CLOSED = Term(OPENS, CLOSES, closed=True)

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
    (False, True, None, CLOSED, AFTER, "not-due"),
    (False, True, COMPLETE, CLOSED, AFTER, "complete"),
    (False, True, SIGNED, WINDOW, AFTER, "signed"),
    (False, True, CHANGED, WINDOW, AFTER, "changed"),
    (False, True, SIGNED_NOT_DONE, WINDOW, AFTER, "not-done"),
    (False, True, CHANGED_NOT_DONE, WINDOW, AFTER, "changed"),
    (False, True, CHANGED_UNFINISHED, WINDOW, AFTER, "incomplete"),
    (False, True, SIGNED_ASKED_ABOUT, WINDOW, AFTER, "query"),
    (True, True, SIGNED, WINDOW, AFTER, "masked"),
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


@pytest.mark.parametrize(
    ("state", "entry", "words"),
    [
        ("not-due", None, ""),
        ("complete", COMPLETE, ""),
        ("signed", SIGNED, ""),
        ("changed", CHANGED, "Complete, changed after signature"),
        ("incomplete", CHANGED_UNFINISHED, "Changed after signature"),
        ("not-done", SIGNED_NOT_DONE, "Not done: Refused by the participant; Signed"),
        ("query", SIGNED_ASKED_ABOUT, "2 open queries; Signed"),
        ("query", ASKED_ABOUT, "1 open query"),
        ("masked", SIGNED_ASKED_ABOUT, ""),
    ],
)
def test_a_cell_says_what_its_word_leaves_out(state: str, entry: Entry | None, words: str) -> None:
    assert words_about(CellState(state), entry) == words
