"""Submitting a screening for review, deciding about it with a signature, and voiding a review.

Each action is one transaction that holds the participant's row, so that of two people who decide at
once the second finds the decision of the first. A password is checked before it: a wrong one is an
event in history even though nothing else happens (E3).
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

from screening.case import Case, as_submitted_now, held_case
from screening.models import EligibilityReview, Participant
from screening.policies import (
    ReviewRefused,
    Stale,
    failure_criteria,
    failure_refusal,
    listed,
    require_none,
    return_refusal,
    sign_refusal,
    submit_refusal,
)
from screening.review_models import Decision
from screening.review_states import (
    FAIL,
    NOT_SUBMITTED,
    RESUBMIT,
    SEND_BACK,
    SIGN,
    SUBMIT,
    VOID,
    ReviewState,
    move,
)
from screening.signals import eligibility_voided
from screening.signature import database_now, meaning_of, statement
from screening.snapshot import digest
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused, check_password_again
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.free_text import identifying

# Raises PasswordRefused unless this person has given their own password again.
PasswordCheck = Callable[[User], None]


def typed_password(request: HttpRequest, password: str) -> PasswordCheck:
    """The check of a password that was typed into a page."""

    def check(by: User) -> None:
        if check_password_again(request, password) != by:
            raise PasswordRefused("Somebody else is signed in here. Nothing was done.")

    return check


def submit_for_review(*, by: User, participant: Participant) -> EligibilityReview:
    """Freeze the screening as it stands and hand it to the investigator; needs ENTER_DATA at the site.

    A submission that waits is replaced; a signature that the data have left behind becomes void.
    Raises NotAllowed or ReviewRefused.
    """
    require(by, Right.ENTER_DATA, participant.site_id)
    with acting(by, role=role_name(by, Right.ENTER_DATA, participant.site_id)):
        case = held_case(participant)
        require_none(submit_refusal(by, case))
        if case.review is not None:
            if case.review.state == ReviewState.SUBMITTED:
                _advance(case.review, RESUBMIT)
                case.review.save(update_fields=["state"])
            else:
                void_review(case.review, by=by, reason=void_reason(case.stale))
        submitted = as_submitted_now(case)
        review = EligibilityReview(
            participant=case.participant,
            submitted_by=by,
            snapshot=submitted.snapshot,
            content_hash=submitted.content_hash,
            state=NOT_SUBMITTED,
        )
        _advance(review, SUBMIT)
        review.save(force_insert=True)
    return review


def sign_eligibility(
    *, by: User, participant: Participant, password: PasswordCheck, seen_hash: str
) -> EligibilityReview:
    """Sign that the participant is eligible; needs SIGN_ELIGIBILITY at the site (E5).

    seen_hash is the content hash of the page that was read. Raises NotAllowed, PasswordRefused,
    Stale, or ReviewRefused: only a computed verdict of eligible can be signed.
    """
    return _decide(by, participant, password, seen_hash, Decision.APPROVED, sign_refusal, SIGN)


def return_for_questions(
    *,
    by: User,
    participant: Participant,
    password: PasswordCheck,
    seen_hash: str,
    questions: Mapping[str, str],
) -> EligibilityReview:
    """Send the submission back. questions: field (such as LB.ALT, or "" for all of it) -> question.

    Signed and refused like `sign_eligibility`, except that the verdict does not matter.
    """
    asked = {field: text.strip() for field, text in questions.items() if text.strip()}
    if not asked:
        raise ReviewRefused("Say what is asked: at least one question is needed to send it back.")
    for text in asked.values():
        require_none(identifying(text))
    return _decide(
        by, participant, password, seen_hash, Decision.RETURNED, return_refusal, SEND_BACK, questions=asked
    )


def record_screen_failure(
    *, by: User, participant: Participant, password: PasswordCheck, seen_hash: str, note: str = ""
) -> EligibilityReview:
    """Record a screening failure; its reasons are the criteria that failed, or else those still open.

    Signed and refused like `sign_eligibility`, except that the verdict must not be eligible.
    """
    require_none(identifying(note))
    return _decide(
        by,
        participant,
        password,
        seen_hash,
        Decision.SCREEN_FAILURE,
        failure_refusal,
        FAIL,
        note=note.strip(),
    )


def void_review(review: EligibilityReview, *, by: User, reason: str) -> None:
    """Void a live review in the transaction that is open, and tell the rooms above.

    The caller holds the participant. `reason` is a sentence that names what changed.
    """
    with acting(by, reason=reason):
        _advance(review, VOID)
        review.voided_at = database_now()
        review.void_reason = reason
        review.save(update_fields=["state", "voided_at", "void_reason"])
        eligibility_voided.send(EligibilityReview, participant=review.participant, reason=reason)


def void_reason(changed: list[str]) -> str:
    """Why a review is void, naming what changed."""
    return f"Changed since it was frozen: {listed(changed)}."


def _decide(
    by: User,
    participant: Participant,
    password: PasswordCheck,
    seen_hash: str,
    decision: Decision,
    refusal: Callable[[User, Case], str | None],
    verb: str,
    **answers: Any,
) -> EligibilityReview:
    require(by, Right.SIGN_ELIGIBILITY, participant.site_id)
    password(by)
    role = role_name(by, Right.SIGN_ELIGIBILITY, participant.site_id)
    with acting(by, role=role):
        case = held_case(participant)
        _require_as_seen(case, seen_hash)
        require_none(refusal(by, case))
        review = case.review
        assert review is not None
        if decision is Decision.SCREEN_FAILURE:
            review.failed = failure_criteria(case.assessment)
        for name, answer in answers.items():
            setattr(review, name, answer)
        _advance(review, verb)
        review.decision = decision
        review.signed_by = by
        review.signer_name = by.full_name
        review.signer_role = role
        review.signed_at = database_now()
        review.meaning = meaning_of(decision, case.participant.SUBJID, ", ".join(review.failed))
        review.signature = digest(statement(review))
        review.save()
        anchor_soon()
    return review


def _require_as_seen(case: Case, seen_hash: str) -> None:
    if case.content_hash != seen_hash:
        raise Stale(
            "The data have changed since you opened the page, so nothing was signed. "
            "Read it again; what is different now is shown below."
        )


def _advance(review: EligibilityReview, verb: str) -> None:
    state = move(review.state, verb)
    if state is None:
        raise ReviewRefused("Somebody else has decided about this review meanwhile. Nothing was done.")
    review.state = state
