"""The rooms of a participant in a real browser, with real data: accessible, fitting, quiet, small."""

import gzip

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from screening.actions import submit_for_review
from tests.screening.factories import Cast, eligible_participant, signed_participant
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from tests.ui.steps import give_number

COLD_PAGE_BYTES = 60_000  # over the wire, as the proxy compresses it
WIDTHS = (1440, 390)

pytestmark = pytest.mark.django_db(transaction=True)


def _look(page: Page, address: str, said: list[str]) -> None:
    """Open a page at both widths and hold everything against it that a page must keep."""
    response = page.goto(address)
    assert response
    assert response.status == 200, address
    assert len(gzip.compress(response.body(), 6)) < COLD_PAGE_BYTES
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        assert_accessible(page)
    assert said == [], address


def test_what_a_coordinator_looks_at(
    page: Page, context: BrowserContext, live_server: LiveServer, console: list[str], cast: Cast
) -> None:
    participant, _ = signed_participant(cast)
    give_number(participant)
    SUBJID = participant.SUBJID
    take_session(context, live_server, cast.coordinator)
    for route, arguments in (
        ("home", []),
        ("screening:participants", []),
        ("screening:register", []),
        ("visits:casebook", [SUBJID]),
        ("visits:list", []),
        ("visits:visit", [SUBJID, "W2"]),
        ("crf:entry", [SUBJID, "S", "LB"]),
        ("crf:entry", [SUBJID, "S", "GC"]),
        ("crf:entry", [SUBJID, "W2", "VS"]),
        ("crf:history", [SUBJID, "S", "VS"]),
        ("crf:queries", []),
        ("visits:outbox", []),
    ):
        _look(page, live_server.url + reverse(route, args=arguments), console)


def test_what_an_investigator_looks_at(
    page: Page, context: BrowserContext, live_server: LiveServer, console: list[str], cast: Cast
) -> None:
    waiting = eligible_participant(
        cast.coordinator, cast.site, {"LB.ALT": {"value": "168", "unit": "U/L", "uln": "40"}}
    )
    submit_for_review(by=cast.coordinator, participant=waiting)
    signed, _ = signed_participant(cast)
    take_session(context, live_server, cast.investigator)
    for route, SUBJID in (
        ("screening:eligibility", waiting.SUBJID),
        ("screening:eligibility", signed.SUBJID),
        ("randomization:number", signed.SUBJID),
    ):
        _look(page, live_server.url + reverse(route, args=[SUBJID]), console)
