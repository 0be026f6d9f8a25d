"""The screening log and its diagram in a real browser: accessible, fitting wide and narrow, quiet."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from screening.review_models import Decision
from screening.review_states import ReviewState
from tests.screening.factories import Cast, make_cast
from tests.screening.log import made
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session

pytestmark = pytest.mark.django_db(transaction=True)


def fill(cast: Cast) -> None:
    """Screenings with every outcome."""
    for number in range(1, 8):
        on = made.CONSENTED + timedelta(days=number)
        one = made.participant(cast.coordinator, cast.site, number, on=on, randomized=number < 3)
        state = (
            ReviewState.SIGNED,
            ReviewState.VOIDED,
            ReviewState.SCREEN_FAILURE,
            ReviewState.RETURNED,
            ReviewState.SUBMITTED,
            ReviewState.SIGNED,
            None,
        )[number - 1]
        if state:
            void = Decision.APPROVED if state == ReviewState.VOIDED else None
            failed = ["EX03", "IN05"] if state == ReviewState.SCREEN_FAILURE else []
            made.review(one, state, by=cast.investigator, decision=void, failed=failed)


def test_log_and_diagram_are_accessible_and_fit_wide_and_narrow(
    page: Page, context: BrowserContext, live_server: LiveServer, console: list[str]
) -> None:
    cast = make_cast()
    take_session(context, live_server, cast.monitor)
    for filled in (False, True):
        if filled:
            fill(cast)
        for path in ("/screening-log/", "/screening-log/flow/"):
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(live_server.url + path)
                assert_fits(page)
                assert_accessible(page)
    assert console == []


def test_a_reason_in_the_diagram_leads_to_its_screenings_by_keyboard(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    fill(cast)
    take_session(context, live_server, cast.coordinator)
    page.goto(f"{live_server.url}/screening-log/")
    page.get_by_role("link", name="Flow diagram").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Flow of participants in your sites")
    page.get_by_role("link", name="EX03").press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("rowheader")).to_have_text("01-003")
    expect(page.get_by_label("Reason")).to_have_value("EX03")


def test_paper_has_the_whole_diagram_and_no_controls(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    fill(cast)
    take_session(context, live_server, cast.monitor)
    page.goto(f"{live_server.url}/screening-log/flow/")
    page.emulate_media(media="print")
    for heading in ("Assessed for eligibility", "Excluded", "Still in screening", "Randomized"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Screening log")).to_be_hidden()
