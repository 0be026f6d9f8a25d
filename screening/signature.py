"""What a signature says, and whether it still holds.

The signature is the SHA-256 of a statement that names the person, the moment, the meaning, the
participant and everything that was frozen. Anybody can recompute it, without a key (E2).
"""

from datetime import UTC, datetime
from typing import Any

from django.db import connection

from screening.review_models import Decision, EligibilityReview
from screening.snapshot import content_hash, digest

MEANINGS = {
    Decision.APPROVED: (
        "I have reviewed the screening of participant {SUBJID}. Every inclusion criterion is met and no "
        "exclusion criterion applies, by the values listed with this signature."
    ),
    Decision.RETURNED: (
        "I have reviewed the screening of participant {SUBJID} and send it back with the questions named "
        "here."
    ),
    Decision.SCREEN_FAILURE: (
        "I have reviewed the screening of participant {SUBJID} and record a screening failure because of "
        "{criteria}."
    ),
}


def meaning_of(decision: Decision, subjid: str, criteria: str = "") -> str:
    """The sentence that the signature stands under."""
    return MEANINGS[decision].format(SUBJID=subjid, criteria=criteria)


def statement(review: EligibilityReview) -> dict[str, Any]:
    """Everything that the signature covers, as plain JSON."""
    assert review.signed_at is not None
    assert review.signed_by is not None
    return {
        "review": str(review.pk),
        "participant": str(review.participant_id),
        "snapshot": digest(review.snapshot),
        "content_hash": review.content_hash,
        "decision": str(review.decision),
        "meaning": review.meaning,
        "signer": review.signed_by.username,
        "name": review.signer_name,
        "role": review.signer_role,
        "signed_at": review.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "questions": review.questions,
        "failed": review.failed,
        "note": review.note,
    }


def flaw(review: EligibilityReview) -> str | None:
    """Why what is stored is not what was signed, as a sentence; None when the signature holds."""
    content = review.snapshot.get("content", {})
    if content.get("participant") != str(review.participant_id):
        return "The signature belongs to another participant."
    if content_hash(review.snapshot) != review.content_hash:
        return "What was signed has been altered since."
    if review.signed_at is None or digest(statement(review)) != review.signature:
        return "The signature does not match what is stored with it."
    return None


def database_now() -> datetime:
    """The moment by the database's clock, as history has it (O4)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone() or (None,)
    assert isinstance(moment, datetime)
    return moment
