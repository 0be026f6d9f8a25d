"""The states of a record and the moves between them, as a table.

The diagram in docs/states.md is generated from it (`manage.py draw_states`).
"""

from django.db import models


class RecordState(models.TextChoices):
    """Where a record stands. A form without a record is not started."""

    INCOMPLETE = "incomplete", "Incomplete"
    COMPLETE = "complete", "Complete"
    NOT_DONE = "not done", "Not done"
    LOCKED = "locked", "Locked"
    VOID = "void", "Void"


NOT_STARTED = "not started"
SUBMIT_PART, SUBMIT_ALL, MARK_NOT_DONE = "submit with open questions", "submit complete", "mark as not done"
# Of an event that runs through the study; a void one stays, and is not entered again.
MAKE_VOID = "make void"

MOVES: dict[tuple[str, str], RecordState] = {
    (NOT_STARTED, SUBMIT_PART): RecordState.INCOMPLETE,
    (NOT_STARTED, SUBMIT_ALL): RecordState.COMPLETE,
    (NOT_STARTED, MARK_NOT_DONE): RecordState.NOT_DONE,
    (RecordState.INCOMPLETE, SUBMIT_PART): RecordState.INCOMPLETE,
    (RecordState.INCOMPLETE, SUBMIT_ALL): RecordState.COMPLETE,
    (RecordState.INCOMPLETE, MARK_NOT_DONE): RecordState.NOT_DONE,
    (RecordState.COMPLETE, SUBMIT_PART): RecordState.INCOMPLETE,
    (RecordState.COMPLETE, SUBMIT_ALL): RecordState.COMPLETE,
    (RecordState.COMPLETE, MARK_NOT_DONE): RecordState.NOT_DONE,
    (RecordState.NOT_DONE, SUBMIT_PART): RecordState.INCOMPLETE,
    (RecordState.NOT_DONE, SUBMIT_ALL): RecordState.COMPLETE,
    (RecordState.NOT_DONE, MARK_NOT_DONE): RecordState.NOT_DONE,
    (RecordState.INCOMPLETE, MAKE_VOID): RecordState.VOID,
    (RecordState.COMPLETE, MAKE_VOID): RecordState.VOID,
}


def move(state: str, verb: str) -> RecordState | None:
    """The state after a verb; None when the table does not allow it (a locked or void record)."""
    return MOVES.get((state, verb))
