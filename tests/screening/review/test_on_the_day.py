"""On the day of randomization the criteria are asked again; any difference sends the screening back."""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest

from randomization.actions import request_number
from randomization.models import TreatmentRequest
from randomization.policies import NotYet
from screening.actions import submit_for_review
from screening.case import case_of, held_case
from screening.models import EligibilityReview, Participant
from screening.review_states import ReviewState
from screening.voiding import send_back_if_different
from tests.screening.factories import Cast, eligible_participant, signed_participant
from trialsite import clock
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of

pytestmark = pytest.mark.django_db(transaction=True)
PLANNED = date(2026, 3, 16)
# The last prednisone on 20 March: from the 22nd on a day without any lies among the 28.
STOPPED = {
    "GC.RECORDS": [
        {
            "CMTRT": "PREDNISONE",
            "CMDOSTOT": "35",
            "CMDOSU": "mg/day",
            "CMROUTE": "ORAL",
            "CMSTDTC": "2026-01-20",
            "CMENDTC": "2026-03-20",
        }
    ]
}


def on(day: date) -> AbstractContextManager[None]:
    """Noon at the site."""
    return clock.set_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def judged_again(cast: Cast, participant: Participant, day: date) -> str | None:
    with acting(cast.investigator):
        return send_back_if_different(held_case(participant), by=cast.investigator, on=day)


@pytest.mark.req("B2")
@pytest.mark.parametrize("day", [PLANNED, date(2026, 3, 17), date(2026, 3, 21)])
def test_a_day_on_which_every_rule_says_the_same_keeps_the_signature(cast: Cast, day: date) -> None:
    participant, review = signed_participant(cast, STOPPED)
    assert judged_again(cast, participant, day) is None
    review.refresh_from_db()
    assert review.state == ReviewState.SIGNED


@pytest.mark.req("B2", "E2")
def test_a_difference_voids_the_signature_and_no_number_is_asked_for(cast: Cast) -> None:
    participant, review = signed_participant(cast, STOPPED)
    with on(date(2026, 3, 22)), pytest.raises(NotYet) as refused:
        request_number(participant=participant, by=cast.investigator)
    assert refused.value.reason == (
        "On 2026-03-22, the day of randomization, not as it was signed for 2026-03-16: IN04."
    )
    review.refresh_from_db()
    # The request was refused, and what was found is kept all the same.
    assert (review.state, review.void_reason) == (ReviewState.VOIDED, refused.value.reason)
    assert case_of(participant).review is None
    assert not TreatmentRequest.objects.exists()
    voided = history_of("screening_eligibilityreview", str(review.pk), columns=["state"])[0]
    assert (voided.actor, voided.new) == (cast.investigator.username, ReviewState.VOIDED)


def test_without_a_signature_there_is_nothing_to_send_back(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, STOPPED)
    submit_for_review(by=cast.coordinator, participant=participant)
    late = date(2026, 3, 22)
    assert judged_again(cast, participant, late) is None
    assert EligibilityReview.objects.get().state == ReviewState.SUBMITTED
