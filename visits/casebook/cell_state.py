"""The state of one form at one visit as the casebook shows it: a pure function."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trialsite.crf.lifecycle import RecordState


class CellState(StrEnum):
    """What a cell of the casebook says. The values are state codes of trialsite.icons."""

    NOT_DUE = "not-due"
    DUE = "due"
    OVERDUE = "overdue"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    QUERY = "query"
    NOT_DONE = "not-done"
    LOCKED = "locked"
    MASKED = "masked"


OPEN = frozenset({CellState.DUE, CellState.OVERDUE, CellState.INCOMPLETE})  # somebody has to enter something
DONE = frozenset({CellState.COMPLETE, CellState.QUERY, CellState.NOT_DONE, CellState.LOCKED})
OF_RECORD = {
    RecordState.INCOMPLETE: CellState.INCOMPLETE,
    RecordState.COMPLETE: CellState.COMPLETE,
    RecordState.NOT_DONE: CellState.NOT_DONE,
    RecordState.LOCKED: CellState.LOCKED,
}


@dataclass(frozen=True)
class Term:
    """When the forms of a visit are asked for: not before `due`, and late after `late_after`.

    None: never due (an unscheduled visit), never late. A visit that was missed asks for no form.
    """

    due: date | None = None
    late_after: date | None = None
    missed: bool = False


@dataclass(frozen=True)
class Entry:
    """What is known of a record: its state, how many queries are open on it and on its retests, and how many
    retests there are."""

    state: RecordState
    open_queries: int = 0
    retests: int = 0


def cell_state(*, hidden: bool, asked: bool, entry: Entry | None, term: Term, today: date) -> CellState:
    """The state of a cell.

    hidden: this person may not know anything of the record, not even whether it exists (L19).
    asked: the schedule asks for the form at this visit, rather than offering it.
    """
    if hidden:
        return CellState.MASKED
    if entry is not None:
        return CellState.QUERY if entry.open_queries else OF_RECORD[entry.state]
    if term.missed:
        return CellState.NOT_DONE
    if not asked or term.due is None or today < term.due:
        return CellState.NOT_DUE
    if term.late_after is not None and today > term.late_after:
        return CellState.OVERDUE
    return CellState.DUE
