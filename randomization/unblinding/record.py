"""The form UB of a participant: every request to unblind and every code break, as blinded people read it."""

from dataclasses import dataclass
from datetime import datetime

from randomization.unblinding.models import CodeBreak, UnblindingRequest
from randomization.unblinding.reasons import HOLDS
from screening.models import Participant


@dataclass(frozen=True)
class Entry:
    """One unblinding: UBDTC (UTC), UBREAS with its words, UBWHO and UBREQ; and what became of it.

    unblinded: False while what was asked for has not been shown to anybody.
    """

    UBDTC: datetime
    UBREAS: str
    UBREASD: str
    UBWHO: str
    UBREQ: str
    outcome: str
    recorded_by: str
    recorded_at: datetime
    unblinded: bool


def record_of(participant: Participant, now: datetime) -> list[Entry]:
    """The entries, oldest first; two queries."""
    asked = UnblindingRequest.objects.filter(participant=participant).select_related(
        "asked_by", "answer", "disclosure"
    )
    broken = CodeBreak.objects.filter(participant=participant).select_related("recorded_by")
    entries = [*(_asked(each, now) for each in asked), *(_broken(each) for each in broken)]
    return sorted(entries, key=lambda entry: entry.UBDTC)


def _asked(request: UnblindingRequest, now: datetime) -> Entry:
    name = request.asked_by.full_name
    if hasattr(request, "disclosure"):
        outcome = "Shown once to who asked"
    elif now < request.asked_at + HOLDS:
        outcome = "and not shown yet"
    else:
        outcome = "and never shown"
    return Entry(
        UBDTC=request.asked_at,
        UBREAS=request.get_UBREAS_display(),
        UBREASD=request.UBREASD,
        UBWHO=name,
        UBREQ=name,
        outcome=outcome,
        recorded_by=name,
        recorded_at=request.asked_at,
        unblinded=hasattr(request, "disclosure"),
    )


def _broken(record: CodeBreak) -> Entry:
    return Entry(
        UBDTC=record.opened_at,
        UBREAS=record.get_UBREAS_display(),
        UBREASD=record.UBREASD,
        UBWHO=record.UBWHO,
        UBREQ=record.UBREQ,
        outcome="Code-break sheet opened outside the system",
        recorded_by=record.recorded_by.full_name,
        recorded_at=record.recorded_at,
        unblinded=True,
    )
