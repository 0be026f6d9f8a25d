"""Grids in a real browser: entered by keyboard, scored meanwhile, accessible on wide and narrow screens."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from tests.visits import cast
from tests.visits.forms.reading import strength
from trialsite.accounts.models import Role, User
from visits.forms.muscle_test import MuscleTest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator(context: BrowserContext, live_server: LiveServer) -> User:
    """A coordinator who has signed in; a participant on the day of week 4, tested on Day 1."""
    site = cast.make_site()
    user = cast.make_person(Role.COORDINATOR, site)
    day1 = (timezone.now() - timedelta(days=28)).date()
    participant = cast.make_participant(user, site, day1=day1)
    cast.enter(user, participant, "MMT", "D1", MMTDTC=day1.isoformat(), **strength(MMTNECK="7"))
    take_session(context, live_server, user)
    return user


@pytest.mark.usefixtures("coordinator")
def test_a_muscle_test_is_entered_by_keyboard_and_scored_meanwhile(
    page: Page, live_server: LiveServer, coordinator: User
) -> None:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/participants/01-001/W4/MMT/")
    page.get_by_label("Neck flexors MMTNECK").focus()
    for key in ("8", "Enter", "9", "ArrowDown", "n", "d", "Tab"):
        page.keyboard.press(key)
    expect(page.get_by_label("Biceps, left MMTBICEL")).to_be_focused()
    expect(page.get_by_label("Deltoid, right MMTDELTR")).to_have_value("9")
    page.get_by_role("button", name="Set blank cells to 10").click()
    expect(page.get_by_label("Ankle dorsiflexors, left MMTANKLL")).to_have_value("10")
    total = page.locator("#id_MMT8TOT")
    expect(total).to_have_text("")  # one muscle could not be tested
    page.get_by_label("Biceps, right MMTBICER").fill("10")
    page.get_by_label("Biceps, right MMTBICER").blur()
    expect(total).to_have_text("147")
    expect(page.locator("#n-MMT8TOT")).to_contain_text("Day 1: 147 · no change")
    page.get_by_label("Neck flexors MMTNECK").fill("12")
    page.get_by_label("Neck flexors MMTNECK").blur()
    expect(page.locator("#n-MMTNECK")).to_contain_text("Allowed: 0 to 10")
    page.get_by_label("Neck flexors MMTNECK").fill("ND")
    page.fill("[name=MMTDTC]", timezone.now().date().isoformat())
    page.get_by_role("button", name="Submit form").click()
    expect(page.locator(".messages")).to_contain_text("Manual muscle test is complete")
    page.goto(f"{live_server.url}/participants/01-001/W4/MMT/")
    expect(page.get_by_label("Neck flexors MMTNECK")).to_have_value("ND")
    stored = MuscleTest.objects.get(record__visit="W4")
    assert (stored.MMTNECK, stored.MMTNECK_ND, stored.MMT8TOT) == (None, "NOT DONE", None)  # type: ignore[attr-defined]
    assert said == []


@pytest.mark.usefixtures("coordinator")
def test_grids_are_accessible_and_fit(page: Page, live_server: LiveServer) -> None:
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for code in ("MMT", "CD", "HAQ"):
            page.goto(f"{live_server.url}/participants/01-001/W4/{code}/")
            assert_fits(page)
            assert_accessible(page)
