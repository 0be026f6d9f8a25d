"""The table of states, and the constraints of the database that hold it, each broken once."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from screening.models import EligibilityReview, Participant
from screening.review_states import LIVE, MOVES, NOT_SUBMITTED, SIGN, SUBMIT, VOID, ReviewState, move
from tests.screening.factories import Cast, registered
from trialsite.audit.context import acting

HASH = "0" * 64
ELIGIBLE = {"content": {"overall": "eligible"}}
INELIGIBLE = {"content": {"overall": "ineligible"}}


def test_every_state_can_be_reached_and_a_void_review_goes_nowhere() -> None:
    assert set(MOVES.values()) == set(ReviewState)
    assert not [move for move in MOVES if move[0] in (ReviewState.VOIDED, ReviewState.WITHDRAWN)]
    assert move(NOT_SUBMITTED, SUBMIT) is ReviewState.SUBMITTED
    assert move(ReviewState.RETURNED, SIGN) is None


def test_only_what_is_live_can_become_void() -> None:
    assert {state for state, verb in MOVES if verb == VOID} == set(LIVE)


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return registered(cast.coordinator, cast.site)


def kept(participant: Participant, cast: Cast, **values: Any) -> EligibilityReview:
    """A review written past the actions."""
    given: dict[str, Any] = {"snapshot": ELIGIBLE, "content_hash": HASH, "submitted_by": cast.coordinator}
    with acting("system:tests"), transaction.atomic():
        return EligibilityReview.objects.create(participant=participant, **(given | values))


def signed(cast: Cast, decision: str, **values: Any) -> dict[str, Any]:
    """The columns of a whole signature."""
    return {
        "decision": decision,
        "signed_by": cast.investigator,
        "signer_name": "Dr Investigator",
        "signed_at": Now(),
        "meaning": "I have read it.",
        "signature": HASH,
    } | values


@pytest.mark.django_db
@pytest.mark.req("D3")
def test_a_participant_has_one_live_review(cast: Cast, participant: Participant) -> None:
    kept(participant, cast)
    with pytest.raises(IntegrityError, match="eligibility_one_live_review"):
        kept(participant, cast)
    kept(participant, cast, state="withdrawn")


@pytest.mark.django_db
@pytest.mark.req("E1", "B2")
@pytest.mark.parametrize(
    ("constraint", "decision", "values"),
    [
        ("eligibility_state_fits_decision", "", {"state": "by telephone"}),
        ("eligibility_content_is_hashed", "", {"content_hash": "abc"}),
        ("eligibility_signature_is_whole", "", {"signature": HASH}),
        ("eligibility_signature_is_whole", "approved", {"state": "signed", "signed_by": None}),
        ("eligibility_signature_is_whole", "approved", {"state": "signed", "signed_at": None}),
        ("eligibility_signature_is_whole", "approved", {"state": "signed", "meaning": ""}),
        ("eligibility_signature_is_whole", "approved", {"state": "signed", "signer_name": ""}),
        ("eligibility_signature_is_whole", "approved", {"state": "signed", "signature": ""}),
        ("eligibility_state_fits_decision", "", {"state": "signed"}),
        ("eligibility_state_fits_decision", "", {"state": "screen failure"}),
        ("eligibility_state_fits_decision", "approved", {"state": "submitted"}),
        ("eligibility_approved_is_eligible", "approved", {"state": "signed", "snapshot": INELIGIBLE}),
        ("eligibility_approved_is_eligible", "approved", {"state": "signed", "snapshot": {}}),
        (
            "eligibility_failure_has_criteria",
            "screen failure",
            {"state": "screen failure", "failed": ["EX03"]},
        ),
        (
            "eligibility_failure_has_criteria",
            "screen failure",
            {"state": "screen failure", "snapshot": INELIGIBLE},
        ),
        ("eligibility_return_has_question", "returned", {"state": "returned"}),
        ("eligibility_void_has_reason", "", {"state": "voided", "voided_at": Now()}),
        ("eligibility_void_has_reason", "", {"state": "voided", "void_reason": "VS.WEIGHT"}),
        ("eligibility_void_has_reason", "", {"void_reason": "VS.WEIGHT", "voided_at": Now()}),
    ],
)
def test_the_database_refuses_what_cannot_be(
    cast: Cast, participant: Participant, constraint: str, decision: str, values: dict[str, Any]
) -> None:
    columns = signed(cast, decision, **values) if decision else values
    with pytest.raises(IntegrityError, match=constraint):
        kept(participant, cast, **columns)
