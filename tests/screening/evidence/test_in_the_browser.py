"""Evidence and criterion pages in a real browser: accessible, fitting, legible, complete on paper."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from screening.models import Participant
from tests.screening.factories import Cast, eligible_participant, make_cast
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (1440, 390)


def row(drug: str, dose: str, route: str, start: str, end: str = "") -> dict[str, str]:
    """One medication in the exchange format."""
    values = {"CMTRT": drug, "CMDOSTOT": dose, "CMDOSU": "mg/day", "CMROUTE": route, "CMSTDTC": start}
    return values | ({"CMENDTC": end} if end else {})


PULSED = {
    "GC.RECORDS": [
        row("PREDNISONE", "35", "ORAL", "2026-01-20"),
        row("METHYLPREDNISOLONE", "500", "INTRAVENOUS", "2026-03-01", "2026-03-03"),
    ],
    "CNI.RECORDS": [
        row("TACROLIMUS", "2", "ORAL", "2026-01-25", "2026-02-27"),
        row("TACROLIMUS", "3", "ORAL", "2026-02-28"),
    ],
    "CM.IVIGYN": "Y",
    "CM.IVIGENDTC": "2026-02-20",
}
DOUBTFUL = {
    "GC.RECORDS": [row("PREDNISONE", "35", "ORAL", "2026-02"), row("DEXAMETHASONE", "6", "ORAL", "2026-03")],
    "CNI.RECORDS": [row("TACROLIMUS", "3", "ORAL", "2026-02")],
    "INF.SINFHOSP": "Y",
    "INF.SINFONGO": "N",
    "INF.SINFENDTC": "2026-01",
    "INF.IVABYN": "Y",
    "INF.INFABS": "Y",
    "INF.IVAB": [
        {
            "IVABTRT": "Ceftriaxone",
            "IVABENDTC": "2026-03-14",
            "IVABHALF": {"value": "8", "unit": "h"},
        },
        {
            "IVABTRT": "Teicoplanin",
            "IVABENDTC": "2026-02",
            "IVABHALF": {"value": "170", "unit": "h"},
        },
    ],
    "LB.ALT": {"value": "130", "unit": "U/L", "uln": "40"},
    "LB.CREAT": {"value": "1.5", "unit": "mg/dL"},
}


def people_of(cast: Cast) -> dict[str, Participant]:
    """One in order, one with days above the limits, one with much that is not certain."""
    by, site = cast.coordinator, cast.site
    return {
        "eligible": eligible_participant(by, site),
        "pulsed": eligible_participant(by, site, PULSED),
        "doubtful": eligible_participant(by, site, DOUBTFUL, without=("TB",)),
    }


def test_evidence_is_accessible_and_fits_wide_and_narrow(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    take_session(context, live_server, cast.investigator)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for participant in people_of(cast).values():
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{live_server.url}/participants/{participant}/eligibility/?unfold")
            assert_fits(page)
            assert_accessible(page)
    assert complaints == []


def test_charts_are_named_legible_and_told_by_shape_and_table_too(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site, PULSED)
    take_session(context, live_server, cast.investigator)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/participants/{participant}/eligibility/")
    criterion = page.locator("#IN04")
    chart = criterion.get_by_role("img", name="Prednisone equivalent a day, 16 Feb to 15 Mar 2026")
    expect(chart).to_be_hidden()
    criterion.locator("summary").press("Enter")
    expect(chart).to_be_visible()
    expect(chart.locator("desc")).to_contain_text("3 at fault, 0 not certain")
    expect(chart).to_contain_text("limit 1.0 mg/kg")
    assert chart.locator(".chart-cross").get_attribute("d").count("M") == 3  # type: ignore[union-attr]
    expect(criterion.locator(".chart table")).to_contain_text("methylprednisolone 500 mg × 1.25 = 625 mg")
    letters = chart.locator("text").first.evaluate(
        "text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a"
    )
    assert letters >= 9
    waiting = page.locator("#EX13")
    waiting.locator("summary").press("Enter")
    expect(waiting.get_by_role("img")).to_contain_text("over from 22 Mar 2026")
    waiting.get_by_role("link", name="All about EX13").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("EX13")


def test_criterion_pages_are_accessible_and_fit_wide_and_narrow(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    take_session(context, live_server, cast.pharmacist)
    for path in ("/criteria/", "/criteria/EX03/", "/criteria/IN04/", "/assumptions/", "/help/"):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(live_server.url + path)
            assert_fits(page)
            assert_accessible(page)
