"""The pages of events, reports and deviations: what they show to whom, at a fixed number of queries."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from tests.visits.deviations.test_deviations import propose
from tests.visits.safety.factories import HEADACHE, PNEUMONIA, put, saved
from tests.visits.safety.test_reports import sign
from trialsite.accounts.models import Role, User
from visits.deviations.models import ProposedDeviation
from visits.safety.models import SeriousEvent

DAY = date(2026, 3, 22)
PAGES = ("/participants/01-001/events/", "/participants/01-001/", "/safety/", "/safety/deviations/", "/")


def queries_of(client: Client, address: str) -> int:
    """How many statements a page takes."""
    with CaptureQueriesContext(
        connection,
    ) as done:
        assert client.get(address).status_code == 200
    return len(done)


def test_no_page_takes_more_queries_for_more_events(
    participant: Participant, coordinator: User, investigator: User, client: Client
) -> None:
    client.force_login(investigator)
    with on(DAY):
        for number, typed in enumerate((PNEUMONIA, HEADACHE), start=1):
            saved(put(coordinator, participant, typed, number=number))
        saved(put(coordinator, participant, {"HOSTDTC": "2026-03-20", "HOREAS": "Pneumonia"}, form="HO"))
        propose(participant)
        for address in PAGES:
            client.get(address)
        before = {address: queries_of(client, address) for address in PAGES}
        for number in range(3, 9):
            saved(put(coordinator, participant, PNEUMONIA if number % 2 else HEADACHE, number=number))
            propose(participant, cause=f"booked-outside:{number}")
        assert {address: queries_of(client, address) for address in PAGES} == before


@pytest.mark.req("C1")
def test_another_site_sees_neither_event_nor_report_nor_proposal(
    participant: Participant, coordinator: User, client: Client
) -> None:
    with on(DAY):
        saved(put(coordinator, participant, PNEUMONIA))
    proposed = propose(participant)
    stranger = cast.make_person(Role.INVESTIGATOR, cast.make_site("02"))
    client.force_login(stranger)
    folder = "/participants/01-001/events/"
    for address in (folder, f"{folder}1/report/", f"{folder}1/report/1.pdf"):
        assert client.get(address).status_code == 404
    for address in (
        f"{folder}add/AE/",
        f"{folder}1/report/sign/",
        f"/safety/deviations/{proposed.pk}/record/",
    ):
        assert client.post(address).status_code == 404
    for address in ("/safety/", "/safety/deviations/"):
        assert "01-001" not in client.get(address).text


@pytest.mark.req("C1", "I2")
def test_a_monitor_reads_the_report_and_its_pdf_and_can_do_nothing(
    participant: Participant, coordinator: User, investigator: User, client: Client
) -> None:
    with on(DAY):
        saved(put(coordinator, participant, PNEUMONIA))
        sign(
            investigator,
            SeriousEvent.objects.select_related("record__participant__site", "participant__site").get(),
        )
    client.force_login(cast.make_person(Role.MONITOR, None))
    page = client.get("/participants/01-001/events/1/report/").text
    assert "Follow-up due" in page
    assert "Your password" not in page
    answer = client.get("/participants/01-001/events/1/report/1.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(part.extract_text() for part in PdfReader(BytesIO(answer.content)).pages)
    assert "Initial report" in text
    assert client.get("/participants/01-001/events/1/report/2.pdf").status_code == 404
    assert client.post("/participants/01-001/events/add/AE/").status_code == 403
    assert client.post("/participants/01-001/events/1/report/close/").status_code == 403


@pytest.mark.req("E3")
def test_a_wrong_password_signs_nothing_and_says_so(
    participant: Participant, coordinator: User, investigator: User, client: Client
) -> None:
    with on(DAY):
        saved(put(coordinator, participant, PNEUMONIA))
        client.force_login(investigator)
        answer = client.post(
            "/participants/01-001/events/1/report/sign/", {"seen_hash": "0" * 64, "password": "guess"}
        )
    assert answer.status_code == 422
    assert "This is not your password" in answer.text


def test_what_is_missing_and_overdue_stands_on_the_first_page(
    participant: Participant, coordinator: User, client: Client
) -> None:
    with on(DAY):
        saved(put(coordinator, participant, PNEUMONIA))
        propose(participant)
    client.force_login(coordinator)
    with on(date(2026, 3, 23)):
        page = client.get("/").text
        assert "To be reported, overdue by" in page
        assert "HO missing" in page
        assert "Deviations to classify" in page
        casebook = client.get("/participants/01-001/").text
    assert "An event led to a hospital stay, the stay is missing" in casebook
    assert "To be reported, overdue by" in casebook


def test_a_list_of_the_study_is_narrowed_and_paged(
    participant: Participant, coordinator: User, client: Client
) -> None:
    with on(DAY):
        saved(put(coordinator, participant, PNEUMONIA))
        saved(put(coordinator, participant, HEADACHE, number=2))
    client.force_login(coordinator)
    everything = client.get("/safety/").text
    assert everything.index("Pneumonia") < everything.index("Headache")
    for shown in ("serious", "open", "interest"):
        page = client.get(f"/safety/?show={shown}").text
        assert "Pneumonia" in page
        assert "Headache" not in page
    assert client.get("/safety/?page=2").status_code == 200
    assert client.get("/safety/?page=x&show=y").status_code == 200


def test_a_proposal_is_dismissed_from_the_page(
    participant: Participant, coordinator: User, client: Client
) -> None:
    proposed = propose(participant)
    client.force_login(coordinator)
    address = f"/safety/deviations/{proposed.pk}/dismiss/"
    assert "placebo" in client.post(address, {"reason": "like placebo"}).text
    assert client.post(address, {"reason": "Agreed with the sponsor"}).status_code == 302
    assert ProposedDeviation.objects.get().reason == "Agreed with the sponsor"
    assert "Agreed with the sponsor" in client.get("/safety/deviations/").text
