"""Participants keep the version under which they were judged; a new one is for what is submitted later."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from screening.actions import submit_for_review
from screening.case import case_of
from screening.criteria import Outcome, Overall
from screening.models import Participant
from screening.review_states import ReviewState
from screening.signature import flaw
from screening.snapshot import frozen_tables
from tests.screening.factories import (
    Cast,
    correct,
    eligible_participant,
    enter,
    make_cast,
    signed_participant,
    why_no_number,
)
from tests.screening.protocol.versions import JAK, WITHIN_A_YEAR, publish
from trialsite import clock

pytestmark = pytest.mark.django_db
PLANNED = date(2026, 3, 16)
TOFACITINIB = {
    "CMTRT": "Tofacitinib",
    "CMDOSE": "5",
    "CMDOSU": "mg/day",
    "CMROUTE": "ORAL",
    "CMSTDTC": "2025-11-01",
    "CMENDTC": "2026-02-10",
}


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.set_to(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        yield make_cast()


def again(participant: Participant) -> Participant:
    return Participant.objects.select_related("site").get(pk=participant.pk)


def on_tofacitinib(cast: Cast) -> Participant:
    """Eligible but for a medication that the registration does not name."""
    return eligible_participant(cast.coordinator, cast.site, {"CM.RECORDS": [TOFACITINIB]})


def test_a_participant_who_is_not_submitted_is_judged_under_the_version_in_force(cast: Cast) -> None:
    participant = on_tofacitinib(cast)
    assert case_of(participant).assessment.overall is Overall.ELIGIBLE
    publish(cast.administrator, prohibited=[JAK])
    case = case_of(participant)
    assert case.assessment.verdict("EX14").outcome is Outcome.MET
    assert (case.tables.number, case.newer) == (2, None)


@pytest.mark.req("E2", "E5")
def test_a_submission_freezes_its_version_and_a_newer_one_voids_no_signature(cast: Cast) -> None:
    participant, review = signed_participant(cast, {"CM.RECORDS": [TOFACITINIB]})
    publish(cast.administrator, prohibited=[JAK], attestations=[WITHIN_A_YEAR])
    case = case_of(again(participant))
    assert (case.tables.number, case.in_force.number) == (1, 2)
    assert case.newer is not None
    assert case.eligible
    assert case.stale == []
    assert flaw(review) is None
    # On the day of randomization the frozen version judges too.
    assert why_no_number(again(participant), PLANNED) is None


def test_a_signature_under_a_list_is_asked_again_under_the_same_list(cast: Cast) -> None:
    publish(cast.administrator, prohibited=[JAK])
    participant, review = signed_participant(cast)
    frozen = frozen_tables(review.snapshot)
    assert (frozen.number, frozen.prohibited) == (2, (JAK,))
    assert review.snapshot["content"]["protocol"] == "version 2, Amendment 1"
    publish(cast.administrator, reason="Amendment 2")
    correct(cast.coordinator, participant, "CM", **{f"RECORDS-0-{k}": v for k, v in TOFACITINIB.items()})
    review.refresh_from_db()
    assert review.state == ReviewState.VOIDED
    assert "CM.RECORDS row 1 CMTRT" in review.void_reason


def test_another_submission_takes_the_version_in_force(cast: Cast) -> None:
    participant = on_tofacitinib(cast)
    first = submit_for_review(by=cast.coordinator, participant=participant)
    publish(cast.administrator, prohibited=[JAK])
    # The waiting submission is replaced after a correction; what replaces it is judged under version 2.
    correct(cast.coordinator, participant, "VS", WEIGHT="59")
    second = submit_for_review(by=cast.coordinator, participant=again(participant))
    assert frozen_tables(first.snapshot).number == 1
    assert frozen_tables(second.snapshot).number == 2
    assert (first.overall, second.overall) == ("eligible", "ineligible")


def test_answers_to_the_further_criteria_decide_and_are_read_with_their_source(cast: Cast) -> None:
    publish(cast.administrator, attestations=[WITHIN_A_YEAR])
    participant = eligible_participant(cast.coordinator, cast.site)
    assert case_of(participant).assessment.verdict("IN06").outcome is Outcome.UNDETERMINED
    row = {"ATTCD": WITHIN_A_YEAR.code, "ATTEXT": WITHIN_A_YEAR.question, "ATTYN": "Y"}
    enter(cast.coordinator, participant, "PA", {"PADTC": "2026-03-02", "RECORDS": [row]})
    case = case_of(participant)
    assert case.eligible
    (answer,) = (fact for fact in case.assessment.verdict("IN06").read if fact.field == "ATTYN")
    assert answer.source is not None
    assert answer.source.entered_by == cast.coordinator.full_name
    correct(cast.coordinator, participant, "PA", **{"RECORDS-0-ATTYN": "N"})
    assert case_of(participant).assessment.overall is Overall.INELIGIBLE


def test_without_further_criteria_their_form_is_not_open(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    assert "no further inclusion criteria" in str(again(participant).entry_refusal("PA", "S"))
    publish(cast.administrator, attestations=[WITHIN_A_YEAR])
    assert again(participant).entry_refusal("PA", "S") is None
