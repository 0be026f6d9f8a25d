"""The pages of the visits in a real browser: accessible, fitting, usable by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from tests.visits import cast
from trialsite.accounts.models import Role, User
from visits.reminders.planning import plan_reminders

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (1440, 390)
PAGES = ("/participants/01-001/", "/visits/", "/visits/01-001/W2/", "/reminders/outbox/", "/demo/mail/")


@pytest.fixture
def coordinator(context: BrowserContext, live_server: LiveServer) -> User:
    """A coordinator who has signed in, and whose participant is on the day of week 2."""
    site = cast.make_site()
    user = cast.make_person(Role.COORDINATOR, site)
    day1 = (timezone.now() - timedelta(days=14)).date()
    cast.make_participant(user, site, day1=day1)
    plan_reminders()
    take_session(context, live_server, user)
    return user


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_accessible_and_fits(page: Page, live_server: LiveServer, address: str, width: int) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + address)
    assert_fits(page)
    assert_accessible(page)
    assert said == []


@pytest.mark.usefixtures("coordinator")
def test_a_visit_is_booked_by_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/participants/01-001/")
    page.get_by_role("link", name="Book Week 4").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Day")).to_be_focused()
    target = page.get_by_label("Day").input_value()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Week 4 is booked for")).to_be_visible()
    expect(page.get_by_role("link", name="Move Week 4")).to_be_visible()
    page.get_by_role("link", name="Move Week 4").click()
    expect(page.get_by_label("Day")).to_have_value(target)


@pytest.mark.usefixtures("coordinator")
def test_on_a_narrow_screen_a_visit_is_one_step_away(page: Page, live_server: LiveServer) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + "/participants/01-001/")
    page.get_by_role("navigation", name="Visits").get_by_role("link", name="Week 8").click()
    expect(page.get_by_role("heading", name="Week 8")).to_be_in_viewport()
