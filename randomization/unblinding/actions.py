"""Emergency unblinding: asking, opening the answer once, recording a code break made outside.

What is asked is committed, in a transaction of its own, before the vault hears of it: an arm is never known
without a record, whatever is killed or rolled back afterwards (U2). Two people who ask for one participant
make two requests, each answered to the one who asked.
"""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from nacl.public import PrivateKey

from randomization.messages import tell_vault
from randomization.signals import unblinded
from randomization.unblinding.envelope import EnvelopeBroken, open_arm
from randomization.unblinding.models import CodeBreak, UnblindingDisclosure, UnblindingRequest
from randomization.unblinding.policies import (
    UnblindingRefused,
    reason_refusal,
    why_not_show,
    why_not_unblind,
)
from screening.actions import PasswordCheck
from screening.models import Participant
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon

TASK = "vault.disclose"


def request_unblinding(
    *,
    by: User,
    participant: Participant,
    UBREAS: str,
    UBREASD: str,
    password: PasswordCheck,
    request_id: UUID,
    key: PrivateKey,
) -> UnblindingRequest:
    """Put a request on record and have the vault answer it; needs BREAK_BLIND at the site.

    request_id comes from the form, so that one that is sent twice makes one request; key is the request's
    own. Raises NotAllowed, PasswordRefused or UnblindingRefused, each with nothing disclosed.
    """
    require(by, Right.BREAK_BLIND, participant.site_id)
    if made := _made(request_id, participant, by):
        return made
    _require(why_not_unblind(participant))
    text = UBREASD.strip()
    _require(reason_refusal(text), "UBREASD")
    password(by)
    request = UnblindingRequest(
        id=request_id,
        participant=participant,
        RANDNO=participant.RANDNO,
        UBREAS=UBREAS,
        UBREASD=text,
        asked_by=by,
        public_key=bytes(key.public_key),
    )
    try:
        # durable: never a part of another transaction, which might be rolled back.
        with transaction.atomic(durable=True), acting(by, role=_role(by, Right.BREAK_BLIND, participant)):
            request.save(force_insert=True)
            unblinded.send(UnblindingRequest, participant=participant, record=request, by=by)
            transaction.on_commit(partial(tell_vault, request_id, TASK))
            anchor_soon()
    except IntegrityError:  # the same form, sent twice at the same moment
        if made := _made(request_id, participant, by):
            return made
        raise
    return request


def show_treatment(*, by: User, request_id: UUID, key: PrivateKey) -> str:
    """The arm, once: that it was shown is committed before it is returned.

    Raises UnblindingRequest.DoesNotExist for a request of somebody else, NotAllowed, or UnblindingRefused.
    A key that does not fit leaves the answer unopened.
    """
    request = UnblindingRequest.objects.select_related("participant", "answer", "disclosure").get(
        pk=request_id, asked_by=by
    )
    require(by, Right.BREAK_BLIND, request.participant.site_id)
    _require(why_not_show(request, timezone.now()))
    try:
        arm = open_arm(
            bytes(request.answer.sealed), key, request=request.pk, participant=request.participant_id
        )
    except EnvelopeBroken:
        raise UnblindingRefused(
            "This answer can be opened only in the browser in which it was asked for."
        ) from None
    try:
        with (
            transaction.atomic(durable=True),
            acting(by, role=_role(by, Right.BREAK_BLIND, request.participant)),
        ):
            UnblindingDisclosure.objects.create(request=request, to=by)
            anchor_soon()
    except IntegrityError:  # somebody was faster, or the time was over meanwhile: the database decides
        raise UnblindingRefused("This answer was shown already, or its time is over.") from None
    return arm


def record_code_break(
    *,
    by: User,
    participant: Participant,
    UBREAS: str,
    UBREASD: str,
    opened_at: datetime,
    UBWHO: str,
    UBREQ: str,
    password: PasswordCheck,
) -> CodeBreak:
    """Record that a code-break sheet was opened outside the system; needs RECORD_CODE_BREAK at the site.

    Raises NotAllowed, PasswordRefused or UnblindingRefused.
    """
    require(by, Right.RECORD_CODE_BREAK, participant.site_id)
    _require(why_not_unblind(participant), "RANDNO")
    text = UBREASD.strip()
    _require(reason_refusal(text), "UBREASD")
    if opened_at > timezone.now():
        raise UnblindingRefused("The sheet cannot have been opened in the future.", "opened_at")
    password(by)
    with acting(by, role=_role(by, Right.RECORD_CODE_BREAK, participant)):
        record = CodeBreak.objects.create(
            participant=participant,
            RANDNO=participant.RANDNO,
            UBREAS=UBREAS,
            UBREASD=text,
            opened_at=opened_at,
            UBWHO=UBWHO.strip(),
            UBREQ=UBREQ.strip(),
            recorded_by=by,
        )
        unblinded.send(CodeBreak, participant=participant, record=record, by=by)
        anchor_soon()
    return record


def _made(request_id: UUID, participant: Participant, by: User) -> UnblindingRequest | None:
    """The request that this form has made already."""
    return UnblindingRequest.objects.filter(pk=request_id, participant=participant, asked_by=by).first()


def _require(refusal: str | None, field: str = "") -> None:
    if refusal is not None:
        raise UnblindingRefused(refusal, field)


def _role(by: User, right: Right, participant: Participant) -> str:
    return role_name(by, right, participant.site_id)
