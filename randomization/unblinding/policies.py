"""What hinders an emergency unblinding: each rule answers with a sentence, or None.

Very little may: no hour, no visit, no state of a form, no lock of the study.
"""

from datetime import datetime

from randomization.unblinding.models import UnblindingRequest
from randomization.unblinding.reasons import HOLDS
from randomization.unblinding.words import unblinding
from screening.models import Participant
from trialsite.crf.free_text import identifying

SHORTEST_REASON = 10  # characters
LONGEST_REASON = 500


class UnblindingRefused(Exception):
    """Nothing was done. `reason` is a sentence for the person, `field` the input that it is about."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


def why_not_unblind(participant: Participant) -> str | None:
    """Why there is nothing to unblind; None when there is."""
    if not participant.RANDNO:
        return "This participant has no treatment number, and so no treatment that could be disclosed."
    return None


def reason_refusal(text: str) -> str | None:
    """What is wrong with the reason in words; None when nothing is."""
    if not SHORTEST_REASON <= len(text) <= LONGEST_REASON:
        return (
            f"Say in {SHORTEST_REASON} to {LONGEST_REASON} characters why the treatment must be known now, "
            "such as “Septic shock, ICU, treatment depends on it”."
        )
    return identifying(text) or unblinding(text)


def why_not_show(request: UnblindingRequest, now: datetime) -> str | None:
    """Why the answer to a request cannot be shown now; None when it can."""
    if hasattr(request, "disclosure"):
        return "This answer was shown already. An answer is shown once only."
    if now >= request.asked_at + HOLDS:
        minutes = int(HOLDS.total_seconds() // 60)
        return f"This request is over: its answer was not shown within {minutes} minutes."
    if not hasattr(request, "answer"):
        return "The vault has not answered yet."
    return None
