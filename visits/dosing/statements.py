"""What the assessor and the investigator sign before a dose, and how the signature is made (E2).

The signature is the SHA-256 of the statement; anybody can recompute it. The masked reason is no part of the
statement about the advice: it has a signature of its own.
"""

from datetime import UTC, datetime
from typing import Any

from screening.snapshot import digest
from visits.dosing.gate import Advice
from visits.dosing.models import AdviceReason, DoseAdvice, DoseOverride

MEANINGS: dict[Advice, str] = {
    Advice.GIVE: "I have judged the laboratory of participant {SUBJID} at {visit}: the dose may be given.",
    Advice.HOLD: "I have judged the laboratory of participant {SUBJID} at {visit}: this dose is held.",
    Advice.STOP: "I have judged the laboratory of participant {SUBJID} at {visit}: no further dose is given.",
}
OVERRIDDEN = (
    "I take responsibility that participant {SUBJID} gets the dose of {visit} although the rules listed with "
    "this signature are not met."
)


def advice_signature(advice: DoseAdvice) -> str:
    """Of what blinded people see."""
    return digest(
        {
            **_signer(advice),
            "advice": str(advice.advice),
            "laboratory_version": advice.laboratory_version,
        }
    )


def reason_signature(reason: AdviceReason) -> str:
    """Of the masked reason, bound to its advice."""
    return digest({"advice": reason.advice.signature, "code": str(reason.code), "text": reason.text})


def override_signature(override: DoseOverride) -> str:
    """Of the override with the gate as it was read."""
    return digest(
        {
            **_signer(override),
            "on": override.on.isoformat(),
            "gates": override.gates,
            "lines": override.lines,
            "reason": override.reason,
        }
    )


def flaw(signed: DoseAdvice | DoseOverride) -> str | None:
    """Why what is stored is not what was signed, as a sentence; None when the signature holds."""
    made = advice_signature(signed) if isinstance(signed, DoseAdvice) else override_signature(signed)
    return None if made == signed.signature else "The signature does not match what is stored with it."


def _signer(signed: DoseAdvice | DoseOverride) -> dict[str, Any]:
    at: datetime = signed.signed_at
    return {
        "id": str(signed.pk),
        "participant": str(signed.participant_id),
        "visit": signed.visit,
        "meaning": signed.meaning,
        "signer": signed.by.username,
        "name": signed.signer_name,
        "role": signed.signer_role,
        "signed_at": at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
