"""The states of an eligibility review and the moves between them, as a table.

The diagram in docs/states.md is generated from it (`manage.py draw_states`).
"""

from django.db import models


class ReviewState(models.TextChoices):
    """Where a review stands. A participant without a live review is still being screened."""

    SUBMITTED = "submitted", "Waiting for the investigator"
    SIGNED = "signed", "Signed as eligible"
    RETURNED = "returned", "Sent back with questions"
    SCREEN_FAILURE = "screen failure", "Screening failure"
    WITHDRAWN = "withdrawn", "Replaced by a newer submission"
    VOIDED = "voided", "Void"


NOT_SUBMITTED = "not submitted"
SUBMIT, RESUBMIT = "submit for review", "submit again"
SIGN, SEND_BACK, FAIL = "sign as eligible", "send back", "record screening failure"
VOID = "void, because a value changed"

MOVES: dict[tuple[str, str], ReviewState] = {
    (NOT_SUBMITTED, SUBMIT): ReviewState.SUBMITTED,
    (ReviewState.SUBMITTED, RESUBMIT): ReviewState.WITHDRAWN,
    (ReviewState.SUBMITTED, SIGN): ReviewState.SIGNED,
    (ReviewState.SUBMITTED, SEND_BACK): ReviewState.RETURNED,
    (ReviewState.SUBMITTED, FAIL): ReviewState.SCREEN_FAILURE,
    (ReviewState.SUBMITTED, VOID): ReviewState.VOIDED,
    (ReviewState.SIGNED, VOID): ReviewState.VOIDED,
    (ReviewState.SCREEN_FAILURE, VOID): ReviewState.VOIDED,
}

# At most one of these a participant: the review that counts.
LIVE = (ReviewState.SUBMITTED, ReviewState.SIGNED, ReviewState.SCREEN_FAILURE)


def move(state: str, verb: str) -> ReviewState | None:
    """The state after a verb; None when the table does not allow it."""
    return MOVES.get((state, verb))
