"""The pages of the supply, as a browser gets them: who may see what, and that nothing tells an arm."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from randomization.actions import take_up_answer
from randomization.models import Kit, KitReport, NumberError, Shipment
from randomization.vault import kits_report, kits_shipping
from randomization.vault.database import Connection
from randomization.vault.kits_packing import Pack
from screening.models import Participant
from tests.randomization import factories
from tests.randomization.conftest import Ask
from tests.randomization.factories import given
from tests.randomization.supply.conftest import Stocked
from tests.randomization.supply.factories import EARLY, load_kits, person
from trialsite import protocol
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting

PASSWORD = "a password of the tests"


def signed_in(user: User) -> Client:
    with acting("system:tests"):
        user.set_password(PASSWORD)
        user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def site_page(site: Site) -> str:
    return reverse("randomization:supply", args=[site.code])


@pytest.mark.req("E3", "L5")
def test_pairs_are_ordered_sent_and_received_on_the_pages(
    vault_db: Connection, listed: factories.OpenList, site: Site, site_page: str
) -> None:
    load_kits(vault_db, listed.key, Pack("01", "A1", EARLY, 8))
    coordinator = signed_in(person(Role.COORDINATOR, site))
    pharmacist = signed_in(person(Role.PHARMACIST))
    refused = coordinator.post(f"{site_page}order/", {"pairs": "9"})
    assert refused.status_code == 422
    assert "has 8 pairs" in refused.content.decode()
    coordinator.post(f"{site_page}order/", {"pairs": "7"})
    shipment = Shipment.objects.get()
    assert kits_shipping.prepare_waiting(vault_db, listed.key) == 1
    here = reverse("randomization:shipment", args=["01", shipment.pk])
    assert "Sign and send" not in coordinator.get(here).content.decode()
    assert coordinator.post(f"{here}send/", {"password": PASSWORD}).status_code == 403
    assert pharmacist.post(f"{here}send/", {"password": "wrong"}).status_code == 422
    assert pharmacist.post(f"{here}send/", {"password": PASSWORD}).status_code == 302

    kits = list(shipment.kits.values_list("KITNO", flat=True))
    answers = {f"kit_{KITNO}": "ok" for KITNO in kits}
    signature = {"lowest": "2.5", "highest": "7.0", "password": PASSWORD}
    left_out = {key: value for key, value in answers.items() if key != f"kit_{kits[0]}"}
    refused = coordinator.post(f"{here}receive/", left_out | signature)
    assert refused.status_code == 422
    assert f"1 are left, first {kits[0]}" in refused.content.decode()
    assert refused.content.decode().count(" checked>") == len(kits) - 1  # nothing that was ticked is lost
    assert coordinator.post(f"{here}receive/", answers | signature).status_code == 302
    text = coordinator.get(site_page).content.decode()
    assert '<strong class="num">7</strong> doses can be given' in text


@pytest.mark.req("L2", "L5", "B1")
def test_no_page_of_a_blinded_person_holds_an_arm(stocked: Stocked, site: Site, site_page: str) -> None:
    stocked(3)
    for role in (Role.COORDINATOR, Role.INVESTIGATOR, Role.MONITOR, Role.DATA_MANAGER):
        client = signed_in(person(role, site))
        for url in ("/supply/", site_page, f"{site_page}ledger/"):
            answer = client.get(url)
            assert answer.status_code == 200
            assert not any(arm.lower() in answer.content.decode().lower() for arm in protocol.ARMS)


@pytest.mark.req("C1")
def test_the_kits_of_another_site_are_not_found(stocked: Stocked, site: Site) -> None:
    other = factories.make_site("02")
    client = signed_in(person(Role.COORDINATOR, other))
    assert client.get(reverse("randomization:supply", args=["01"])).status_code == 404


@pytest.mark.req("C1", "B1")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.PHARMACIST])
def test_contents_are_forbidden_to_everybody_but_the_pharmacist(site: Site, role: Role) -> None:
    client = signed_in(person(role, site))
    for url in ("/kit-contents/", f"/kit-contents/{uuid.uuid4()}/"):
        assert client.get(url).status_code == 403
    for url in ("/kit-contents/ask/", f"/kit-contents/{uuid.uuid4()}/show/"):
        assert client.post(url, {"password": PASSWORD}).status_code == 403


@pytest.mark.req("B6", "L21", "S3")
def test_the_pharmacist_asks_waits_and_sees_the_contents_once(
    vault_db: Connection, stocked: Stocked, listed: factories.OpenList
) -> None:
    kits = stocked(3)
    client = signed_in(person(Role.PHARMACIST))
    asked = client.post("/kit-contents/ask/", {"password": PASSWORD, "key": str(uuid.uuid4())})
    report = KitReport.objects.get()
    assert asked.headers["Location"] == reverse("randomization:kit_report", args=[report.pk])
    assert "Waiting for the vault" in client.get(asked.headers["Location"]).content.decode()
    kits_report.answer_waiting(vault_db, listed.key)
    assert "Show the contents" in client.get(asked.headers["Location"]).content.decode()
    stranger = Client()
    stranger.force_login(person(Role.PHARMACIST))  # the same account in another browser
    assert stranger.post(f"/kit-contents/{report.pk}/show/").status_code == 302
    shown = client.post(f"/kit-contents/{report.pk}/show/")
    text = shown.content.decode()
    assert all(kit.KITNO in text for kit in kits)
    assert all(arm in text for arm in protocol.ARMS)
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.post(f"/kit-contents/{report.pk}/show/").status_code == 302
    assert "Shown already" in client.get(asked.headers["Location"]).content.decode()


@pytest.mark.req("E3")
def test_ticked_kits_are_set_aside_and_stay_ticked_when_something_is_missing(
    stocked: Stocked, site: Site, site_page: str
) -> None:
    one, other, *_ = (kit.KITNO for kit in stocked(3))
    client = signed_in(person(Role.COORDINATOR, site))
    typed = {"kit": [one, other], "act": "QUARANTINE", "cause": "DAMAGE", "reason": "Dropped"}
    refused = client.post(f"{site_page}kits/", typed | {"password": "wrong"})
    assert refused.status_code == 422
    assert refused.content.decode().count(" checked>") == 2
    assert client.post(f"{site_page}kits/", typed | {"password": PASSWORD}).status_code == 302
    assert Kit.objects.filter(state="QUARANTINED").count() == 2
    forbidden = client.post(f"{site_page}kits/", typed | {"act": "DESTROY", "password": PASSWORD})
    assert forbidden.status_code == 422  # a choice that this person does not have


def test_the_page_takes_the_same_number_of_queries_however_many_kits(
    stocked: Stocked, site: Site, site_page: str
) -> None:
    client = signed_in(person(Role.COORDINATOR, site))
    client.get(site_page)  # what is kept for the next page is read once
    counts = []
    for lot, pairs in (("A1", 1), ("A2", 9)):
        stocked(pairs, lot)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(site_page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.req("B3")
def test_an_investigator_records_that_a_number_was_given_in_error(
    vault_db: Connection,
    ask: Ask,
    stocked: Stocked,
    listed: factories.OpenList,
    participant: Participant,
    investigator: User,
    site: Site,
) -> None:
    stocked(2)
    request = take_up_answer(request_id=given(vault_db, listed, ask(participant)).id)
    client = signed_in(investigator)
    here = reverse("randomization:given_in_error", args=[participant.SUBJID, "D1"])
    assert (request.RANDNO or "") in client.get(here).content.decode()
    typed = {"reason": "The wrong participant was opened"}
    assert client.post(here, typed | {"password": "wrong"}).status_code == 422
    assert client.post(here, typed | {"password": PASSWORD}).status_code == 302
    assert NumberError.objects.get().by == investigator
    report = signed_in(person(Role.DATA_MANAGER)).get("/strata/").content.decode()
    assert participant.SUBJID in report
    assert typed["reason"] in report
    assert client.get("/strata/").status_code == 403
