"""Submitting and deciding: who may, when, and what is left behind."""

from collections.abc import Callable
from datetime import UTC

import pytest

from screening.actions import (
    record_screen_failure,
    return_for_questions,
    sign_eligibility,
    submit_for_review,
)
from screening.models import EligibilityReview, Participant
from screening.policies import ReviewRefused, Stale
from screening.review_states import LIVE, ReviewState
from screening.signature import flaw
from tests.screening.factories import (
    Cast,
    correct,
    eligible_participant,
    hash_now,
    password_given,
    registered,
    sign,
    signed_participant,
)
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import User
from trialsite.audit.reading import history_of

pytestmark = pytest.mark.django_db
Act = Callable[[User, Participant], EligibilityReview]


def send_back(by: User, participant: Participant, question: str = "Which assay?") -> EligibilityReview:
    return return_for_questions(
        by=by,
        participant=participant,
        password=password_given,
        seen_hash=hash_now(participant),
        questions={"DC.MDA5RES": question},
    )


def fail(by: User, participant: Participant, note: str = "") -> EligibilityReview:
    return record_screen_failure(
        by=by, participant=participant, password=password_given, seen_hash=hash_now(participant), note=note
    )


DECISIONS: dict[str, Act] = {"sign": sign, "send back": send_back, "fail": fail}
INELIGIBLE = {"LB.PLAT": {"value": "40", "unit": "10^9/L"}}
UNDETERMINED = {"DC.MDA5RES": "NOT DONE"}


def people(cast: Cast) -> list[User]:
    """Everybody of the cast."""
    return [person for person in vars(cast).values() if isinstance(person, User)]


