"""Events: records of the forms that run through the study, numbered from 1 for each participant.

A number is taken by opening the form (a draft holds it) or at the latest by the first submission. Numbers
of events that were begun and thrown away are free again; that of a void event stays with it.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from trialsite import clock
from trialsite.accounts.models import User
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Draft, Record, Submission
from trialsite.crf.permissions import EntryClosed, require_entry
from trialsite.crf.study_lock import lock_refusal
from trialsite.protocol import LOG_VISIT

MOST_EVENTS = 999


def numbering_refusal(
    states: Mapping[int, str], begun: Collection[int], number: int, at_most: int | None
) -> str | None:
    """Why there is no event with this number and none can be added, as a sentence; None when there is or can.

    states: of the events that are stored, by number. begun: the numbers of those that are being entered.
    """
    if number in states:
        return None
    if at_most is not None and sum(state != RecordState.VOID for state in states.values()) >= at_most:
        return "It is entered already. When that was an error, make it void first."
    following = max([*states, *begun], default=0) + 1
    if not 1 <= number <= min(following, MOST_EVENTS):
        return f"Events are numbered one after the other: the next one is {following}."
    return None


def event_refusal(participant: Any, form: type[CaseReportForm], number: int) -> str | None:
    """The same for one participant; two queries at most."""
    states = dict(_events(participant, form).values_list("repeat", "state"))
    begun = [] if number in states else _drafts(participant, form).values_list("repeat", flat=True)
    return numbering_refusal(states, begun, number, form.at_most)


def begin_event(*, by: User, participant: Any, form: type[CaseReportForm]) -> int:
    """The number under which this person enters the next event: two people at once get two numbers.

    Asked again before anything was typed, it is the same number. NotAllowed without the right to enter;
    EntryClosed when the form is not open now.
    """
    require_entry(by, participant.site, form, LOG_VISIT)
    with transaction.atomic():
        hold_numbers(participant)
        for own in _drafts(participant, form).filter(by=by, base_version=0, typed={}).order_by("repeat"):
            if not _events(participant, form).filter(repeat=own.repeat).exists():
                return int(own.repeat)
        number = _next(participant, form)
        refusal = participant.entry_refusal(form.code, LOG_VISIT) or lock_refusal()
        if refusal := refusal or event_refusal(participant, form, number):
            raise EntryClosed(refusal)
        Draft.objects.create(
            participant=participant,
            visit=LOG_VISIT,
            form=form.code,
            repeat=number,
            by=by,
            typed={},
            kept_at=clock.now(),
        )
    return number


def number_for(submission: Submission, form: type[CaseReportForm]) -> int:
    """Under which number a first submission is stored: its own, or the next when somebody else took it.

    Inside the saving transaction. A replay, and an event of which there is only one, keep their number.
    """
    participant = submission.participant
    hold_numbers(participant)
    if form.at_most is not None or not _events(participant, form).filter(repeat=submission.repeat).exists():
        return submission.repeat
    before = Submission.objects.filter(key=submission.key, accepted=True).values_list("repeat", flat=True)
    stored = before.first()
    return _next(participant, form) if stored is None else stored


def hold_numbers(participant: Any) -> None:
    """Keep everybody else from numbering this participant's events until the transaction ends."""
    type(participant)._default_manager.select_for_update(of=("self",)).values("pk").get(pk=participant.pk)


def _next(participant: Any, form: type[CaseReportForm]) -> int:
    taken = [
        rows.aggregate(last=Max("repeat"))["last"] or 0
        for rows in (_events(participant, form), _drafts(participant, form))
    ]
    return max(taken) + 1


def _events(participant: Any, form: type[CaseReportForm]) -> Any:
    return Record.objects.filter(participant=participant, visit=LOG_VISIT, form=form.code)


def _drafts(participant: Any, form: type[CaseReportForm]) -> Any:
    return Draft.objects.filter(participant=participant, visit=LOG_VISIT, form=form.code)
