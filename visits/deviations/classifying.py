"""What people do with a proposed deviation: record it, or dismiss it with a reason."""

from screening.models import Participant
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.crf.events import begin_event
from trialsite.crf.free_text import identifying
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.study_lock import lock_refusal
from visits.deviations.form import ProtocolDeviation
from visits.deviations.models import ProposedDeviation
from visits.deviations.states import DISMISS, MOVES, RECORD, VOID_RECORD, ProposalState


class NotClassified(Exception):
    """Nothing was done. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def begin_recording(*, by: User, proposed: ProposedDeviation) -> int:
    """The number of the form DV under which a person records what was proposed.

    The form then opens with term, category and day; submitting it records the proposal. Needs ENTER_DATA.
    Raises NotAllowed, EntryClosed or NotClassified.
    """
    participant = proposed.participant
    require(by, Right.ENTER_DATA, participant.site)
    with acting(by, role=role_name(by, Right.ENTER_DATA, participant.site)):
        proposed = _open(proposed)
        number = proposed.begun_as
        if number is None or _stored(participant, number):
            number = begin_event(by=by, participant=participant, form=ProtocolDeviation)
            _release(participant, number)
            proposed.begun_as = number
            proposed.save(update_fields=["begun_as"])
    return number


def dismiss(*, by: User, proposed: ProposedDeviation, reason: str) -> ProposedDeviation:
    """Say why it is no deviation. Needs ENTER_DATA. Raises NotAllowed or NotClassified."""
    site = proposed.participant.site
    require(by, Right.ENTER_DATA, site)
    reason = reason.strip()
    if not reason:
        raise NotClassified("Say why it is no deviation.")
    if refusal := identifying(reason) or lock_refusal():
        raise NotClassified(refusal)
    with acting(by, role=role_name(by, Right.ENTER_DATA, site), reason=reason[:200]):
        proposed = _open(proposed)
        proposed.state = MOVES[proposed.state, DISMISS]
        proposed.by, proposed.reason, proposed.begun_as = by, reason[:200], None
        proposed.save(update_fields=["state", "by", "reason", "begun_as"])
    return proposed


def release_number(*, by: User, participant: Participant, number: int) -> None:
    """A new deviation that nobody proposed takes this number: no proposal fills it in."""
    if ProposedDeviation.objects.filter(participant=participant, begun_as=number, record=None).exists():
        with acting(by, role=role_name(by, Right.ENTER_DATA, participant.site)):
            _release(participant, number)


def follow_record(record: Record, by: User) -> None:
    """In the transaction that saved a deviation: its proposal is recorded, or open again when it is void."""
    if record.state == RecordState.VOID:
        proposed = ProposedDeviation.objects.select_for_update().filter(record=record).first()
        if proposed is not None:
            proposed.state = MOVES[proposed.state, VOID_RECORD]
            proposed.record = proposed.by = proposed.begun_as = None
            proposed.save(update_fields=["state", "record", "by", "begun_as"])
        return
    proposed = (
        ProposedDeviation.objects.select_for_update()
        .filter(participant=record.participant_id, state=ProposalState.OPEN, begun_as=record.repeat)
        .first()
    )
    if proposed is not None:
        proposed.state = MOVES[proposed.state, RECORD]
        proposed.record, proposed.by = record, by
        proposed.save(update_fields=["state", "record", "by"])


def _open(proposed: ProposedDeviation) -> ProposedDeviation:
    held = ProposedDeviation.objects.select_for_update(of=("self",)).select_related("participant__site")
    found = held.get(pk=proposed.pk)
    if found.state != ProposalState.OPEN:
        raise NotClassified(f"This proposal is decided already: {found.get_state_display().lower()}.")
    return found


def _release(participant: Participant, number: int) -> None:
    ProposedDeviation.objects.filter(participant=participant, begun_as=number, record=None).update(
        begun_as=None
    )


def _stored(participant: Participant, number: int) -> bool:
    return Record.objects.filter(participant=participant, form=ProtocolDeviation.code, repeat=number).exists()
