"""The states of the report of a serious adverse event and the moves between them, as a table.

The diagram in docs/states.md is generated from it (`manage.py draw_states`).
"""

from collections.abc import Collection

from django.db import models


class ReportState(models.TextChoices):
    """Where the report of a serious event stands."""

    OPEN = "open", "To be reported"
    FOLLOW_UP_DUE = "follow-up due", "Follow-up due"
    REPORTED = "reported", "Reported"
    CLOSED = "closed", "Closed"


NOT_SERIOUS_YET = "not serious"
MARK_SERIOUS = "mark as serious"
SIGN_ONGOING, SIGN_FINAL = "sign, while it goes on", "sign, with a final outcome"
CHANGE, TAKE_BACK, CLOSE = "change what was reported", "not serious, or void", "close"

MOVES: dict[tuple[str, str], ReportState] = {
    (NOT_SERIOUS_YET, MARK_SERIOUS): ReportState.OPEN,
    (ReportState.OPEN, SIGN_ONGOING): ReportState.FOLLOW_UP_DUE,
    (ReportState.OPEN, SIGN_FINAL): ReportState.REPORTED,
    (ReportState.OPEN, TAKE_BACK): ReportState.CLOSED,
    (ReportState.FOLLOW_UP_DUE, SIGN_ONGOING): ReportState.FOLLOW_UP_DUE,
    (ReportState.FOLLOW_UP_DUE, SIGN_FINAL): ReportState.REPORTED,
    (ReportState.FOLLOW_UP_DUE, CHANGE): ReportState.FOLLOW_UP_DUE,
    # What the sponsor was told has to be corrected there.
    (ReportState.FOLLOW_UP_DUE, TAKE_BACK): ReportState.FOLLOW_UP_DUE,
    (ReportState.REPORTED, CHANGE): ReportState.FOLLOW_UP_DUE,
    (ReportState.REPORTED, TAKE_BACK): ReportState.FOLLOW_UP_DUE,
    (ReportState.REPORTED, CLOSE): ReportState.CLOSED,
    (ReportState.CLOSED, CHANGE): ReportState.FOLLOW_UP_DUE,
    (ReportState.CLOSED, MARK_SERIOUS): ReportState.OPEN,
}

LIVE = (ReportState.OPEN, ReportState.FOLLOW_UP_DUE, ReportState.REPORTED)
DUE = (ReportState.OPEN, ReportState.FOLLOW_UP_DUE)


def verb_for(*, state: str, serious: bool, reported: bool, changed: Collection[str]) -> str | None:
    """What a saved event means for its report; None when nothing.

    state: of the report, NOT_SERIOUS_YET without one. serious: the event as it is now, neither void nor
    downgraded. reported: a report was signed before. changed: columns that are other than before.
    """
    if state == NOT_SERIOUS_YET or (state == ReportState.CLOSED and not reported):
        return MARK_SERIOUS if serious else None
    if not serious:
        return None if state == ReportState.CLOSED else TAKE_BACK
    if not reported or not changed:
        return None
    return CHANGE
