"""Submitting a screening for review, and deciding about it with a signature.

Each action is one transaction that holds the participant's row, so that of two people who decide at
once the second finds the decision of the first. A password is checked before it: a wrong one is an
event in history even though nothing else happens (E3).
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest

from screening.case import Case, as_submitted_now, held_case
from screening.models import EligibilityReview, Participant
from screening.policies import (
    ReviewRefused,
    Stale,
    assign_refusal,
    failure_criteria,
    failure_refusal,
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
    ReviewState,
)
from screening.signature import database_now, meaning_of, statement
from screening.snapshot import digest, field_name, input_name, used_facts
from screening.voiding import advance, void_reason, void_review
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused, check_password_again
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.free_text import identifying
from trialsite.crf.models import Record
from trialsite.crf.queries import open_query

# Raises PasswordRefused unless this person has given their own password again.
PasswordCheck = Callable[[User], None]


def typed_password(request: HttpRequest, password: str) -> PasswordCheck:
    """The check of a password that was typed into a page."""

    def check(by: User) -> None:
        if check_password_again(request, password) != by:
            raise PasswordRefused("Somebody else is signed in here. Nothing was done.")

    return check


def submit_for_review(
    *, by: User, participant: Participant, assigned_to: User | None = None
) -> EligibilityReview:
    """Freeze the screening as it stands and hand it to an investigator; needs ENTER_DATA at the site.

    assigned_to: whose work it is; None leaves it to whoever of the site's investigators comes first.
    A submission that waits is replaced; a signature that the data have left behind becomes void.
    Raises NotAllowed or ReviewRefused.
    """
    require(by, Right.ENTER_DATA, participant.site_id)
    with acting(by, role=role_name(by, Right.ENTER_DATA, participant.site_id)):
        case = held_case(participant)
        require_none(submit_refusal(by, case))
        require_none(assign_refusal(assigned_to, participant))
        if case.review is not None:
            if case.review.state == ReviewState.SUBMITTED:
                advance(case.review, RESUBMIT)
                case.review.save(update_fields=["state"])
            else:
                void_review(case.review, by=by, reason=void_reason(case.stale))
        submitted = as_submitted_now(case)
        review = EligibilityReview(
            participant=case.participant,
            submitted_by=by,
            assigned_to=assigned_to,
            snapshot=submitted.snapshot,
            content_hash=submitted.content_hash,
            state=NOT_SUBMITTED,
        )
        advance(review, SUBMIT)
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

    A question about a field that was entered stands there as a query, for the site to answer.
    Signed and refused like `sign_eligibility`, except that the verdict does not matter.
    """
    asked = {field: text.strip() for field, text in questions.items() if text.strip()}
    if not asked:
        raise ReviewRefused("Say what is asked: at least one question is needed to send it back.")
    for text in asked.values():
        require_none(identifying(text))
    return _decide(
        by,
        participant,
        password,
        seen_hash,
        Decision.RETURNED,
        return_refusal,
        SEND_BACK,
        then=partial(_ask_at_the_fields, by, asked),
        questions=asked,
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


def _decide(
    by: User,
    participant: Participant,
    password: PasswordCheck,
    seen_hash: str,
    decision: Decision,
    refusal: Callable[[User, Case], str | None],
    verb: str,
    *,
    then: Callable[[Case], None] | None = None,
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
        advance(review, verb)
        review.decision = decision
        review.signed_by = by
        review.signer_name = by.full_name
        review.signer_role = role
        review.signed_at = database_now()
        review.meaning = meaning_of(decision, case.participant.SUBJID, ", ".join(review.failed))
        review.signature = digest(statement(review))
        review.save()
        if then is not None:
            then(case)
        anchor_soon()
    return review


def _ask_at_the_fields(by: User, questions: Mapping[str, str], case: Case) -> None:
    """Each question about a field whose form was entered becomes a query at that field."""
    for fact in used_facts(case.facts, case.assessment):
        question = questions.get(field_name(fact.form, fact.section, fact.row, fact.field))
        if question and fact.source:
            record = Record.objects.select_for_update().get(pk=fact.source.record_id)
            open_query(record, field=input_name(fact), text=question, by=by)


def _require_as_seen(case: Case, seen_hash: str) -> None:
    if case.content_hash != seen_hash:
        raise Stale(
            "The data have changed since you opened the page, so nothing was signed. "
            "Read it again; what is different now is shown below."
        )
