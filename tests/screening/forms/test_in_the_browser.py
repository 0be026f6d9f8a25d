"""Proposed answers in a real browser: filled in, explained, changed, cleared, submitted."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from screening.forms.rapid_progression import RapidProgression
from tests.screening.factories import eligible_participant, make_cast
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_proposed_answer_is_filled_in_until_a_person_decides(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site, without=("RP",))
    take_session(context, live_server, cast.coordinator)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/participants/{participant}/S/RP/")
    page.locator("[name=RPDTC]").fill("2026-03-02")
    page.locator("[name=RPWORS4W][value=Y]").check()
    lung, gases = page.locator("#f-RPPFT"), page.locator("#f-RPABG")
    yes, no = (lung.get_by_role("radio", name=name, exact=True) for name in ("Yes", "No"))
    expect(yes).to_be_visible()

    # FVC is 74.2 % now. The proposal follows the numbers as long as nobody has chosen.
    page.locator("[name=PRFVCPP]").fill("85")
    page.locator("[name=PRFVCPP]").press("Tab")
    expect(yes).to_be_checked()
    expect(lung).to_contain_text("Proposed from the numbers: Yes. FVC 85 to 74.2 % of predicted")
    expect(gases.locator("input:checked:not([value=''])")).to_have_count(0)
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        assert_accessible(page)
    page.locator("[name=PRFVCPP]").fill("75")
    page.locator("[name=PRFVCPP]").press("Tab")
    expect(no).to_be_checked()
    expect(lung).to_contain_text("Proposed from the numbers: No. FVC 75 to 74.2 %")

    # Not kept anywhere: another visit of the page proposes it anew from the numbers.
    page.reload()
    expect(no).to_be_checked()
    expect(lung).to_contain_text("Proposed from the numbers: No.")

    # Cleared by a person, it is not filled in again, whatever the numbers become.
    lung.locator(".radio-none").click()
    expect(lung).not_to_contain_text("Proposed from the numbers")
    page.locator("[name=PRFVCPP]").fill("85")
    page.locator("[name=PRFVCPP]").press("Tab")
    page.locator("[name=PRPAO2]").fill("95")
    page.locator("[name=PRPAO2]").press("Tab")
    expect(gases).to_contain_text("Proposed from the numbers: Yes. PaO2 95 to 82 mmHg: 13 mmHg less.")
    expect(yes).not_to_be_checked()
    expect(no).not_to_be_checked()

    # Confirmed with a click on what is chosen already, it is the person's own.
    gases.get_by_role("radio", name="Yes", exact=True).click()
    expect(gases).not_to_contain_text("Proposed from the numbers")
    page.locator("[name=PRPAO2]").fill("85")
    page.locator("[name=PRPAO2]").press("Tab")
    expect(page.locator("#kept")).to_contain_text("Kept")
    expect(gases.get_by_role("radio", name="Yes", exact=True)).to_be_checked()

    yes.check()
    for name in ("RPDYSP", "RPHRCT"):
        page.locator(f"[name={name}][value=N]").check()
    page.locator("[name=RPREAS]").fill("Fell within three weeks of the first cough.")
    page.get_by_role("button", name="Submit form").click()
    page.wait_for_url(lambda url: "/RP/" not in url)
    expect(page.get_by_text("Rapidly progressive ILD is complete.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    stored = RapidProgression.objects.get()
    assert (stored.RPPFT, stored.RPABG, stored.record.state) == ("Y", "Y", "complete")
    # A check that a later one replaced is called off, and htmx says so.
    replaced = ("htmx:afterRequest", "htmx:sendAbort")
    assert [each for each in complaints if not each.startswith(replaced)] == []
