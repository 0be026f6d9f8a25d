"""Asking, waiting and the answer, as a browser gets them."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from randomization import actions, pages
from randomization.actions import request_number, take_up_answer, withdraw_requests
from randomization.models import TreatmentRequest
from randomization.states import State
from randomization.vault.answering import answer_waiting
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization.factories import OpenList, load_list, make_participants, make_person, make_site
from trialsite import clock, protocol
from trialsite.accounts.models import Role, Site, User

HTMX = {"HX-Request": "true"}
SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def url(participant: Participant) -> str:
    return reverse("randomization:number", kwargs={"SUBJID": participant.SUBJID})


@pytest.mark.req("B2")
def test_the_page_says_what_will_happen_and_has_one_button(
    sign_in: SignIn, investigator: User, url: str
) -> None:
    text = sign_in(investigator).get(url).content.decode()
    assert text.count('<button class="btn btn-primary">') == 1
    assert "never given again" in text
    assert "Waiting" not in text


@pytest.mark.req("B2")
def test_the_page_says_why_not_yet_and_offers_no_button(
    sign_in: SignIn, investigator: User, url: str
) -> None:
    with patch.object(pages, "number_refusal", return_value="No signature is in force."):
        text = sign_in(investigator).get(url).content.decode()
    assert "No signature is in force." in text
    assert '<button class="btn btn-primary">' not in text


@pytest.mark.req("B2")
def test_what_stands_in_the_way_is_checked_again_when_the_button_is_pressed(
    sign_in: SignIn, investigator: User, url: str
) -> None:
    with patch.object(actions, "number_refusal", return_value="No signature is in force."):
        answer = sign_in(investigator).post(f"{url}ask/", {"attempt": "1"}, follow=True)
    assert "No signature is in force." in answer.content.decode()
    assert not TreatmentRequest.objects.exists()


def test_asking_leads_to_waiting_and_waiting_to_the_number(
    vault_db: Connection, opened: OpenList, sign_in: SignIn, investigator: User, url: str
) -> None:
    client = sign_in(investigator)
    answer = client.post(f"{url}ask/", {"attempt": "1"}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    text = answer.content.decode()
    assert "Waiting for the vault" in text
    assert "you may leave this page" in text
    part = client.get(url, headers=HTMX).content.decode()
    assert part.lstrip().startswith("<section")
    assert 'hx-trigger="load delay:150ms, every 1s"' in text
    assert 'hx-trigger="every 1s"' in part

    answer_waiting(vault_db, opened.key)
    part = client.get(url, headers=HTMX).content.decode()
    request = TreatmentRequest.objects.get()
    assert request.state == State.TAKEN_UP  # the page has taken it up itself
    assert request.RANDNO
    assert request.KITNO
    assert request.RANDNO in part
    assert request.KITNO in part
    assert "hx-trigger" not in part
    assert "Go on to the Day 1 visit" in part
    participant = Participant.objects.get()
    assert (participant.RANDNO, participant.day1) == (request.RANDNO, request.on)


@pytest.mark.req("F7", "B3")
def test_two_clicks_a_replay_and_going_back_ask_once(
    vault_db: Connection, opened: OpenList, sign_in: SignIn, investigator: User, url: str
) -> None:
    clients = [sign_in(investigator), sign_in(investigator)]
    for client in clients:
        client.post(f"{url}ask/", {"attempt": "1"})
    answer_waiting(vault_db, opened.key)
    for client in clients:
        client.post(f"{url}ask/", {"attempt": "1"})
    request = TreatmentRequest.objects.get()
    assert request.attempt == 1
    assert vault_db.execute("SELECT count(*) FROM vault.allocation").fetchone() == (1,)


@pytest.mark.req("F7")
def test_an_old_form_does_not_ask_again_after_a_withdrawal_and_a_new_one_does(
    opened: OpenList, sign_in: SignIn, investigator: User, participant: Participant, url: str
) -> None:
    client = sign_in(investigator)
    client.post(f"{url}ask/", {"attempt": "1"})
    withdraw_requests(participant=participant)
    for old in ("1", "", "x", "-3", "99999999"):
        client.post(f"{url}ask/", {"attempt": old})
        assert TreatmentRequest.objects.get().state == State.WITHDRAWN
    text = client.get(url).content.decode()
    assert "The request was withdrawn." in text
    assert 'name="attempt" value="2"' in text
    client.post(f"{url}ask/", {"attempt": "2"})
    assert TreatmentRequest.objects.get().state == State.WAITING


@pytest.mark.req("L5", "B1")
def test_a_shortage_has_one_wording_and_leads_to_the_kits_of_the_site(
    vault_db: Connection, sign_in: SignIn, investigator: User, participant: Participant, url: str
) -> None:
    opened = load_list(vault_db, pairs=0)
    client = sign_in(investigator)
    client.post(f"{url}ask/", {"attempt": "1"})
    answer_waiting(vault_db, opened.key)
    text = client.get(url).content.decode()
    assert "No usable kit at this site. Ask for resupply." in text
    assert reverse("randomization:supply", args=["01"]) in text
    assert not any(arm.lower() in text.lower() for arm in protocol.ARMS)


@pytest.mark.req("B1", "S3")
def test_the_page_is_kept_nowhere_and_holds_no_arm(
    vault_db: Connection, opened: OpenList, sign_in: SignIn, investigator: User, url: str
) -> None:
    client = sign_in(investigator)
    client.post(f"{url}ask/", {"attempt": "1"})
    answer_waiting(vault_db, opened.key)
    for headers in ({}, HTMX):
        answer = client.get(url, headers=headers)
        assert "no-store" in answer["Cache-Control"]
        assert not any(arm.lower() in answer.content.decode().lower() for arm in protocol.ARMS)


@pytest.mark.req("C1")
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MONITOR, Role.DATA_MANAGER, Role.LAB_ASSESSOR])
def test_others_see_the_number_and_cannot_ask_for_it(
    sign_in: SignIn, site: Site, participant: Participant, url: str, role: Role
) -> None:
    client = sign_in(make_person(role, site))
    text = client.get(url).content.decode()
    assert "Only investigators at site 01 may ask for a treatment number" in text
    assert client.post(f"{url}ask/", {"attempt": "1"}).status_code == 403
    assert not TreatmentRequest.objects.exists()


@pytest.mark.req("C1")
def test_the_participant_of_another_site_does_not_exist(
    sign_in: SignIn, participant: Participant, url: str
) -> None:
    client = sign_in(make_person(Role.INVESTIGATOR, make_site("02")))
    assert client.get(url).status_code == 404
    assert client.post(f"{url}ask/", {"attempt": "1"}).status_code == 404


def test_the_kit_of_a_later_dose_comes_the_same_way(
    vault_db: Connection, opened: OpenList, sign_in: SignIn, investigator: User, participant: Participant
) -> None:
    client = sign_in(investigator)
    url = reverse("randomization:kit", kwargs={"SUBJID": participant.SUBJID, "visit": "W2"})
    assert "this participant has none" in client.get(url).content.decode()
    client.post(f"{url}ask/", {"attempt": "1"})
    assert not TreatmentRequest.objects.exists()

    request_number(participant=participant, by=investigator)
    answer_waiting(vault_db, opened.key)
    take_up_answer(request_id=TreatmentRequest.objects.get().pk)
    assert "can be asked for from" in client.get(url).content.decode()
    with clock.set_to(clock.now() + timedelta(days=14)):
        assert "Ask for the kit of Week 2" in client.get(url).content.decode()
        client.post(f"{url}ask/", {"attempt": "1"})
    assert "Waiting for the vault" in client.get(url).content.decode()
    answer_waiting(vault_db, opened.key)
    text = client.get(url).content.decode()
    request = TreatmentRequest.objects.get(visit="W2")
    assert request.KITNO
    assert request.KITNO in text
    assert "Record the dose of Week 2" in text


@pytest.mark.parametrize("visit", ["S", "D1", "W8", "X"])
def test_other_visits_have_no_kit_page(
    sign_in: SignIn, investigator: User, participant: Participant, visit: str
) -> None:
    url = reverse("randomization:kit", kwargs={"SUBJID": participant.SUBJID, "visit": visit})
    assert sign_in(investigator).get(url).status_code == 404
    assert sign_in(investigator).post(f"{url}ask/").status_code == 404


def test_asking_for_one_participant_says_nothing_of_another(
    opened: OpenList, sign_in: SignIn, site: Site, investigator: User
) -> None:
    first, second = make_participants(2, site, investigator)
    client = sign_in(investigator)
    client.post(reverse("randomization:ask_number", kwargs={"SUBJID": first.SUBJID}), {"attempt": "1"})
    url = reverse("randomization:number", kwargs={"SUBJID": second.SUBJID})
    assert "Waiting" not in client.get(url).content.decode()
