"""The list of participants, and registering one."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.actions import submit_for_review
from screening.models import Participant
from tests.screening.factories import Cast, correct, eligible_participant, registered, signed_participant
from tests.screening.review.conftest import SignIn
from tests.screening.review.test_eligibility_page import words

pytestmark = pytest.mark.django_db


def numbers(client: Client, query: str = "") -> list[str]:
    """The participants that a page of the list shows, in order."""
    response = client.get(f"/participants/{query}")
    assert response.status_code == 200
    return [line.participant.SUBJID for line in response.context["page"].lines]


@pytest.mark.req("C1")
def test_everybody_sees_the_participants_of_the_own_sites_newest_first(cast: Cast, signed_in: SignIn) -> None:
    for _ in range(2):
        registered(cast.coordinator, cast.site)
    registered(cast.other_coordinator, cast.other_site)
    assert numbers(signed_in(cast.coordinator)) == ["01-002", "01-001"]
    assert numbers(signed_in(cast.other_investigator)) == ["02-001"]
    assert numbers(signed_in(cast.monitor)) == ["02-001", "01-002", "01-001"]
    assert numbers(signed_in(cast.monitor), "?site=01") == ["01-002", "01-001"]
    assert numbers(signed_in(cast.coordinator), "?site=02") == ["01-002", "01-001"]
    assert signed_in(cast.pharmacist).get("/participants/").status_code == 403


def test_pages_follow_each_other_without_gap_or_double(cast: Cast, signed_in: SignIn) -> None:
    for _ in range(43):
        registered(cast.coordinator, cast.site)
    client, seen, query = signed_in(cast.coordinator), [], ""
    while True:
        response = client.get(f"/participants/{query}")
        seen += [line.participant.SUBJID for line in response.context["page"].lines]
        if not response.context["next"]:
            break
        query = response.context["next"].removeprefix("/participants/")
    assert seen == [f"01-{number:03d}" for number in range(43, 0, -1)]


def test_the_number_of_queries_does_not_grow_with_the_participants(cast: Cast, signed_in: SignIn) -> None:
    client, counts = signed_in(cast.coordinator), []
    for wanted in (3, 30):
        while Participant.objects.count() < wanted:
            registered(cast.coordinator, cast.site)
        client.get("/participants/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/participants/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 6


def test_each_line_says_how_far_the_participant_has_come(cast: Cast, signed_in: SignIn) -> None:
    eligible, _ = signed_participant(cast)
    void, _ = signed_participant(cast)
    correct(cast.coordinator, void, "VS", WEIGHT="61")
    submitted = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=submitted)
    new = registered(cast.coordinator, cast.site)
    client = signed_in(cast.coordinator)
    text = words(client.get("/participants/").content)
    assert f"{eligible} 01 2 Mar 2026 19 of 19 Signed as eligible none yet open" in text
    assert f"{void} 01 2 Mar 2026 19 of 19 Review void" in text
    assert f"{submitted} 01 2 Mar 2026 19 of 19 Waiting for review" in text
    assert f"{new} 01 2 Mar 2026 1 of 19 In screening" in text
    assert numbers(client, "?standing=screening") == [str(new), str(void)]
    assert numbers(client, "?standing=review") == [str(submitted)]
    assert numbers(client, "?standing=signed") == [str(eligible)]
    assert numbers(client, "?standing=failure") == numbers(client, "?standing=number") == []
    assert numbers(client, "?q=-00") == ["01-004", "01-003", "01-002", "01-001"]
    assert numbers(client, "?q=003") == ["01-003"]


@pytest.mark.req("C1")
def test_who_may_not_see_eligibility_sees_none_in_the_list(cast: Cast, signed_in: SignIn) -> None:
    signed_participant(cast)
    text = words(signed_in(cast.lab_assessor).get("/participants/").content)
    assert "01-001" in text
    assert "Signed as eligible" not in text
    assert numbers(signed_in(cast.lab_assessor), "?standing=screening") == ["01-001"]


REGISTRATION = {"site": "01", "RFICDTC": "2026-03-02", "RFICTIM": "09:30", "ICVER": "1.0"}


def test_a_participant_is_registered_and_the_first_form_opens(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.coordinator)
    assert client.get("/participants/new/").status_code == 200
    response = client.post("/participants/new/", REGISTRATION | {"key": str(uuid.uuid4())})
    assert response.headers["Location"] == "/participants/01-001/S/SV/"
    assert Participant.objects.get().RFICDTC.isoformat() == "2026-03-02"


@pytest.mark.req("F7")
def test_registering_twice_with_one_form_registers_once(cast: Cast, signed_in: SignIn) -> None:
    client, key = signed_in(cast.coordinator), str(uuid.uuid4())
    for _ in range(2):
        client.post("/participants/new/", REGISTRATION | {"key": key})
    assert Participant.objects.count() == 1


@pytest.mark.req("D1", "P1")
@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("RFICDTC", "02.03.2026", "Write a full date as year-month-day, such as 2026-03-16."),
        ("RFICDTC", "2099-03-02", "This date lies in the future."),
        ("RFICTIM", "9 o'clock", "Write a time of day with 24 hours, such as 14:05."),
        ("ICVER", "", "Write the version that was signed."),
        ("ICVER", "13812345678", "telephone number"),
        ("site", "02", "Select a valid choice."),
    ],
)
def test_a_registration_that_cannot_be_says_what_is_allowed_and_keeps_what_was_typed(
    cast: Cast, signed_in: SignIn, field: str, text: str, says: str
) -> None:
    sent = REGISTRATION | {"key": str(uuid.uuid4()), field: text}
    response = signed_in(cast.coordinator).post("/participants/new/", sent)
    assert response.status_code == 422
    assert says in words(response.content)
    kept = {name: value for name, value in sent.items() if name != "site" and value}
    assert all(
        f'value="{value}"'.replace("'", "&#x27;") in response.content.decode() for value in kept.values()
    )
    assert not Participant.objects.exists()


@pytest.mark.req("C1")
def test_only_the_site_team_registers(cast: Cast, signed_in: SignIn) -> None:
    for person in (cast.monitor, cast.data_manager, cast.lab_assessor, cast.administrator):
        assert signed_in(person).get("/participants/new/").status_code == 403
        assert "Register a participant" not in words(signed_in(cast.monitor).get("/participants/").content)
