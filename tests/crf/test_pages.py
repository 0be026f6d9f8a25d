"""The pages of the crf room, by role."""

from collections.abc import Callable

import pytest
from django.test import Client

from screening.models import Participant
from trialsite.accounts.models import Role, User
from trialsite.crf.models import Query
from trialsite.crf.outcomes import Outcome
from trialsite.crf.queries import QueryMoved, answer_query, close_query

pytestmark = pytest.mark.django_db
VITAL_SIGNS = "/participants/01-001/S/VS/"


def signed_in(client: Client, user: User) -> Client:
    """The client as this person."""
    client.force_login(user)
    return client


def test_a_monitor_looks_and_asks_but_cannot_change(
    client: Client, submit: Callable[..., Outcome], person: Callable[..., User]
) -> None:
    submit()
    monitor = signed_in(client, person(Role.MONITOR, None))
    page = monitor.get(VITAL_SIGNS).content.decode()
    assert "Read only." in page
    assert '<fieldset class="crf-all" disabled>' in page
    assert monitor.post(VITAL_SIGNS, {"WEIGHT": "60", "version": "1"}).status_code == 403
    answer = monitor.post(f"{VITAL_SIGNS}query/", {"field": "WEIGHT", "text": "Is this the fasting weight?"})
    assert answer.status_code == 302
    assert "Is this the fasting weight?" in monitor.get(VITAL_SIGNS).content.decode()


def test_a_query_is_answered_by_the_site_and_closed_by_the_data_manager(
    client: Client, submit: Callable[..., Outcome], person: Callable[..., User], coordinator: User
) -> None:
    submit(PULSE="125", PULSE_OK="1")
    query = Query.objects.get()
    site = signed_in(client, coordinator)
    assert "Usual: 50 to 120 /min" in site.get("/queries/").content.decode()
    site.post(f"/queries/{query.pk}/answer/", {"answer": "Measured twice."})
    manager = person(Role.DATA_MANAGER, None)
    query.refresh_from_db()
    assert (query.state, query.answer) == ("answered", "Measured twice.")
    close_query(by=manager, query=query)
    with pytest.raises(QueryMoved, match="closed already"):
        answer_query(by=coordinator, query=query, answer="Once more.")


@pytest.mark.req("C1", "I1")
def test_what_may_not_be_seen_is_not_there(
    client: Client, participant: Participant, person: Callable[..., User]
) -> None:
    assert signed_in(client, person(Role.PHARMACIST, None)).get(VITAL_SIGNS).status_code == 403
    coordinator = signed_in(client, person(Role.COORDINATOR))
    for address in (
        "/participants/01-999/S/VS/",
        "/participants/01-001/S/ZZ/",
        "/participants/01-001/W2/LBI/",
    ):
        assert coordinator.get(address).status_code == 404


@pytest.mark.req("S6", "S3")
def test_what_was_typed_comes_back_as_text_not_as_markup(
    client: Client, participant: Participant, coordinator: User
) -> None:
    typed = {"ALLOTH": '"><script>alert(1)</script> tel 13800138000', "version": "0"}
    page = signed_in(client, coordinator).post("/participants/01-001/S/AL/", typed)
    assert page.status_code == 422
    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert" in page.content
    assert page["Cache-Control"] == "no-store"


def test_the_dictionary_lists_every_variable_of_every_form(client: Client, coordinator: User) -> None:
    page = signed_in(client, coordinator).get("/dictionary/").content.decode()
    for name in ("WEIGHT", "RECORDS.CMDOSTOT", "IVAB.IVABHALF", "EXKIT"):
        assert f">{name}<" in page
