"""Signing a report of a serious event, and closing it."""

from screening.actions import PasswordCheck
from screening.signature import database_now
from screening.snapshot import digest
from trialsite import clock
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.study_lock import lock_refusal
from visits.reminders.notice_models import NoticeKind
from visits.safety.clock import follow_up_due
from visits.safety.codelists import FINAL_OUTCOMES
from visits.safety.content import content_of
from visits.safety.following import advance
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.models import SafetyReport, SeriousEvent
from visits.safety.notices import tell
from visits.safety.signature import meaning_of, statement
from visits.safety.states import CLOSE, MOVES, SIGN_FINAL, SIGN_ONGOING, ReportState

# What the investigator signs has to be there.
JUDGED = {"AETERM": "the event", "AESER": "seriousness", "AEREL": "causality", "AEOUT": "the outcome"}


class ReportRefused(Exception):
    """Nothing was done. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stale(ReportRefused):
    """Nothing was signed, because the event is not what the person saw."""


def sign_refusal(serious: SeriousEvent, event: AdverseEvent) -> str | None:
    """Why no report can be signed now, whoever asks; None when one can."""
    if (serious.state, SIGN_FINAL) not in MOVES:
        return f"No report is due: {serious.get_state_display().lower()}."
    missing = [words for name, words in JUDGED.items() if not getattr(event, name)]
    if missing:
        return f"The event does not say {', '.join(missing)} yet. Complete it first."
    return lock_refusal()


def sign_report(*, by: User, serious: SeriousEvent, password: PasswordCheck, seen_hash: str) -> SafetyReport:
    """Freeze the event as it stands, sign causality and seriousness, and tell sponsor and medical monitor.

    The first is the initial report, the others are follow-ups. Needs SIGN_SAFETY at the site; seen_hash is
    the digest of what the page showed. Raises NotAllowed, PasswordRefused, ReportRefused or Stale.
    """
    site = serious.participant.site_id
    require(by, Right.SIGN_SAFETY, site)
    password(by)
    role = role_name(by, Right.SIGN_SAFETY, site)
    with acting(by, role=role):
        serious = _held(serious)
        event = AdverseEvent.objects.get(record=serious.record)
        if refusal := sign_refusal(serious, event):
            raise ReportRefused(refusal)
        content = content_of(serious.record)
        if digest(content) != seen_hash:
            raise Stale("The event has changed since you opened the page: nothing was signed. Read it again.")
        report = SafetyReport(
            event=serious,
            number=serious.reports.count() + 1,
            content=content,
            content_hash=digest(content),
            signed_by=by,
            signer_name=by.full_name,
            signer_role=role,
            signed_at=database_now(),
            meaning=meaning_of(serious.participant.SUBJID, serious.record.repeat),
        )
        report.signature = digest(statement(report))
        report.save(force_insert=True)
        final = (
            event.AEOUT in FINAL_OUTCOMES or serious.record.state == RecordState.VOID or event.AESER != "Y"
        )
        now = clock.now()
        advance(serious, SIGN_FINAL if final else SIGN_ONGOING, now, due=follow_up_due(now))
        serious.save()
        tell(participant=serious.participant, about=report.pk, kind=NoticeKind.REPORT)
        anchor_soon()
    return report


def close_refusal(serious: SeriousEvent) -> str | None:
    """Why the report cannot be closed now; None when it can."""
    if (serious.state, CLOSE) in MOVES:
        return None
    if serious.state == ReportState.CLOSED:
        return "It is closed already."
    return "It is closed when the last report was signed with a final outcome."


def close_event(*, by: User, serious: SeriousEvent) -> SeriousEvent:
    """End the reporting of an event; a later change opens it again. Needs SIGN_SAFETY.

    Raises NotAllowed or ReportRefused.
    """
    site = serious.participant.site_id
    require(by, Right.SIGN_SAFETY, site)
    with acting(by, role=role_name(by, Right.SIGN_SAFETY, site), reason="Reporting closed"):
        serious = _held(serious)
        if refusal := close_refusal(serious) or lock_refusal():
            raise ReportRefused(refusal)
        advance(serious, CLOSE, clock.now(), due=None)
        serious.save()
    return serious


def _held(serious: SeriousEvent) -> SeriousEvent:
    """The event again, with nobody else moving its report or saving its form meanwhile."""
    # First the record, as saving the form does.
    record = Record.objects.select_for_update(of=("self",)).select_related("participant__site")
    held = record.get(pk=serious.record_id)
    found = SeriousEvent.objects.select_for_update().get(pk=serious.pk)
    found.record, found.participant = held, held.participant
    return found
