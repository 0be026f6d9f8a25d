"""The screening log as a file: its columns, formulas that stay text, and the event that it leaves."""

import csv
import hashlib
import io
from datetime import UTC, datetime

import pytest
from django.test import Client

from screening.log_file import COLUMNS
from screening.reasons import words_of
from screening.review_states import ReviewState
from tests.screening.factories import Cast
from tests.screening.log import made
from tests.screening.review.conftest import SignIn
from trialsite import clock
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from trialsite.audit.events import events

pytestmark = pytest.mark.django_db
FILE = "/screening-log/file/"


def download(client: Client, query: str = "") -> tuple[str, bytes]:
    """The name of the file and its bytes."""
    with clock.set_to(datetime(2026, 3, 20, 3, tzinfo=UTC)):
        response = client.get(FILE + query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return response["Content-Disposition"], b"".join(response)


def lines(content: bytes) -> list[dict[str, str]]:
    """The lines of the file, by column."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_file_has_a_line_a_screening_with_what_the_page_shows(cast: Cast, signed_in: SignIn) -> None:
    one = made.participant(cast.coordinator, cast.site, 1)
    made.review(
        one, ReviewState.SCREEN_FAILURE, by=cast.investigator, failed=["EX03", "IN05"], note="Too few."
    )
    two = made.participant(cast.coordinator, cast.site, 2, randomized=True, after=one)
    made.review(two, ReviewState.SIGNED, by=cast.investigator)
    name, content = download(signed_in(cast.coordinator))
    assert name == 'attachment; filename="promis-mda5-screening-log-2026-03-20.csv"'
    second, first = lines(content)
    assert list(first) == list(COLUMNS)
    registered = first.pop("Registered at")
    assert datetime.fromisoformat(registered).utcoffset() is not None
    assert first == {
        "Number": "01-001",
        "Site": "01",
        "Screened before as": "",
        "Screened again as": "01-002",
        "Consent": "2026-03-02",
        "Registered by": "Dr Coordinator",
        "Submitted at": "2026-03-04T10:05+08:00",
        "Submitted by": "Dr Investigator",
        "Outcome": "Excluded",
        "Reasons": f"{words_of('EX03')}; {words_of('IN05')}",
        "Note": "Too few.",
        "Decision": "Screening failure",
        "Signed at": "2026-03-07T01:30+08:00",
        "Signed by": "Dr Investigator",
        "Days from consent to decision": "5",
        "Number given on": "",
    }
    assert (
        second["Screened before as"],
        second["Outcome"],
        second["Decision"],
        second["Number given on"],
    ) == (
        "01-001",
        "Randomized",
        "Eligible",
        "2026-03-16",
    )


@pytest.mark.req("X2")
@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_takes_nothing_in_the_file_for_a_formula(
    cast: Cast, signed_in: SignIn, begin: str
) -> None:
    formula = f'{begin}HYPERLINK("http://198.51.100.9/","a")'
    one = made.participant(cast.coordinator, cast.site, 1)
    made.review(one, ReviewState.SCREEN_FAILURE, by=cast.investigator, failed=["EX03"], note=formula)
    with acting("system:tests"):
        User.objects.filter(pk=cast.coordinator.pk).update(full_name=formula)
    (line,) = lines(download(signed_in(cast.monitor))[1])
    assert line["Note"] == line["Registered by"] == f"'{formula}"
    assert not [value for value in line.values() if value.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.req("A6", "X1")
def test_each_download_is_an_event_with_the_hash_of_the_file(cast: Cast, signed_in: SignIn) -> None:
    made.participant(cast.coordinator, cast.site, 1)
    made.participant(cast.coordinator, cast.site, 2, randomized=True)
    client = signed_in(cast.coordinator)
    _, content = download(client, "?outcome=randomized")
    (event,) = events(what="exported")
    assert event.actor == "coordinator"
    assert event.address == "127.0.0.1"
    assert event.details == {
        "file": "promis-mda5-screening-log-2026-03-20.csv",
        "sites": ["01"],
        "outcome": "randomized",
        "rows": 1,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert download(client, "?outcome=randomized")[1] == content
    assert client.head(FILE).status_code == client.post(FILE).status_code == 405
    assert len(list(events(what="exported"))) == 2


@pytest.mark.req("C1")
def test_the_file_holds_the_own_sites_only(cast: Cast, signed_in: SignIn) -> None:
    made.participant(cast.coordinator, cast.site, 1)
    made.participant(cast.other_coordinator, cast.other_site, 1)
    for person, query, expected in (
        (cast.coordinator, "", ["01-001"]),
        (cast.coordinator, "?site=02", ["01-001"]),
        (cast.other_investigator, "", ["02-001"]),
        (cast.monitor, "", ["02-001", "01-001"]),
        (cast.monitor, "?site=02", ["02-001"]),
    ):
        assert [line["Number"] for line in lines(download(signed_in(person), query)[1])] == expected


def test_a_log_longer_than_a_page_is_whole_and_in_order(cast: Cast, signed_in: SignIn) -> None:
    for number in range(1, 41):
        made.participant(cast.coordinator, cast.site, number)
    found = lines(download(signed_in(cast.coordinator))[1])
    assert [line["Number"] for line in found] == [f"01-{number:03d}" for number in range(40, 0, -1)]
