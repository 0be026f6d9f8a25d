"""Voiding a review of eligibility: because a value changed, or because the actual day changes a verdict.

The caller holds the participant's row: see screening.case.hold.
"""

from datetime import date

from screening.case import Case
from screening.models import EligibilityReview
from screening.policies import ReviewRefused, differing_criteria, listed
from screening.review_states import VOID, ReviewState, move
from screening.signals import eligibility_voided
from screening.signature import database_now
from trialsite.accounts.models import User
from trialsite.audit.context import acting


def void_review(review: EligibilityReview, *, by: User, reason: str) -> None:
    """Void a live review in the transaction that is open, and tell the rooms above.

    The caller holds the participant. `reason` is a sentence that names what changed.
    """
    with acting(by, reason=reason):
        advance(review, VOID)
        review.voided_at = database_now()
        review.void_reason = reason
        review.save(update_fields=["state", "voided_at", "void_reason"])
        eligibility_voided.send(EligibilityReview, participant=review.participant, reason=reason)


def send_back_if_different(case: Case, *, by: User, on: date) -> str | None:
    """Judge once more for the day on which randomization takes place; any difference voids the signature.

    The signed day was a plan. The caller holds the participant. Returns the reason when the review was
    voided, None when nothing differs or no signature is in force.
    """
    if case.review is None or case.review.state != ReviewState.SIGNED or case.participant.RANDNO:
        return None
    different = differing_criteria(case.assessment, case.on(on))
    if not different:
        return None
    reason = (
        f"On {on.isoformat()}, the day of randomization, not as it was signed for "
        f"{case.snapshot['content']['RANDDTC']}: {listed(different)}."
    )
    void_review(case.review, by=by, reason=reason)
    return reason


def void_reason(changed: list[str]) -> str:
    """Why a review is void, naming what changed."""
    return f"Changed since it was frozen: {listed(changed)}."


def advance(review: EligibilityReview, verb: str) -> None:
    """Move a review on; ReviewRefused when the table of moves does not have it."""
    state = move(review.state, verb)
    if state is None:
        raise ReviewRefused("Somebody else has decided about this review meanwhile. Nothing was done.")
    review.state = state
