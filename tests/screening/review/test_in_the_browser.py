"""The pages of screening in a real browser: accessible, fitting, signed by keyboard, complete on paper."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from screening.actions import submit_for_review
from tests.screening.factories import (
    PASSWORD,
    eligible_participant,
    make_cast,
    registered,
    signed_participant,
)
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session

pytestmark = pytest.mark.django_db(transaction=True)
PLAT_40 = {"LB.PLAT": {"value": "40", "unit": "10^9/L"}}


def test_every_page_is_accessible_and_fits_wide_and_narrow(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    signed, review = signed_participant(cast)
    refused = eligible_participant(cast.coordinator, cast.site, PLAT_40, without=("TB",))
    submit_for_review(by=cast.coordinator, participant=refused)
    new = registered(cast.coordinator, cast.site)
    take_session(context, live_server, cast.investigator)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for path in (
        "/participants/",
        "/participants/new/",
        f"/participants/{new}/eligibility/",
        f"/participants/{refused}/eligibility/",
        f"/participants/{refused}/eligibility/?unfold",
        f"/participants/{signed}/eligibility/",
        f"/participants/{signed}/eligibility/{review.pk}/",
    ):
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(live_server.url + path)
            assert_fits(page)
        assert_accessible(page)
    assert complaints == []


@pytest.mark.req("E1", "E3")
def test_an_investigator_signs_with_the_keyboard_alone_and_the_paper_says_it_all(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=participant)
    take_session(context, live_server, cast.investigator)
    page.goto(f"{live_server.url}/participants/{participant}/eligibility/")
    page.get_by_label("Your password").first.focus()
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This is not your password")
    page.get_by_label("Your password").first.focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Signed: eligible.")
    page.emulate_media(media="print")
    for words in ("Signed by Dr Investigator", "UTC", "Every inclusion criterion is met", "Signature "):
        expect(page.locator(".timeline")).to_contain_text(words)
    expect(page.locator(".timeline")).to_be_visible()
