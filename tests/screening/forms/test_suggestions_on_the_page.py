"""A suggested answer on the entry page: shown, explained, not stored, never in place of a person's own."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.screening.factories import Cast, correct, eligible_participant, make_cast
from trialsite.crf.models import Draft, Record

pytestmark = pytest.mark.django_db
# FVC is 74.2 % of predicted now: 85 before is a fall of 10.8 points, 12.7 %.
WORSE = {"RPDTC": "2026-03-02", "RPWORS4W": "Y", "PRFVCPP": "85", "PRFVCPP_UNIT": "%"}
NOTE = (
    "Proposed from the numbers: Yes.</strong> FVC 85 to 74.2 % of predicted, 10.8 points or 12.71 % less. "
    "Confirm or change."
)
CHOSEN = 'name="RPPFT" value="Y" checked'


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return eligible_participant(cast.coordinator, cast.site, without=("RP",))


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.coordinator)
    return client


def leave(browser: Client, participant: Participant, typed: Mapping[str, str], **sent: str) -> Any:
    """A field of the form is left."""
    return browser.post(f"/participants/{participant}/S/RP/check/", {**typed, "version": "0", **sent})


def suggested(answer: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(answer["HX-Trigger"])["crf:checked"]["suggested"]
    return found


def draft() -> dict[str, str]:
    kept: dict[str, str] = Draft.objects.get(form="RP").typed
    return kept


def test_leaving_a_number_proposes_an_answer_with_its_reason_and_keeps_none(
    browser: Client, participant: Participant
) -> None:
    answer = leave(browser, participant, WORSE)
    assert suggested(answer) == {"RPPFT": "Y", "RPABG": ""}
    assert NOTE in answer.content.decode()
    assert "RPPFT" not in draft()


def test_a_proposed_answer_that_comes_back_with_the_form_follows_the_numbers(
    browser: Client, participant: Participant
) -> None:
    answer = leave(browser, participant, WORSE | {"PRFVCPP": "75", "RPPFT": "Y"})
    assert suggested(answer)["RPPFT"] == "N"
    assert "RPPFT" not in draft()
    assert suggested(leave(browser, participant, WORSE | {"PRFVCPP": "", "RPPFT": "N"}))["RPPFT"] == ""


@pytest.mark.parametrize("own", ["N", ""])
def test_what_a_person_chose_or_cleared_is_left_alone(
    browser: Client, participant: Participant, own: str
) -> None:
    answer = leave(browser, participant, WORSE | {"RPPFT": own}, settled="RPPFT")
    assert suggested(answer) == {"RPABG": ""}
    assert "Proposed from the numbers" not in answer.content.decode()
    assert draft().get("RPPFT", "") == own


def test_the_page_shows_it_as_chosen_at_once_and_an_answer_in_its_place(
    browser: Client, participant: Participant
) -> None:
    leave(browser, participant, WORSE)
    page = browser.get(f"/participants/{participant}/S/RP/").content.decode()
    assert CHOSEN in page
    assert NOTE in page
    assert 'name="settled" value=""' in page
    leave(browser, participant, WORSE | {"RPPFT": "N"}, settled="RPPFT")
    page = browser.get(f"/participants/{participant}/S/RP/").content.decode()
    assert CHOSEN not in page
    assert "Proposed from the numbers" not in page
    assert 'name="settled" value="RPPFT"' in page


def test_it_is_stored_when_a_person_submits_it_and_stays_that_persons_answer(
    cast: Cast, browser: Client, participant: Participant
) -> None:
    leave(browser, participant, WORSE)
    rest = {"RPPFT": "Y", "RPDYSP": "N", "RPHRCT": "N", "RPABG": "N", "RPREAS": "Fell within three weeks."}
    sent = WORSE | rest | {"version": "0", "key": str(uuid.uuid4()), "settled": ""}
    assert browser.post(f"/participants/{participant}/S/RP/", sent).status_code == 302
    record = Record.objects.get(form="RP")
    assert record.state == "complete"
    correct(cast.coordinator, participant, "RP", PRFVCPP="75", RPPFT="Y")
    page = browser.get(f"/participants/{participant}/S/RP/").content.decode()
    assert CHOSEN in page
    assert "Proposed from the numbers" not in page


def test_a_refused_submission_keeps_what_was_submitted_and_what_was_cleared(
    browser: Client, participant: Participant
) -> None:
    sent = WORSE | {"RPDTC": "2026-02-01", "RPABG": "", "version": "0", "settled": "RPPFT"}
    page = browser.post(f"/participants/{participant}/S/RP/", sent)
    assert page.status_code == 422
    assert CHOSEN not in page.content.decode()
    assert 'name="settled" value="RPPFT"' in page.content.decode()


def test_nothing_is_proposed_to_who_may_only_look(
    cast: Cast, participant: Participant, browser: Client
) -> None:
    sent = WORSE | {"version": "0", "key": str(uuid.uuid4())}
    assert browser.post(f"/participants/{participant}/S/RP/", sent).status_code == 302
    monitor = Client()
    monitor.force_login(cast.monitor)
    page = monitor.get(f"/participants/{participant}/S/RP/").content.decode()
    assert CHOSEN not in page
    assert "Proposed from the numbers" not in page


def test_proposing_costs_no_query(browser: Client, participant: Participant) -> None:
    costs = []
    for typed in (WORSE | {"PRFVCPP": ""}, WORSE):
        leave(browser, participant, typed)
        with CaptureQueriesContext(connection) as captured:
            leave(browser, participant, typed)
        costs.append(len(captured))
    assert costs[0] == costs[1]
