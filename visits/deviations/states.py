"""The states of a proposed deviation and the moves between them, as a table.

The diagram in docs/states.md is generated from it (`manage.py draw_states`).
"""

from django.db import models


class ProposalState(models.TextChoices):
    """Where a proposal stands."""

    OPEN = "open", "To be classified"
    RECORDED = "recorded", "Recorded"
    DISMISSED = "dismissed", "Dismissed"
    WITHDRAWN = "withdrawn", "No longer holds"


NOT_PROPOSED = "not proposed"
PROPOSE, RECORD, DISMISS = "propose", "record", "dismiss with a reason"
WITHDRAW, VOID_RECORD = "withdraw the cause", "void its record"

MOVES: dict[tuple[str, str], ProposalState] = {
    (NOT_PROPOSED, PROPOSE): ProposalState.OPEN,
    (ProposalState.OPEN, RECORD): ProposalState.RECORDED,
    (ProposalState.OPEN, DISMISS): ProposalState.DISMISSED,
    (ProposalState.OPEN, WITHDRAW): ProposalState.WITHDRAWN,
    (ProposalState.WITHDRAWN, PROPOSE): ProposalState.OPEN,
    (ProposalState.RECORDED, VOID_RECORD): ProposalState.OPEN,
}
