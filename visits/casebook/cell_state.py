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
    SIGNED = "signed"
    CHANGED = "changed"
    NOT_DONE = "not-done"
    LOCKED = "locked"
    MASKED = "masked"


OPEN = frozenset({CellState.DUE, CellState.OVERDUE, CellState.INCOMPLETE})  # somebody has to enter something
DONE = frozenset(
    {
        CellState.COMPLETE,
        CellState.QUERY,
        CellState.SIGNED,
        CellState.CHANGED,
        CellState.NOT_DONE,
        CellState.LOCKED,
    }
)
OF_RECORD = {
    RecordState.INCOMPLETE: CellState.INCOMPLETE,
    RecordState.COMPLETE: CellState.COMPLETE,
    RecordState.NOT_DONE: CellState.NOT_DONE,
    RecordState.LOCKED: CellState.LOCKED,
}


FINISHED = frozenset({RecordState.COMPLETE, RecordState.NOT_DONE, RecordState.LOCKED})


@dataclass(frozen=True)
class Term:
    """When the forms of a visit are asked for: not before `due`, and late after `late_after`.

    None: never due (an unscheduled visit), never late. A visit that was missed asks for no form, nor does one
    that an early end closed.
    """

    due: date | None = None
    late_after: date | None = None
    missed: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Entry:
    """What is known of a record and its retests.

    open_queries: on all of them. retests: how many there are. signed, changed: whether every one is signed in
    its present version, and whether one was saved again after a signature. reason: why it was not done.
    """

    state: RecordState
    open_queries: int = 0
    retests: int = 0
    signed: bool = False
    changed: bool = False
    reason: str = ""

    @property
    def waits(self) -> bool:
        """True when it is finished and not signed as it is now."""
        return self.state in FINISHED and not self.signed


def cell_state(*, hidden: bool, asked: bool, entry: Entry | None, term: Term, today: date) -> CellState:
    """The state of a cell.

    hidden: this person may not know anything of the record, not even whether it exists (L19).
    asked: the schedule asks for the form at this visit, rather than offering it.
    """
    if hidden:
        return CellState.MASKED
    if entry is not None:
        return _entered(entry)
    if term.missed:
        return CellState.NOT_DONE
    if not asked or term.closed or term.due is None or today < term.due:
        return CellState.NOT_DUE
    if term.late_after is not None and today > term.late_after:
        return CellState.OVERDUE
    return CellState.DUE


def _entered(entry: Entry) -> CellState:
    """What asks for somebody comes first: a query, then a signature that is out of date."""
    if entry.open_queries:
        return CellState.QUERY
    if entry.changed and entry.state in FINISHED:
        return CellState.CHANGED
    if entry.signed and entry.state == RecordState.COMPLETE:
        return CellState.SIGNED
    return OF_RECORD[entry.state]


def words_about(state: CellState, entry: Entry | None) -> str:
    """What a reader learns beyond the state's word: why not done, how many queries, what to sign again."""
    if entry is None or state is CellState.MASKED:
        return ""
    parts = [f"Not done: {entry.reason}"] if entry.reason else []
    if entry.open_queries:
        parts.append("1 open query" if entry.open_queries == 1 else f"{entry.open_queries} open queries")
    if entry.changed:
        done = "Complete, changed" if entry.state == RecordState.COMPLETE else "Changed"
        parts.append(f"{done} after signature")
    elif entry.signed and state is not CellState.SIGNED:
        parts.append("Signed")
    return "; ".join(parts)
