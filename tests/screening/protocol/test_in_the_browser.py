"""An administrator makes a version in a real browser; a coordinator answers what it asks."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.screening.factories import PASSWORD, eligible_participant, make_cast, signed_participant
from tests.screening.protocol.versions import STAYS
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_administrator_publishes_a_version_and_it_is_asked(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site)
    signed, _ = signed_participant(cast)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    take_session(context, live_server, cast.administrator)
    page.goto(f"{live_server.url}/protocol/")
    page.get_by_role("link", name="Make the next version").click()
    page.get_by_role("button", name="Add a drug or class").click()
    page.get_by_label("Name", exact=True).fill("JAK inhibitors")
    page.get_by_label("What it is").select_option(label="Class of drugs")
    page.get_by_label("Drugs of the class").fill("tofacitinib\n托法替布")
    page.get_by_label("Window in days").fill("30")
    page.get_by_role("button", name="Add a criterion").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("JAK inhibitors")
    page.get_by_label("Code").fill(STAYS.code)
    page.get_by_label("Text", exact=True).fill(STAYS.text)
    page.get_by_label("Question to the site").fill(STAYS.question)
    page.get_by_label("Reason").fill("Amendment 1")
    page.get_by_role("button", name="Look at the differences").click()
    expect(page.get_by_text("Added: JAK inhibitors, before screening")).to_be_visible()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("This is not your password")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Protocol, version 2")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)
    # The refused password is answered with 422, which a browser reports.
    assert [said for said in complaints if "422" not in said] == []

    context.clear_cookies()
    take_session(context, live_server, cast.coordinator)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/participants/{signed}/eligibility/")
    expect(page.get_by_text("Judged under version 1 of the protocol.")).to_be_visible()
    page.goto(f"{live_server.url}/participants/{participant}/S/PA/")
    expect(page.get_by_role("cell", name=STAYS.question)).to_be_visible()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_label("Date of the answers").first.fill("2026-03-02")
    page.get_by_label("Answer", exact=True).select_option("Y")
    page.get_by_role("button", name="Submit form").click()
    page.wait_for_url(lambda address: not address.endswith("/PA/"))
    page.goto(f"{live_server.url}/participants/{participant}/eligibility/")
    expect(page.locator("#IN06")).to_contain_text("Met")
