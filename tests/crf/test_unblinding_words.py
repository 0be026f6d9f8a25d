"""Words that would give a treatment away are asked about before they are kept."""

import uuid
from datetime import date

import pytest
from django.test import Client

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from tests.visits.safety.factories import HEADACHE, put, saved
from trialsite.accounts.models import Role, Site, User
from trialsite.crf.free_text import could_unblind
from trialsite.crf.models import Query, Record
from trialsite.crf.outcomes import Refused

pytestmark = pytest.mark.req("L22")


@pytest.mark.parametrize(
    "text",
    [
        "probably on Actemra",
        "Tocilizumab suspected",
        "he thinks it is placebo",
        "疑似托珠单抗",
        "安慰剂组",
        "CRP 12.5 on 2026-03-02",
        "ferritin fell",
        "ESR of 4",
        "IL-6: 900",
        "铁蛋白 2000",
        "CRP正常",
        "the family says that the CRP is low now",
        "low CRP",
        "ESR went up",
        "normalised ferritin",
        "LDL cholesterol increased",
        "SAA is undetectable now",
        "血脂升高",
        "偏低的CRP",
    ],
)
def test_names_of_the_drug_and_results_of_values_that_move_with_it_are_found(text: str) -> None:
    assert could_unblind(text)


@pytest.mark.parametrize(
    "text",
    [
        "Pneumonia",
        "Placement of a catheter",
        "crps",
        "CRP was not done",
        "update of the CRP form",
        "wait for the laboratory",
        "2 days before the CRP sample",
        "low oxygen. CRP was not done",
        "",
    ],
)
def test_other_words_are_not(text: str) -> None:
    assert not could_unblind(text)


@pytest.fixture
def site(db: None) -> Site:
    return cast.make_site()


@pytest.fixture
def coordinator(site: Site) -> User:
    return cast.make_person(Role.COORDINATOR, site)


@pytest.fixture
def participant(site: Site, coordinator: User) -> Participant:
    with on(cast.DAY1):
        return cast.make_participant(coordinator, site)


def test_a_text_on_a_form_is_kept_only_when_it_is_confirmed(
    participant: Participant, coordinator: User
) -> None:
    told = HEADACHE | {"AETERM": "Headache, CRP 3"}
    with on(date(2026, 3, 22)):
        outcome = put(coordinator, participant, told)
        assert isinstance(outcome, Refused)
        (problem,) = outcome.reading.problems
        assert (problem.field, problem.check, problem.hard) == ("AETERM", "unblinding", False)
        assert "CRP" not in problem.message
        record = saved(put(coordinator, participant, told | {"AETERM_OK": "1"}))
    assert Query.objects.get(record=record).check_name == "unblinding"


@pytest.mark.parametrize("kept_as_it_is", [True, False])
def test_a_query_is_raised_when_the_person_says_that_the_words_are_needed(
    participant: Participant, coordinator: User, client: Client, kept_as_it_is: bool
) -> None:
    with on(date(2026, 3, 22)):
        record: Record = saved(put(coordinator, participant, HEADACHE))
    client.force_login(cast.make_person(Role.MONITOR, None))
    sent = {"field": "AETERM", "text": "Is ferritin 3000 meant?"}
    address = "/participants/01-001/LOG/AE/1/query/"
    page = client.post(address, sent)
    assert page.status_code == 422
    assert "Is ferritin 3000 meant?" in page.text
    assert not Query.objects.exists()
    again = sent | ({"words_ok": "1"} if kept_as_it_is else {"text": "Is the value meant?"})
    assert client.post(address, again).status_code == 302
    assert Query.objects.get(record=record).text == again["text"]


def test_the_reason_of_a_change_is_asked_about_and_nothing_typed_is_lost(
    participant: Participant, coordinator: User, client: Client
) -> None:
    with on(date(2026, 3, 22)):
        saved(put(coordinator, participant, HEADACHE))
        client.force_login(coordinator)
        sent = HEADACHE | {
            "AETOXGR": "2",
            "version": "1",
            "key": str(uuid.uuid4()),
            "reason": "placebo effect",
        }
        page = client.post("/participants/01-001/LOG/AE/1/", sent)
        assert page.status_code == 422
        assert 'name="AETOXGR" value="2"' in page.text
        assert client.post("/participants/01-001/LOG/AE/1/", sent | {"words_ok": "1"}).status_code == 302
    assert Record.objects.get(form="AE").version == 2
