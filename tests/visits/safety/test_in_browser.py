"""A serious event from its first line to the closed report, and a deviation, in a real browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from screening.models import Participant
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from tests.visits import cast
from tests.visits.deviations.test_deviations import propose
from trialsite.accounts.models import Role, User
from trialsite.audit.context import acting
from visits.safety.models import SeriousEvent
from visits.safety.states import ReportState

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long enough sentence"


@pytest.fixture
def signer(context: BrowserContext, live_server: LiveServer) -> User:
    """An investigator who has signed in, with a participant two weeks after Day 1."""
    site = cast.make_site()
    user = cast.make_person(Role.INVESTIGATOR, site)
    user.set_password(PASSWORD)
    with acting("system:tests"):
        user.save(update_fields=["password"])
    cast.make_participant(user, site, day1=(timezone.now() - timedelta(days=14)).date())
    take_session(context, live_server, user)
    return user


def choose(page: Page, name: str, code: str) -> None:
    """Answer a coded question, however it is drawn."""
    field = page.locator(f"[name={name}]")
    if field.first.evaluate("each => each.tagName") == "SELECT":
        field.select_option(code)
    else:
        page.locator(f"[name={name}][value='{code}']").check(force=True)


def look(page: Page) -> None:
    """The page is accessible and fits on a desk and in a hand."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)


@pytest.mark.req("E1", "E3")
def test_a_serious_event_is_entered_signed_printed_and_closed(
    page: Page, live_server: LiveServer, signer: User
) -> None:
    today = Participant.objects.get().today().isoformat()
    page.goto(live_server.url + "/participants/01-001/events/")
    page.get_by_role("button", name="Add an adverse event").click()
    expect(page).to_have_url(re.compile("/LOG/AE/1/"))
    page.fill("[name=AETERM]", "Pneumonia")
    for name in ("AESTDTC", "AESAWDTC"):
        if name == "AESAWDTC":
            choose(page, "AESER", "Y")
            expect(page.locator("#f-AESAWDTC, [name=AESAWDTC]").first).to_be_visible()
        page.fill(f"[name={name}]", today)
    page.fill("[name=AESAWTIM]", "00:01")
    for name in ("AESDTH", "AESLIFE", "AESDISAB", "AESCONG", "AESMIE", "AEIVAB", "AESI"):
        choose(page, name, "N")
    choose(page, "AESHOSP", "Y")
    choose(page, "AETOXGR", "3")
    choose(page, "AEOUT", "RECOVERED/RESOLVED")
    page.fill("[name=AEENDTC]", today)
    choose(page, "AEREL", "NOT RELATED")
    choose(page, "AEACN", "DOSE NOT CHANGED")
    page.get_by_role("button", name="Submit form").click()
    expect(page.get_by_text("Adverse event 1 is complete")).to_be_visible()
    expect(page.get_by_text("An event led to a hospital stay, the stay is missing")).to_be_visible()
    look(page)
    page.get_by_role("link", name=re.compile("To be reported")).click()
    expect(page.get_by_role("heading", name="Serious adverse event 1")).to_be_visible()
    look(page)
    page.get_by_label("Your password").fill("not this one")
    page.get_by_role("button", name="Sign the report").click()
    expect(page.get_by_text("This is not your password")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the report").click()
    expect(page.get_by_text("Initial report is signed")).to_be_visible()
    printed = page.request.get(live_server.url + "/participants/01-001/events/1/report/1.pdf")
    assert printed.body().startswith(b"%PDF")
    page.get_by_role("button", name="Close the reporting").click()
    expect(page.get_by_text("The reporting of this event is closed")).to_be_visible()
    assert SeriousEvent.objects.get().state == ReportState.CLOSED
    page.goto(live_server.url + "/safety/")
    look(page)


def test_a_proposed_deviation_is_classified(page: Page, live_server: LiveServer, signer: User) -> None:
    propose(Participant.objects.get())
    page.goto(live_server.url + "/safety/deviations/")
    look(page)
    page.get_by_role("button", name="Record A visit was booked outside its window.").click()
    expect(page.locator("[name=DVTERM]")).to_have_value("A visit was booked outside its window.")
    choose(page, "DVSEV", "MINOR")
    page.fill("[name=DVACN]", "Explained to the participant")
    page.get_by_role("button", name="Submit form").click()
    expect(page.get_by_text("Protocol deviation 1 is complete")).to_be_visible()
    page.goto(live_server.url + "/safety/deviations/")
    expect(page.get_by_text("Recorded", exact=True)).to_be_visible()
