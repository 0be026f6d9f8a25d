"""A submission goes to an investigator by name or to any of the site; what is asked stands at its field."""

import pytest

from screening.actions import return_for_questions, submit_for_review
from screening.case import case_of
from screening.models import EligibilityReview, Participant
from screening.policies import ReviewRefused
from tests.screening.factories import Cast, eligible_participant, hash_now, password_given, sign
from tests.screening.review.conftest import SignIn
from tests.screening.review.test_eligibility_page import address, decide
from trialsite.crf.models import Query, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return eligible_participant(cast.coordinator, cast.site)


def test_it_is_somebodys_work_and_another_investigator_of_the_site_can_do_it(
    cast: Cast, participant: Participant, signed_in: SignIn
) -> None:
    coordinator = signed_in(cast.coordinator)
    page = coordinator.get(address(participant)).content.decode()
    assert "Any investigator of the site" in page
    assert cast.second_investigator.full_name in page
    assert cast.other_investigator.full_name not in page
    coordinator.post(address(participant, "submit/"), {"assigned_to": cast.second_investigator.pk})
    assert EligibilityReview.objects.get().assigned_to == cast.second_investigator
    assert "For Dr Second" in signed_in(cast.second_investigator).get("/").content.decode()
    assert sign(cast.investigator, participant).signed_by == cast.investigator


def test_the_own_work_stands_first_on_the_home_page(
    cast: Cast, participant: Participant, signed_in: SignIn
) -> None:
    mine = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=participant, assigned_to=cast.investigator)
    submit_for_review(by=cast.coordinator, participant=mine, assigned_to=cast.second_investigator)
    page = signed_in(cast.second_investigator).get("/").content.decode()
    queue = page[page.index("Reviews waiting") :]
    assert queue.index(mine.SUBJID) < queue.index(participant.SUBJID)


@pytest.mark.req("E5")
def test_nobody_is_given_a_review_that_they_may_not_sign(
    cast: Cast, participant: Participant, signed_in: SignIn
) -> None:
    for person in (cast.other_investigator, cast.monitor, cast.coordinator):
        with pytest.raises(ReviewRefused, match="may not sign eligibility at site 01"):
            submit_for_review(by=cast.coordinator, participant=participant, assigned_to=person)
        answer = signed_in(cast.coordinator).post(
            address(participant, "submit/"), {"assigned_to": person.pk}, follow=True
        )
        assert "Choose one of the site&#x27;s investigators" in answer.content.decode()
    assert not EligibilityReview.objects.exists()


def send_back(cast: Cast, participant: Participant, questions: dict[str, str]) -> EligibilityReview:
    submit_for_review(by=cast.coordinator, participant=participant)
    return return_for_questions(
        by=cast.investigator,
        participant=participant,
        password=password_given,
        seen_hash=hash_now(participant),
        questions=questions,
    )


def test_each_question_stands_at_its_field_as_a_query(
    cast: Cast, participant: Participant, signed_in: SignIn
) -> None:
    send_back(
        cast,
        participant,
        {"LB.ALT": "Fasting?", "GC.RECORDS row 2 CMDOSTOT": "Per day?", "": "Thank you."},
    )
    found = Query.objects.values_list("record__form", "field", "text", "state", "opened_by__username")
    assert sorted(found) == [
        ("GC", "RECORDS-1-CMDOSTOT", "Per day?", "open", "investigator"),
        ("LB", "ALT", "Fasting?", "open", "investigator"),
    ]
    assert Record.objects.get(participant=participant, form="LB").open_queries == 1
    client = signed_in(cast.coordinator)
    assert "Fasting?" in client.get(f"/participants/{participant.SUBJID}/S/LB/").content.decode()
    assert "Per day?" in client.get("/queries/").content.decode()


def test_a_question_about_a_form_that_was_never_entered_stands_on_the_page_of_the_criteria(
    cast: Cast, signed_in: SignIn
) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, without=("TB",))
    send_back(cast, participant, {"TB.IGRARES": "When will it be back?"})
    assert not Query.objects.exists()
    page = signed_in(cast.coordinator).get(address(participant)).content.decode()
    assert "When will it be back?" in page


def test_several_questions_are_asked_at_once_and_none_is_lost_by_a_mistake(
    cast: Cast, participant: Participant, signed_in: SignIn
) -> None:
    submit_for_review(by=cast.coordinator, participant=participant)
    client = signed_in(cast.investigator)
    questions = ["Fasting?", "Which assay?", ""]
    status, text = decide(
        client, participant, "returned", question=questions, about=["LB.ALT", "XX.NONE", ""]
    )
    assert (status, "Choose one of the fields" in text) == (422, True)
    assert "Fasting?" in text
    assert "Which assay?" in text
    status, _ = decide(
        client, participant, "returned", question=questions, about=["LB.ALT", "TB.IGRATYPE", ""]
    )
    assert status == 302
    assert EligibilityReview.objects.get().questions == {
        "LB.ALT": "Fasting?",
        "TB.IGRATYPE": "Which assay?",
    }
    assert case_of(participant).review is None
