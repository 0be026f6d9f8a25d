"""Asking the vault for a treatment number or a kit, taking up its answer, withdrawing a question.

Locks are taken in one order everywhere: participant, then request; the vault takes request, then stratum.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from randomization import policies
from randomization.messages import tell_vault
from randomization.models import NUMBER_VISIT, TreatmentRequest
from randomization.policies import NotYet
from randomization.signals import number_given
from randomization.states import OPEN, Kind, State
from screening.case import held_case, hold
from screening.models import Participant
from screening.policies import number_refusal
from screening.voiding import send_back_if_different
from trialsite import clock
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon

SYSTEM = "system:randomization"


def request_number(*, participant: Participant, by: User, attempt: int | None = None) -> TreatmentRequest:
    """Ask for the treatment number of a participant, for today at the site; needs REQUEST_NUMBER there.

    Asking again changes nothing while a request is open, and asks anew after a refused or withdrawn one.
    `attempt` says which attempt the person meant (1 for the first): one made already is not made again.

    Raises NotAllowed, or NotYet with the reason (B2). Where the actual day changes what a criterion says, the
    signature is void, and that stays so although nothing was asked for.
    """
    require(by, Right.REQUEST_NUMBER, participant.site_id)
    with acting(by, role=role_name(by, Right.REQUEST_NUMBER, participant.site_id)):
        case = held_case(participant)
        on = case.participant.today()
        void = send_back_if_different(case, by=by, on=on)
        if void is None:
            refusal = partial(number_refusal, case, on)
            return _ask(case.participant, Kind.NUMBER, NUMBER_VISIT, on, refusal, by=by, attempt=attempt)
    raise NotYet(void)  # after the commit: the signature stays void


def request_kit(
    *, participant: Participant, visit: str, by: User, attempt: int | None = None
) -> TreatmentRequest:
    """Ask for the kit of a later dose visit, as `request_number` does for the number."""
    require(by, Right.REQUEST_NUMBER, participant.site_id)
    with acting(by, role=role_name(by, Right.REQUEST_NUMBER, participant.site_id)):
        held = hold(participant)
        refusal = partial(policies.why_no_kit, held, visit)
        return _ask(held, Kind.KIT, visit, held.today(), refusal, by=by, attempt=attempt)


def _ask(
    participant: Participant,
    kind: Kind,
    visit: str,
    on: date,
    refusal: Callable[[], str | None],
    *,
    by: User,
    attempt: int | None,
) -> TreatmentRequest:
    request = (
        TreatmentRequest.objects.select_for_update(of=("self",))
        .filter(participant=participant, kind=kind, visit=visit)
        .first()
    )
    if request and (request.state in OPEN or (attempt is not None and attempt <= request.attempt)):
        return request
    policies.require_none(refusal())
    if request is None:
        request = TreatmentRequest(participant=participant, kind=kind, visit=visit, attempt=0)
    request.SITEID = participant.site_id
    request.stratum = policies.stratum(participant) if kind == Kind.NUMBER else ""
    request.on = on
    request.answer_by = _end_of(on, participant.site.zone)
    request.usable_until = policies.usable_until(participant, visit, on)
    request.attempt += 1
    request.state = State.WAITING
    request.refusal = ""
    request.asked_by = by
    request.asked_at = clock.now()
    request.answered_at = None
    request.save()
    transaction.on_commit(partial(tell_vault, request.id))
    return request


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """When a day ends at a site, by the real clock: the trial's clock may be set to another day."""
    next_day = datetime.combine(day + timedelta(days=1), time.min, zone)
    return timezone.now() + (next_day - clock.now())


def take_up_answer(*, request_id: UUID) -> TreatmentRequest:
    """Take up the vault's answer: the participant gets Day 1, and the rooms above are told. Once only.

    A request that is not answered, or was taken up before, is returned as it is. Raises
    TreatmentRequest.DoesNotExist.
    """
    request = TreatmentRequest.objects.get(pk=request_id)
    if request.state != State.ANSWERED:
        return request
    with acting(SYSTEM, role="system"):
        participant = hold(request.participant)
        request = TreatmentRequest.objects.select_for_update().get(pk=request_id)
        if request.state != State.ANSWERED:  # somebody else was faster
            return request
        request.state = State.TAKEN_UP
        request.taken_up_at = clock.now()
        request.save(update_fields=["state", "taken_up_at"])
        if request.kind == Kind.NUMBER:
            participant.RANDNO = request.RANDNO or ""
            participant.day1 = request.on
            participant.save(update_fields=["RANDNO", "day1"])
            number_given.send(sender=TreatmentRequest, participant=participant, request=request)
            anchor_soon()
    return request


def withdraw_requests(*, participant: Participant) -> None:
    """Withdraw the waiting request for a number, because eligibility was voided.

    The participant is locked first, so that a request being made at this moment is seen. A request that the
    vault has answered stays: the number was given, and is never taken back.
    """
    with acting(SYSTEM, role="system", reason="The eligibility it rested on was voided."):
        hold(participant)
        waiting = TreatmentRequest.objects.select_for_update().filter(
            participant=participant, kind=Kind.NUMBER, state=State.WAITING
        )
        for request in waiting:
            request.state = State.WITHDRAWN
            request.save(update_fields=["state"])