@pytest.mark.req("E5", "C1")
def test_only_the_site_team_submits(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    may = {cast.coordinator, cast.investigator, cast.second_investigator}
    for person in set(people(cast)) - may:
        with pytest.raises(NotAllowed):
            submit_for_review(by=person, participant=participant)
    for weight, person in enumerate(may, start=60):
        submit_for_review(by=person, participant=participant)
        correct(cast.coordinator, participant, "VS", WEIGHT=str(weight))
    assert {review.submitted_by for review in EligibilityReview.objects.all()} == may


@pytest.mark.req("E5", "C1")
@pytest.mark.parametrize("decision", DECISIONS)
def test_only_investigators_of_the_site_decide(cast: Cast, decision: str) -> None:
    changes = INELIGIBLE if decision == "fail" else {}
    participant = eligible_participant(cast.coordinator, cast.site, changes)
    submit_for_review(by=cast.coordinator, participant=participant)
    for person in people(cast):
        if person not in (cast.investigator, cast.second_investigator):
            with pytest.raises(NotAllowed):
                DECISIONS[decision](person, participant)
    assert EligibilityReview.objects.get().state == ReviewState.SUBMITTED
    assert DECISIONS[decision](cast.second_investigator, participant).signed_by == cast.second_investigator


@pytest.mark.req("E1", "A1", "O4")
def test_a_signature_keeps_name_role_time_and_meaning(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    assert (review.signer_name, review.signer_role) == ("Dr Investigator", "INVESTIGATOR")
    assert participant.SUBJID in review.meaning
    assert review.signed_at is not None
    assert flaw(review) is None
    changes = history_of("screening_eligibilityreview", str(review.pk), ["state", "signed_at"])
    signing = next(change for change in changes if change.new == "signed")
    assert (signing.actor, signing.role) == ("investigator", "Investigator")
    assert 0 <= (signing.at - review.signed_at.astimezone(UTC)).total_seconds() < 10


def test_the_snapshot_holds_values_with_records_versions_verdicts_and_the_planned_day(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    content, sources = review.snapshot["content"], review.snapshot["sources"]
    assert (content["SUBJID"], content["site"], content["RANDDTC"]) == (
        participant.SUBJID,
        "01",
        "2026-03-16",
    )
    assert (content["overall"], len(content["criteria"])) == ("eligible", 19)
    assert content["derived"]["CRCL"] == "108.25"
    assert len(content["rules"]) == 64
    alt = next(
        (value, source)
        for value, source in zip(content["values"], sources, strict=True)
        if (value["form"], value["field"]) == ("LB", "ALT")
    )
    assert (alt[0]["value"], alt[0]["unit"], alt[0]["uln"]) == ("46", "U/L", "40")
    assert (alt[1]["version"], alt[1]["visit"], alt[1]["entered_by"]) == (1, "S", "Dr Coordinator")


@pytest.mark.req("B2")
@pytest.mark.parametrize(("changes", "says"), [(INELIGIBLE, "Applies: EX03."), (UNDETERMINED, "IN02")])
def test_what_is_not_eligible_cannot_be_signed(cast: Cast, changes: dict[str, object], says: str) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, changes)
    submit_for_review(by=cast.coordinator, participant=participant)
    with pytest.raises(ReviewRefused, match=says):
        sign(cast.investigator, participant)
    assert EligibilityReview.objects.get().state == ReviewState.SUBMITTED


def test_an_eligible_participant_is_no_screening_failure(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=participant)
    with pytest.raises(ReviewRefused, match="the computed verdict is eligible"):
        fail(cast.investigator, participant)


def test_a_screening_failure_names_the_failed_criteria_and_not_the_open_ones(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, INELIGIBLE | UNDETERMINED)
    submit_for_review(by=cast.coordinator, participant=participant)
    review = fail(cast.investigator, participant, note="Thinks about taking part later.")
    assert (review.failed, review.state) == (["EX03"], ReviewState.SCREEN_FAILURE)
    assert "because of EX03" in review.meaning
    assert flaw(review) is None


def test_without_a_failed_criterion_a_screening_failure_names_the_open_ones(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, UNDETERMINED)
    submit_for_review(by=cast.coordinator, participant=participant)
    assert fail(cast.investigator, participant).failed == ["IN02"]


def test_a_submission_that_was_sent_back_can_be_submitted_again(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    first = submit_for_review(by=cast.coordinator, participant=participant)
    returned = send_back(cast.investigator, participant)
    assert (returned.pk, returned.questions) == (first.pk, {"DC.MDA5RES": "Which assay?"})
    second = submit_for_review(by=cast.coordinator, participant=participant)
    assert sign(cast.investigator, participant).pk == second.pk
    assert set(EligibilityReview.objects.values_list("state", flat=True)) == {"returned", "signed"}


@pytest.mark.req("P1")
def test_a_question_or_remark_that_could_identify_a_person_is_refused(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, INELIGIBLE)
    submit_for_review(by=cast.coordinator, participant=participant)
    with pytest.raises(ReviewRefused, match="telephone"):
        send_back(cast.investigator, participant, "Call 13812345678")
    with pytest.raises(ReviewRefused, match="identity number"):
        fail(cast.investigator, participant, note="110101199003074258")
    with pytest.raises(ReviewRefused, match="at least one question"):
        send_back(cast.investigator, participant, "  ")


def test_nothing_is_submitted_twice_unchanged(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=participant)
    with pytest.raises(ReviewRefused, match="submitted already"):
        submit_for_review(by=cast.coordinator, participant=participant)
    sign(cast.investigator, participant)
    with pytest.raises(ReviewRefused, match="signed as eligible already"):
        submit_for_review(by=cast.coordinator, participant=participant)


@pytest.mark.req("B2")
def test_nothing_is_submitted_without_consent(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    correct(cast.coordinator, participant, "DS", RFICYN="N")
    with pytest.raises(ReviewRefused, match="consent"):
        submit_for_review(by=cast.coordinator, participant=participant)


def test_nothing_is_signed_that_was_not_submitted(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    with pytest.raises(ReviewRefused, match="not been submitted"):
        sign(cast.investigator, participant)


def test_the_second_decision_finds_the_first(cast: Cast) -> None:
    participant, _ = signed_participant(cast)
    with pytest.raises(ReviewRefused, match="decided already"):
        sign(cast.second_investigator, participant)


@pytest.mark.req("E2", "F9")
def test_a_page_that_the_data_have_left_behind_signs_nothing(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=participant)
    seen = hash_now(participant)
    correct(cast.coordinator, participant, "VS", WEIGHT="61")
    submit_for_review(by=cast.coordinator, participant=participant)
    with pytest.raises(Stale, match="changed since you opened the page"):
        sign_eligibility(
            by=cast.investigator, participant=participant, password=password_given, seen_hash=seen
        )
    assert EligibilityReview.objects.get(state__in=LIVE).state == ReviewState.SUBMITTED


@pytest.mark.req("F9")
def test_an_edit_during_the_review_voids_the_submission(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    review = submit_for_review(by=cast.coordinator, participant=participant)
    correct(cast.coordinator, participant, "VS", WEIGHT="61")
    review.refresh_from_db()
    assert (review.state, review.void_reason) == ("voided", "Changed since it was frozen: VS.WEIGHT.")
    with pytest.raises(ReviewRefused, match="not been submitted"):
        sign(cast.investigator, participant)


@pytest.mark.req("E3")
def test_a_refused_password_decides_nothing(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=participant)

    def refuse(by: User) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        sign_eligibility(
            by=cast.investigator, participant=participant, password=refuse, seen_hash=hash_now(participant)
        )
    assert EligibilityReview.objects.get().state == ReviewState.SUBMITTED
