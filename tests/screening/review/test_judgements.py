"""A judgement in the evidence of a review: marked, with its reason and who entered it, frozen when signed."""

import pytest

from screening.actions import submit_for_review
from screening.case import case_of
from screening.progress import unfinished_forms
from tests.screening.factories import Cast, correct, eligible_participant, sign
from tests.screening.review.conftest import SignIn
from tests.screening.review.test_eligibility_page import text_of, words

pytestmark = pytest.mark.django_db
RAISED = {
    "LB.ALT": {"value": "150", "unit": "U/L", "uln": "40"},
    "LB.ALT_DMREL": "Y",
    "LB.ALT_DMREAS": "Creatine kinase rose with it, viral serology negative.",
}


def test_a_judgement_is_shown_as_one_with_its_reason_and_who_entered_it(
    cast: Cast, signed_in: SignIn
) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, RAISED)
    text = text_of(signed_in(cast.investigator), participant)
    assert "Rise of ALT due to dermatomyositis LB.ALT_DMREL Yes Judgement" in text
    reason = "LB.ALT_DMREAS Creatine kinase rose with it, viral serology negative."
    assert reason in text
    assert "Dr Coordinator" in text[text.index(reason) :][:200]
    assert "ALT LB.ALT 150 U/L Judgement" not in text


def test_the_reason_is_frozen_with_the_review_and_another_one_is_another_content(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, RAISED)
    submit_for_review(by=cast.coordinator, participant=participant)
    review = sign(cast.investigator, participant)
    frozen = {(each["form"], each["field"]): each["value"] for each in review.snapshot["content"]["values"]}
    assert frozen["LB", "ALT_DMREAS"] == RAISED["LB.ALT_DMREAS"]
    correct(cast.coordinator, participant, "LB", ALT_DMREAS="Muscle biopsy shows active myositis.")
    case = case_of(participant)
    assert case.eligible, "a reason changes no verdict"
    review.refresh_from_db()
    assert review.void_reason == "Changed since it was frozen: LB.ALT_DMREAS."


def test_without_its_reason_the_form_is_incomplete_and_the_verdict_stands(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, RAISED | {"LB.ALT_DMREAS": None})
    assert unfinished_forms(participant) == ["LB"]
    assert case_of(participant).eligible


def test_the_data_dictionary_says_which_answers_are_judgements(cast: Cast, signed_in: SignIn) -> None:
    text = words(signed_in(cast.monitor).get("/dictionary/").content)
    assert "ALT_DMREL Rise of ALT due to dermatomyositis choice judgement" in text
    assert text.count("choice judgement") == 14
