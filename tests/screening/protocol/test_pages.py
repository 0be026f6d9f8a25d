"""The pages of the protocol's versions: who reads, who makes, and that nothing typed is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.criteria.tables import ProtocolTables, Reference
from screening.protocol_tables.loading import tables_in_force
from screening.protocol_tables.models import ProtocolVersion
from tests.screening.factories import PASSWORD, Cast, eligible_participant, make_cast, signed_participant
from tests.screening.protocol.versions import JAK, RITUXIMAB, STAYS, WITHIN_A_YEAR, publish, today
from trialsite import clock
from trialsite.accounts.models import User

pytestmark = pytest.mark.django_db
NEXT = "/protocol/next/"


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.set_to(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        yield make_cast()


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    """The page as an administrator fills it for one drug and one criterion."""
    return {
        "number": 2,
        "reason": "Amendment 1 of 3 March 2026",
        "effective": today().isoformat(),
        "password": PASSWORD,
        "medication-TOTAL_FORMS": 1,
        "medication-INITIAL_FORMS": 0,
        "medication-0-name": "JAK inhibitors",
        "medication-0-kind": "CLASS",
        "medication-0-synonyms": "JAK inhibitor",
        "medication-0-members": "tofacitinib\n托法替布; tofacitinib",
        "medication-0-window_days": 30,
        "medication-0-reference": "SCREENING",
        "medication-0-note": "Section 5.2",
        "attestation-TOTAL_FORMS": 1,
        "attestation-INITIAL_FORMS": 0,
        "attestation-0-code": "in06",
        "attestation-0-text": WITHIN_A_YEAR.text,
        "attestation-0-question": WITHIN_A_YEAR.question,
        **changes,
    }


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_everybody_reads_the_versions_and_only_the_administrator_is_offered_the_next(cast: Cast) -> None:
    publish(cast.administrator, prohibited=[JAK], attestations=[STAYS])
    for user in (cast.coordinator, cast.monitor, cast.pharmacist, cast.statistician):
        page = as_(user).get("/protocol/")
        assert page.status_code == 200
        assert "JAK inhibitors" in text(page)
        assert STAYS.question in text(page)
        assert NEXT not in text(page)
        assert as_(user).get(NEXT).status_code == 403
        assert as_(user).post(NEXT, typed(publish="1")).status_code == 403
    assert NEXT in text(as_(cast.administrator).get("/protocol/"))


def test_each_version_has_its_page_and_another_number_none(cast: Cast) -> None:
    publish(cast.administrator, prohibited=[JAK])
    client = as_(cast.coordinator)
    assert "No list" in text(client.get("/protocol/1/"))
    assert "Added:</strong> JAK inhibitors, before screening" in text(client.get("/protocol/2/"))
    assert client.get("/protocol/3/").status_code == 404


def test_what_was_written_is_published_as_written(cast: Cast) -> None:
    response = as_(cast.administrator).post(NEXT, typed(publish="1"))
    assert response.status_code == 302
    reason = "Amendment 1 of 3 March 2026"
    assert tables_in_force(today()) == ProtocolTables(2, f"version 2, {reason}", (JAK,), (WITHIN_A_YEAR,))


def test_looking_publishes_nothing_and_says_what_is_different(cast: Cast) -> None:
    page = as_(cast.administrator).post(NEXT, typed(look="1", password=""))
    assert page.status_code == 200
    assert "Added:</strong> IN06" in text(page)
    assert not ProtocolVersion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"password": "wrong"}, "This is not your password"),
        ({"password": ""}, "This field is required"),
        ({"reason": ""}, "This field is required"),
        ({"effective": "tomorrow"}, "Write a full date"),
        ({"effective": "2026-03-09"}, "never reaches back"),
        ({"medication-0-window_days": "-1"}, "greater than or equal to 0"),
        ({"medication-0-members": ""}, "name its drugs"),
        ({"attestation-0-code": "IN05"}, "no code"),
        ({"number": 3}, "published meanwhile"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(cast: Cast, changes: dict[str, Any], says: str) -> None:
    page = as_(cast.administrator).post(NEXT, typed(publish="1", **changes))
    assert page.status_code == 422
    assert says in text(page)
    assert "JAK inhibitors" in text(page)
    assert WITHIN_A_YEAR.question in text(page)
    assert not ProtocolVersion.objects.exists()


def test_the_next_version_begins_with_the_rows_of_the_latest(cast: Cast) -> None:
    publish(cast.administrator, prohibited=[JAK, RITUXIMAB], attestations=[STAYS])
    page = as_(cast.administrator).get(NEXT)
    for words in ("JAK inhibitors", "rituximab", STAYS.question, "托法替布"):
        assert words in text(page)


def test_a_row_is_left_out_and_an_empty_one_does_not_count(cast: Cast) -> None:
    publish(cast.administrator, prohibited=[JAK, RITUXIMAB])
    rows = {
        "number": 3,
        "medication-TOTAL_FORMS": 3,
        "medication-INITIAL_FORMS": 2,
        "medication-0-DELETE": "on",
        "medication-1-name": "rituximab",
        "medication-1-kind": "DRUG",
        "medication-1-window_days": 180,
        "medication-1-reference": Reference.RANDOMIZATION.value,
        "medication-2-kind": "DRUG",
        "medication-2-reference": "SCREENING",
        "attestation-TOTAL_FORMS": 0,
    }
    response = as_(cast.administrator).post(NEXT, typed(publish="1", **rows))
    assert response.status_code == 302, text(response)
    assert tables_in_force(today()).prohibited == (RITUXIMAB,)


@pytest.mark.parametrize("added", ["medication", "attestation"])
def test_adding_a_row_keeps_the_others(cast: Cast, added: str) -> None:
    page = as_(cast.administrator).post(NEXT, typed(add=added))
    assert page.status_code == 200
    assert f'name="{added}-1-' in text(page)
    assert WITHIN_A_YEAR.text in text(page)


def test_the_eligibility_page_says_calmly_that_there_is_a_newer_version(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    address = f"/participants/{participant.SUBJID}/eligibility/"
    client = as_(cast.investigator)
    assert "Judged under version" not in text(client.get(address))
    publish(cast.administrator, prohibited=[JAK])
    assert "Judged under version 1 of the protocol." in text(client.get(address))
    assert "In force now: version 2" in text(client.get(f"{address}{review.pk}/"))


def test_the_form_of_the_further_criteria_asks_what_the_version_asks(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    client = as_(cast.coordinator)
    form = f"/participants/{participant.SUBJID}/S/PA/"
    assert client.get(form).status_code == 404
    assert form not in text(client.get(f"/participants/{participant.SUBJID}/S/CM/"))
    publish(cast.administrator, attestations=[WITHIN_A_YEAR, STAYS])
    assert form in text(client.get(f"/participants/{participant.SUBJID}/S/CM/"))
    page = text(client.get(form))
    assert WITHIN_A_YEAR.question in page
    assert STAYS.question in page
    assert "Add a row" not in page


def test_the_page_of_the_versions_costs_no_more_with_more_rows(cast: Cast) -> None:
    client = as_(cast.coordinator)

    def queries() -> int:
        client.get("/protocol/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/protocol/").status_code == 200
        return len(captured)

    publish(cast.administrator, prohibited=[JAK])
    first = queries()
    publish(cast.administrator, prohibited=[JAK, RITUXIMAB], attestations=[STAYS])
    assert queries() == first
