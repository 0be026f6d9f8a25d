"""A low neutrophil count, its retest, and the criterion that turns; a person who is screened again."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.screening.factories import eligible_participant, make_cast
from tests.screening.rescreening.test_screening_again import again, failed
from tests.screening.retest.samples import count
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from trialsite import clock

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (1440, 390)


@pytest.fixture(autouse=True)
def day() -> Iterator[None]:
    """The day on which the example is to be randomized."""
    with clock.set_to(datetime(2026, 3, 16, 2, tzinfo=UTC)):
        yield


def look(page: Page, name: str) -> None:
    """The page fits and is accessible, wide and narrow."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        if folder := os.environ.get("EDC_PICTURES"):
            page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
    assert_accessible(page)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def test_a_low_count_is_measured_again_and_the_criterion_turns(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    low = eligible_participant(cast.coordinator, cast.site, {"LB.NEUT": count("0.8")})
    take_session(context, live_server, cast.coordinator)
    eligibility = f"{live_server.url}/participants/{low}/eligibility/"
    page.goto(eligibility)
    expect(page.locator("#EX03")).to_contain_text("Applies")

    page.goto(f"{live_server.url}/participants/{low}/S/LB/")
    look(page, "planned")
    page.get_by_role("link", name="Add a retest").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("retest 1")
    page.fill("[name=NEUT]", "1.4")
    page.locator("[name=NEUT]").blur()
    expect(page.locator("#n-NEUT")).to_contain_text("Before: 0.8 10^9/L, 2026-03-02.")
    page.get_by_role("button", name="Submit form").click()
    expect(page.locator("form.crf")).to_contain_text("Not submitted.")
    expect(page.locator("#n-LBDTC")).to_contain_text("A retest needs the day")
    look(page, "retest-refused")
    page.fill("[name=LBDTC]", "2026-03-09")
    page.check("[name=NEUT_OK]")
    page.get_by_role("button", name="Submit form").click()
    expect(page.locator(".messages")).to_contain_text("retest 1 is complete")
    look(page, "planned-with-retest")

    page.goto(eligibility)
    expect(page.locator("#EX03")).to_contain_text("Does not apply")
    page.locator("#EX03 summary").first.click()
    expect(page.locator("#EX03")).to_contain_text(
        "0.8 10^9/L of 2 Mar 2026: replaced by the retest of 9 Mar 2026"
    )
    look(page, "evidence")
    page.goto(f"{live_server.url}/participants/{low}/")
    look(page, "casebook")


def test_a_person_is_screened_again_and_looks_at_what_is_carried_over(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    first = failed(cast)
    take_session(context, live_server, cast.coordinator)
    page.goto(f"{live_server.url}/participants/{first}/")
    page.get_by_role("link", name="Screen again").click()
    page.wait_for_url(f"**/{first}/rescreen/")
    look(page, "rescreen")
    for name, text in (("RFICDTC", "2026-03-16"), ("RFICTIM", "09:30"), ("ICVER", "1.1")):
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name="Screen again").click()
    page.wait_for_url("**/01-002/S/SV/")
    page.goto(f"{live_server.url}/participants/01-002/S/DM/")
    expect(page.locator("[name=BRTHDTC]")).to_have_value("1978-06-14")
    expect(page.locator("#n-BRTHDTC")).to_contain_text("Carried over from 01-001")
    look(page, "proposed")
    page.fill("[name=BRTHDTC]", "1978-06-15")
    page.locator("[name=BRTHDTC]").blur()
    expect(page.locator("#n-BRTHDTC")).to_be_empty()
    page.fill("[name=BRTHDTC]", "1978-06-14")
    page.fill("[name=DMDTC]", "2026-03-16")
    page.get_by_role("button", name="Submit form").click()
    expect(page.locator(".messages")).to_contain_text("Demographics is complete")
    page.goto(f"{live_server.url}/participants/01-002/S/DM/")
    expect(page.locator("#n-BRTHDTC")).to_contain_text("Carried over from 01-001")
    page.goto(f"{live_server.url}/participants/01-001/")
    expect(page.locator("main")).to_contain_text("The person is screened again as 01-002")
    look(page, "earlier")
    page.goto(f"{live_server.url}/participants/")
    look(page, "list")


def test_a_screening_that_cannot_be_followed_says_why(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    first = failed(cast)
    again(cast, first, RFICDTC=date(2026, 3, 16))
    take_session(context, live_server, cast.coordinator)
    page.goto(f"{live_server.url}/participants/{first}/rescreen/")
    expect(page.get_by_role("alert")).to_contain_text("01-001 is screened again as 01-002 already.")
    expect(page.get_by_role("button", name="Screen again")).to_have_count(0)
    look(page, "rescreen-refused")
