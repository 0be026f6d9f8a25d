"""The own reminders in a real browser: accessible, fitting, put off and wished by keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from tests.visits import cast
from trialsite import clock
from trialsite.accounts.models import Role, User
from visits.calendar.appointments import book_visit
from visits.models import ScheduledVisit
from visits.reminders.planning import plan_reminders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator(context: BrowserContext, live_server: LiveServer) -> User:
    """A coordinator who has signed in, with two participants in week 2; one of them comes in two days."""
    site = cast.make_site()
    user = cast.make_person(Role.COORDINATOR, site)
    today = clock.today(site.time_zone)
    for _ in range(2):
        participant = cast.make_participant(user, site, day1=today - timedelta(days=14))
    week_2 = ScheduledVisit.objects.get(participant=participant, code="W2")
    book_visit(by=user, visit=week_2, on=today + timedelta(days=2))
    plan_reminders()
    take_session(context, live_server, user)
    return user


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("width", [1440, 390])
def test_a_reminder_is_put_off_and_taken_up_again_and_wishes_are_kept(
    page: Page, live_server: LiveServer, width: int
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + "/reminders/")
    row = page.get_by_role("row").filter(has_text="Visit on")
    row.get_by_role("button", name="Put off").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It comes back on that day")).to_be_visible()
    expect(page.get_by_role("heading", name="Later")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="again now").click()
    expect(page.get_by_role("heading", name="Later")).to_have_count(0)

    page.get_by_role("link", name="How they come").first.click()
    overdue = page.get_by_role("row").filter(has_text="Visit overdue")
    overdue.get_by_label("Here only").check()
    page.get_by_label("Comes at").select_option("09:00")
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Your wishes are kept")).to_be_visible()
    expect(page.get_by_label("Comes at")).to_have_value("9")

    page.goto(live_server.url + "/reminders/outbox/?participant=01-002")
    page.get_by_role("link", name="Visit on").click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    page.goto(live_server.url + "/reminders/outbox/notices/")
    assert_accessible(page)
    assert said == []
