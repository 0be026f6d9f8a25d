"""Leaving the study before its end: which visits that closes, and which it opens. Pure rules."""

from datetime import date

from django.db.models import TextChoices

from trialsite.protocol import EARLY_END_VISIT
from trialsite.windows import SCHEDULED_VISITS, date_of

_DAY = {visit.code: visit for visit in SCHEDULED_VISITS}


class EndReason(TextChoices):
    """Why a participant left before the end: the codes of DSDECOD without COMPLETED (form DSE)."""

    AE = "AE", "Adverse event"
    DEATH = "DEATH", "Death"
    WITHDREW = "WITHDREW CONSENT", "Consent withdrawn"
    LOST = "LOST", "Lost to follow-up"
    NO_EFFECT = "LACK OF EFFICACY", "Lack of efficacy"
    PHYSICIAN = "PHYSICIAN DECISION", "Decision of the physician"
    OTHER = "OTHER", "Other"


def closed_by_end(closes: date, left_on: date | None) -> bool:
    """Whether a visit that has not taken place is no longer expected: its window was still open, or had not
    opened, when the participant left."""
    return left_on is not None and closes >= left_on


def end_refusal(visit: str, day1: date, left_on: date | None) -> str | None:
    """Why no form of a visit can be entered, as a sentence; None when it can.

    A visit whose window had opened may have taken place before the participant left, and stays open.
    """
    if visit == EARLY_END_VISIT and left_on is None:
        return "This visit opens when it has been recorded that the participant left the study early."
    planned = _DAY.get(visit)
    if planned is None or planned.day is None or left_on is None:
        return None
    opens = date_of(planned.day - planned.before, day1)
    return f"Closed: left the study on {left_on.isoformat()}." if opens > left_on else None
