"""One day of a coordinator at the calendar, in a real browser."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from tests.visits import cast
from trialsite import clock
from trialsite.accounts.models import Role

pytestmark = pytest.mark.django_db(transaction=True)

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def check(page: Page) -> None:
    """Accessible and fitting on both screens."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert_fits(page)
    assert_accessible(page)


def book(page: Page, on: date, at: str, reason: str = "") -> None:
    page.get_by_label("Day").fill(on.isoformat())
    page.get_by_label("Time").fill(at)
    page.get_by_label("Reason").fill(reason)
    page.keyboard.press("Control+Enter")


def test_a_visit_is_booked_moved_and_booked_outside_its_window_and_an_early_end_closes_it(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    site = cast.make_site()
    coordinator = cast.make_person(Role.COORDINATOR, site)
    today = clock.today(site.time_zone)
    cast.make_participant(coordinator, site, day1=today - timedelta(days=14))
    take_session(context, live_server, coordinator)

    # The week: the visit waits to be booked.
    page.goto(live_server.url + "/calendar/")
    check(page)
    page.get_by_role("link", name="Week 2 of 01-001").last.click()
    expect(page.get_by_label("Day")).to_be_focused()
    expect(page.get_by_label("Time")).to_have_value("09:00")
    check(page)
    book(page, today, "10:30")
    expect(page.get_by_text("Week 2 is booked for")).to_be_visible()

    # Moved: not without a reason, which is kept with the appointment that it had.
    page.get_by_role("link", name="Move Week 2").click()
    book(page, today, "11:00")
    expect(page.get_by_text("Say why the appointment is moved")).to_be_visible()
    expect(page.get_by_label("Time")).to_have_value("11:00")
    check(page)
    book(page, today, "11:00", "The room was taken")
    page.get_by_role("link", name="Move Week 2").click()
    expect(page.get_by_text("The room was taken")).to_be_visible()

    # Outside the window: with a reason.
    outside = today + timedelta(days=5)
    book(page, outside, "11:00")
    expect(page.get_by_text("This day lies after the window")).to_be_visible()
    book(page, outside, "11:00", "Holiday")
    expect(page.get_by_text("Week 2 is booked for")).to_be_visible()
    page.goto(f"{live_server.url}/calendar/?day={outside}")
    expect(page.get_by_text("outside the window")).to_be_visible()
    check(page)

    # By the keyboard from week to week.
    heading = page.get_by_role("heading", level=1)
    before = heading.inner_text()
    page.keyboard.press("n")
    expect(heading).not_to_have_text(before)
    page.keyboard.press("p")
    expect(heading).to_have_text(before)
    page.keyboard.press("t")
    page.wait_for_url("**/calendar/?")

    # The address for phones, once.
    page.get_by_role("link", name="In my phone").click()
    page.get_by_role("button", name="Get my address").click()
    expect(page.get_by_role("link", name="Subscribe on this device")).to_be_visible()
    check(page)

    # An early end closes what is ahead.
    page.goto(live_server.url + "/participants/01-001/")
    page.get_by_role("link", name="Left the study early").click()
    expect(page.get_by_label("Day of leaving")).to_be_visible()
    check(page)
    page.get_by_label("Day of leaving").fill(today.isoformat())
    page.get_by_label("Reason").select_option("LOST")
    page.get_by_role("button", name="Record the early end").click()
    expect(page.get_by_text("Recorded: left the study on")).to_be_visible()
    page.goto(f"{live_server.url}/participants/01-001/early-end/")
    expect(page.get_by_text("Closed").first).to_be_visible()
    check(page)
    page.goto(f"{live_server.url}/visits/01-001/W4/")
    expect(page.get_by_text("Closed: left the study on")).to_be_visible()
    assert [each for each in said if "422" not in each] == []
