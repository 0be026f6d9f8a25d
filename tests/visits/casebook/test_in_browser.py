"""A walk through the casebook in a real browser: timeline, values, signature, matrix, narrow screen."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from tests.visits import cast
from trialsite.accounts import actions as accounts
from trialsite.accounts.models import Role, User
from trialsite.crf.actions import mark_not_done

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "eine lange Passphrase 7"


@pytest.fixture
def investigator(context: BrowserContext, live_server: LiveServer) -> User:
    """An investigator who has signed in; Day 1 of the participant was a week ago."""
    site = cast.make_site()
    coordinator = cast.make_person(Role.COORDINATOR, site)
    user = cast.make_person(Role.INVESTIGATOR, site)
    accounts.set_password(by="system:tests", user=user, password=PASSWORD)
    day1: date = (timezone.now() - timedelta(days=7)).date()
    participant = cast.make_participant(coordinator, site, day1=day1)
    cast.enter(coordinator, participant, "SV", "D1", SVSTDTC=str(day1), SVCONTMO="ON-SITE")
    cast.enter(coordinator, participant, "OX", "D1", OXDTC=str(day1), SPO2="95")
    mark_not_done(
        by=coordinator,
        participant=participant,
        form="VS",
        visit="D1",
        version=0,
        reason="Refused by patient",
    )
    take_session(context, live_server, user)
    return user


@pytest.mark.req("E1", "E3")
@pytest.mark.usefixtures("investigator")
def test_a_visit_is_read_through_and_signed_and_found_in_the_matrix(
    page: Page, live_server: LiveServer
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url + "/participants/01-001/")
    expect(page.get_by_role("img", name="Time in the study")).to_be_visible()
    page.get_by_text("The same as a list").click()
    expect(page.get_by_text("Day 1: visit took place").last).to_be_visible()
    expect(page.get_by_role("img", name="SpO2, %")).to_be_visible()
    expect(page.get_by_title("Not done: Refused by patient")).to_contain_text("Not done")
    assert_fits(page)
    assert_accessible(page)

    page.get_by_role("link", name="Sign 2 forms of Day 1").click()
    expect(page.get_by_role("heading", name="Sign day 1")).to_be_visible()
    page.get_by_text("Vital signs").first.click()
    expect(page.get_by_text("Not done: Refused by patient")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign 2 forms").click()
    expect(page.get_by_text("Day 1 is signed: 2 forms.")).to_be_visible()
    expect(page.get_by_role("link", name="Signed Day 1")).to_be_visible()

    page.get_by_role("link", name="Participants").first.click()
    page.get_by_role("link", name="Matrix").click()
    expect(page.get_by_role("link", name="01-001")).to_be_visible()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        assert_accessible(page)
    assert said == []


@pytest.mark.usefixtures("investigator")
def test_on_a_narrow_screen_the_present_visit_is_open_and_the_others_fold(
    page: Page, live_server: LiveServer
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + "/participants/01-001/")
    now = page.get_by_role("button", name="Week 2")
    later = page.get_by_role("button", name="Week 8")
    expect(now).to_have_attribute("aria-expanded", "true")
    expect(later).to_have_attribute("aria-expanded", "false")
    cell = page.locator("#v-W8-forms").get_by_text("Vital signs")
    expect(cell).to_be_hidden()
    later.press("Enter")
    expect(cell).to_be_visible()
    page.get_by_role("navigation", name="Visits").get_by_role("link", name="Day 1").click()
    expect(page.locator("#v-D1-forms").get_by_text("Refused by patient")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.get_by_role("button", name="Week 8")).to_have_count(0)
    expect(page.locator("#v-W4-forms").get_by_text("Not due").first).to_be_visible()
