"""Who left the study before its end, and when (the columns stand with the participant, see ADR 0022)."""

from datetime import date

from screening.early_end import closed_by_end
from screening.models import Participant

__all__ = ["closed_by_end", "early_end_of"]


def early_end_of(participant: Participant) -> date | None:
    """The day on which a participant left early; None when not. No query.

    Scheduled visits that had not taken place by then and whose window had not closed are not due any more.
    """
    return participant.left_on
