"""What the signature under a report of a serious event says, and whether it still holds (E2)."""

from datetime import UTC
from typing import Any

from screening.snapshot import digest
from visits.safety.models import SafetyReport

MEANING = (
    "I have reviewed adverse event {number} of participant {SUBJID}. Its seriousness and its relation to the "
    "study drug are as stated in this report, to the best of my knowledge and without knowing the treatment."
)


def meaning_of(SUBJID: str, number: int) -> str:
    """The sentence that the signature stands under."""
    return MEANING.format(SUBJID=SUBJID, number=number)


def statement(report: SafetyReport) -> dict[str, Any]:
    """Everything that the signature covers, as plain JSON."""
    return {
        "report": str(report.pk),
        "event": str(report.event_id),
        "number": report.number,
        "content_hash": report.content_hash,
        "meaning": report.meaning,
        "signer": report.signed_by.username,
        "name": report.signer_name,
        "role": report.signer_role,
        "signed_at": report.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }


def flaw(report: SafetyReport) -> str | None:
    """Why what is stored is not what was signed, as a sentence; None when the signature holds."""
    if digest(report.content) != report.content_hash:
        return "What was signed has been altered since."
    if digest(statement(report)) != report.signature:
        return "The signature does not match what is stored with it."
    return None
