"""What a saved adverse event means for its report: the clock starts, a follow-up falls due, or it ends.

Runs in the transaction that saved the form; the history says who saved it.
"""

from collections.abc import Collection
from datetime import datetime

from trialsite import clock
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from visits.reminders.notice_models import NoticeKind
from visits.safety.clock import aware_at, change_due, initial_due
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.models import SeriousEvent
from visits.safety.notices import tell
from visits.safety.states import (
    DUE,
    MARK_SERIOUS,
    MOVES,
    NOT_SERIOUS_YET,
    ReportState,
    verb_for,
)


def follow_event(record: Record, changed: Collection[str]) -> None:
    """Move the report of an adverse event that was just saved. changed: its columns."""
    event = AdverseEvent.objects.filter(record=record).first()
    serious = event is not None and event.AESER == "Y" and record.state != RecordState.VOID
    report = SeriousEvent.objects.select_for_update().filter(record=record).first()
    now = clock.now()
    verb = verb_for(
        state=report.state if report else NOT_SERIOUS_YET,
        serious=serious,
        reported=report is not None and report.reports.exists(),
        changed=changed,
    )
    if verb == MARK_SERIOUS and event is not None:
        _start(record, event, report, now)
    elif report is not None and verb is not None:
        advance(report, verb, now, due=change_due(now))
        report.save()
    elif report is not None and event is not None and report.state == ReportState.OPEN:
        # Not reported yet: a corrected moment of awareness moves the clock.
        report.aware_at = _aware(record, event, report.opened_at)
        report.due_at = initial_due(report.aware_at)
        report.save(update_fields=["aware_at", "due_at"])


def advance(report: SeriousEvent, verb: str, now: datetime, *, due: datetime | None) -> None:
    """Bring a report to its next state; the caller saves it. KeyError for a move that is not in the table."""
    report.state = MOVES[report.state, verb]
    report.due_at = due if report.state in DUE else None
    report.closed_at = now if report.state == ReportState.CLOSED else None


def _start(record: Record, event: AdverseEvent, report: SeriousEvent | None, now: datetime) -> None:
    if report is None:
        report = SeriousEvent(record=record, participant=record.participant, state=NOT_SERIOUS_YET)
    report.opened_at = now
    report.aware_at = _aware(record, event, now)
    advance(report, MARK_SERIOUS, now, due=initial_due(report.aware_at))
    report.save()
    tell(participant=record.participant, about=report.pk, kind=NoticeKind.SERIOUS)


def _aware(record: Record, event: AdverseEvent, entered: datetime) -> datetime:
    return aware_at(event.AESAWDTC, event.AESAWTIM, record.participant.site.zone, entered)
