"""Submitting a form, marking it not done, making an event void."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError

from trialsite.accounts.access import role_name
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from trialsite.crf import lifecycle
from trialsite.crf.checking import context_of
from trialsite.crf.drafts import discard_draft
from trialsite.crf.events import number_for
from trialsite.crf.forms import CaseReportForm, form_by_code
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record, Submission
from trialsite.crf.outcomes import Conflict, Outcome, ReasonNeeded, Refused, Saved
from trialsite.crf.permissions import EntryClosed, require_entry, right_to_enter
from trialsite.crf.proposals import proposal_of
from trialsite.crf.queries import settle_check_queries
from trialsite.crf.reading import Problem, Reading, read
from trialsite.crf.signals import record_changed
from trialsite.crf.storage import changes, find, repeat_refusal, write
from trialsite.crf.study_lock import lock_refusal

_FINAL: Mapping[str, str] = {
    RecordState.LOCKED: "This form is locked.",
    RecordState.VOID: "This event is void. Enter it anew as the next one.",
}

# What a submission changes of a record that exists.
_ADVANCED = (
    "state",
    "not_done_reason",
    "version",
    "open_queries",
    "has_queries",
    "changed_by",
    "changed_at",
)


def save_record(
    *,
    by: User,
    participant: Any,
    form: str,
    visit: str,
    typed: Mapping[str, str],
    version: int,
    key: uuid.UUID,
    reason: str = "",
    repeat: int = 0,
) -> Outcome:
    """Check and store a form in one transaction (D1, D3).

    version is the record's version that the person saw, 0 for none; key makes a replay harmless. A first
    submission of an event whose number somebody else took meanwhile is stored under the next one.
    NotAllowed without the right; EntryClosed when this form is not open now.
    """
    form_class = form_by_code(form)
    require_entry(by, participant.site, form_class, visit)
    _require_open(participant, form_class, visit, repeat)
    context = context_of(form_class, participant, visit)
    reading = read(form_class, typed, visit=visit, context=context, repeat=repeat)
    proposal = proposal_of(form_class, participant, visit, repeat) if version == 0 else None
    if proposal is not None and reading.not_asked:
        typed = proposal.without_idle(typed, reading.not_asked)
        reading = read(form_class, typed, visit=visit, context=context, repeat=repeat)
    submission = Submission(
        key=key,
        participant=participant,
        visit=visit,
        form=form,
        repeat=repeat,
        by=by,
        typed=dict(typed),
        findings=[_finding(problem) for problem in reading.problems],
        accepted=not (reading.refused or reading.asked(typed)),
    )
    role = role_name(by, right_to_enter(form_class, visit), participant.site)
    if not submission.accepted:
        with acting(by, role=role, reason="refused by the checks"):
            Submission.objects.bulk_create([submission], ignore_conflicts=True)
        return Refused(reading)
    if proposal is not None and not reason:
        reason = proposal.reason(typed)
    # Two first submissions at once: one creates the record, the other then finds it there.
    for last_try in (False, True):
        try:
            with acting(by, role=role, reason=reason):
                return _store(form_class, submission, reading, version, reason)
        except IntegrityError:
            if last_try:
                raise
    raise AssertionError("unreachable")


def mark_not_done(
    *, by: User, participant: Any, form: str, visit: str, version: int, reason: str, repeat: int = 0
) -> Outcome:
    """Record that a form was not done, and why; for an event that it was entered in error: it is then void.

    Values given before stay in the table. NotAllowed without the right; EntryClosed when it is not open.
    """
    form_class = form_by_code(form)
    require_entry(by, participant.site, form_class, visit)
    _require_open(participant, form_class, visit, repeat)
    event = form_class.runs_through()
    if not reason.strip():
        raise EntryClosed("Say why it is void." if event else "Say why the form was not done.")
    role = role_name(by, right_to_enter(form_class, visit), participant.site)
    with acting(by, role=role, reason=reason):
        record = _locked(participant, form, visit, repeat)
        if record is not None and record.version != version:
            return Conflict(record)
        if record is None:
            record = Record(
                participant=participant, form=form, visit=visit, repeat=repeat, created_by=by, version=0
            )
        _advance(record, lifecycle.MAKE_VOID if event else lifecycle.MARK_NOT_DONE, by)
        record.not_done_reason = reason.strip()
        record.save()
        discard_draft(by=by, participant=participant, form=form, visit=visit, repeat=repeat)
        record_changed.send(form_class, record=record, changed=_every_column(form_class), by=by)
    return Saved(record)


def _require_open(participant: Any, form: type[CaseReportForm], visit: str, repeat: int) -> None:
    refusal = participant.entry_refusal(form.code, visit) or lock_refusal()
    if not refusal and (repeat or form.runs_through()):
        refusal = repeat_refusal(participant, form, visit, repeat)
    if refusal:
        raise EntryClosed(refusal)


def _locked(participant: Any, form: str, visit: str, repeat: int) -> Record | None:
    return (
        Record.objects.select_for_update()
        .filter(participant=participant, form=form, visit=visit, repeat=repeat)
        .first()
    )


def _store(
    form: type[CaseReportForm], submission: Submission, reading: Reading, version: int, reason: str
) -> Outcome:
    by, participant, begun_as = submission.by, submission.participant, submission.repeat
    if version == 0 and form.runs_through():
        submission.repeat = number_for(submission, form)
    record, stored = find(form, participant, submission.visit, submission.repeat, lock=True)
    if record is not None and record.version != version:
        seen = Submission.objects.filter(key=submission.key, accepted=True).exists()
        return Saved(record, replayed=True) if seen else Conflict(record)
    changed, corrected = changes(stored, reading.columns, reading.rows)
    if corrected and not reason.strip():
        return ReasonNeeded(reading, corrected)
    submission.save(force_insert=True)
    new = record is None
    if record is None:
        record = Record(
            participant=participant,
            form=submission.form,
            visit=submission.visit,
            repeat=submission.repeat,
            created_by=by,
            version=0,
        )
    back = record.state == lifecycle.RecordState.NOT_DONE
    _advance(record, lifecycle.SUBMIT_PART if reading.unanswered else lifecycle.SUBMIT_ALL, by)
    record.not_done_reason = ""
    settle_check_queries(record, reading.confirmed(submission.typed), changed, by=by)
    if new:
        record.save(force_insert=True)
    else:
        record.save(update_fields=_ADVANCED)
    write(form, record, stored, reading.columns, reading.rows, changed)
    discard_draft(by=by, participant=participant, form=record.form, visit=record.visit, repeat=begun_as)
    # A form that was marked as not done kept its values: with the same ones again, each of them counts anew.
    told = _every_column(form) if back else changed
    if told:
        record_changed.send(form, record=record, changed=told, by=by)
    return Saved(record)


def _every_column(form: type[CaseReportForm]) -> frozenset[str]:
    return frozenset(form.variables()) | {section.name for section in form.repeating}


def _advance(record: Record, verb: str, by: User) -> None:
    state = lifecycle.move(record.state or lifecycle.NOT_STARTED, verb)
    if state is None:
        raise EntryClosed(_FINAL.get(record.state, "Only an event that was entered can be made void."))
    record.state = state
    record.version += 1
    record.changed_by = by


def _finding(problem: Problem) -> dict[str, Any]:
    return {
        "field": problem.field,
        "hard": problem.hard,
        "check": problem.check,
        "message": problem.message,
    }
