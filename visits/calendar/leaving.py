"""A participant leaves the study before its end: recorded, corrected, or taken back."""

from datetime import date

from screening.early_end import EndReason, closed_by_end
from screening.models import Participant
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.crf.free_text import identifying
from trialsite.crf.study_lock import lock_refusal
from visits.calendar.settling import refresh_left_on, settle
from visits.calendar.states import VisitState
from visits.models import ScheduledVisit


class NotRecorded(Exception):
    """Nothing was changed. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def leaving_refusal(
    *,
    day1: date | None,
    today: date,
    left_on: date,
    because: str,
    correction: bool,
    reason: str,
    closes: bool,
) -> str | None:
    """Why an early end cannot be recorded like this; None when it can.

    day1: None before the treatment number. because: a code of EndReason. correction: another one stands there
    already, and reason says why it changes. closes: a visit would be closed by it.
    """
    if day1 is None:
        return "Without a treatment number nobody ends the study early: that is a screening failure."
    if because not in EndReason.values:
        return f"Choose a reason: {', '.join(label for label in EndReason.labels)}."
    if not day1 <= left_on <= today:
        return f"Allowed is a day from Day 1, {day1.isoformat()}, to today, {today.isoformat()}."
    if not closes:
        return "No visit was ahead on this day: the participant completed the schedule. Enter “End of study”."
    if correction and not reason:
        return "Say why this is corrected; what stood there before stays in the history."
    return identifying(reason)


def record_early_end(
    *,
    by: User,
    participant: Participant,
    left_on: date,
    because: str,
    seen: date | None = None,
    reason: str = "",
) -> Participant:
    """Record, or with a reason correct, that a participant left early; needs ENTER_DATA at the site.

    Visits that had not taken place and whose window had not closed are no longer due; the visit E opens. What
    was entered stays. seen: the day that the person saw recorded. Raises NotAllowed, or NotRecorded.
    """
    require(by, Right.ENTER_DATA, participant.site_id)
    reason = reason.strip()
    with acting(by, role=role_name(by, Right.ENTER_DATA, participant.site_id), reason=reason):
        _check_seen(participant, seen)
        rows = ScheduledVisit.objects.filter(participant=participant)
        expected = rows.exclude(state__in=[VisitState.TOOK_PLACE, VisitState.MISSED])
        refusal = lock_refusal() or leaving_refusal(
            day1=participant.day1,
            today=participant.today(),
            left_on=left_on,
            because=because,
            correction=seen is not None,
            reason=reason,
            closes=any(closed_by_end(visit.window_close, left_on) for visit in expected),
        )
        if refusal:
            raise NotRecorded(refusal)
        _write(participant, left_on, because)
    return participant


def take_back_early_end(*, by: User, participant: Participant, seen: date | None, reason: str) -> Participant:
    """The participant had not left: visits are due again; what was entered for the early end stays.

    Needs ENTER_DATA at the site. Raises NotAllowed, or NotRecorded with the reason.
    """
    require(by, Right.ENTER_DATA, participant.site_id)
    reason = reason.strip()
    with acting(by, role=role_name(by, Right.ENTER_DATA, participant.site_id), reason=reason):
        _check_seen(participant, seen)
        if seen is None:
            raise NotRecorded("No early end is recorded for this participant.")
        refusal = lock_refusal() or identifying(reason)
        if not reason:
            refusal = "Say why this is taken back; what stood there before stays in the history."
        if refusal:
            raise NotRecorded(refusal)
        _write(participant, None, "")
    return participant


def _check_seen(participant: Participant, seen: date | None) -> None:
    left_on = refresh_left_on(participant)
    if left_on != seen:
        now = f"the early end is recorded for {left_on.isoformat()}" if left_on else "it was taken back"
        raise NotRecorded(f"Meanwhile somebody else changed this: {now}. Look at it again.")


def _write(participant: Participant, left_on: date | None, because: str) -> None:
    participant.left_on, participant.left_because = left_on, because
    participant.save(update_fields=["left_on", "left_because"])
    settle(participant)
