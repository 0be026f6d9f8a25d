"""The frame in a real browser: accessible, fitting, usable by keyboard, clear when the connection is lost."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.screening.factories import make_cast, registered
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import SignIn, take_session
from trialsite.accounts.models import Role
from trialsite.crf.models import Draft
from trialsite.icons import STATES
from trialsite.navigation import address

WIDTHS = (1440, 390)
COMPONENTS = Path(__file__).parent / "components.html"
PAGES = ("login", "help", "assumptions", "roles", "people", "password_change")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("route", PAGES)
def test_a_page_is_accessible_and_fits(
    page: Page, live_server: LiveServer, sign_in: SignIn, console: list[str], route: str, width: int
) -> None:
    if route != "login":
        sign_in(Role.ADMINISTRATOR)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + address(route))
    assert_fits(page)
    assert_accessible(page)
    assert console == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_and_component_has_enough_contrast(page: Page, width: int) -> None:
    tones = ["good", "info", "warn", "bad", "query", "quiet"]
    context = {"codes": list(STATES), "tones": tones, "TRIAL": "T", "DEMO": True}
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(Template(COMPONENTS.read_text(encoding="utf-8")).render(Context(context)))
    assert_fits(page)
    assert_accessible(page)


def test_the_first_key_skips_to_the_content(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    sign_in(Role.MONITOR)
    page.goto(live_server.url + address("help"))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_keys_are_listed_and_lead_to_the_rooms(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    page.goto(live_server.url + address("help"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page).to_have_url(live_server.url + address("people"))


def test_keys_typed_into_a_field_lead_nowhere(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    page.goto(live_server.url + address("add_person"))
    name = page.get_by_label("Full name")
    name.fill("")
    name.press_sequentially("go?/")
    expect(name).to_have_value("go?/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_navigation_works_on_a_narrow_screen_without_javascript(
    context: BrowserContext, live_server: LiveServer, sign_in: SignIn
) -> None:
    sign_in(Role.ADMINISTRATOR)
    plain = context.browser
    assert plain
    narrow = plain.new_context(
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
        storage_state=context.storage_state(),
    )
    page = narrow.new_page()
    page.goto(live_server.url + address("help"))
    people = page.locator(".nav-narrow").get_by_role("link", name="People")
    expect(people).to_be_hidden()
    page.locator(".nav-narrow summary").click()
    people.click()
    expect(page).to_have_url(live_server.url + address("people"))
    narrow.close()


@pytest.mark.req("O3")
def test_a_lost_connection_is_said_until_it_is_back(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    page.goto(live_server.url + address("login"))
    notice = page.get_by_text("Connection lost.")
    expect(notice).to_be_hidden()
    page.evaluate(
        """() => {
        window.heard = [];
        for (const what of ["lost", "back"])
          document.addEventListener(`connection:${what}`, () => window.heard.push(what));
        window.addEventListener("submit", (event) => { window.stopped = event.defaultPrevented; });
        }"""
    )
    page.get_by_label("User name").fill("coordinator")
    context.set_offline(True)
    expect(notice).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password").fill("not sent")
    page.get_by_label("Password").press("Enter")
    assert page.evaluate("window.stopped") is True
    expect(page.get_by_label("User name")).to_have_value("coordinator")
    context.set_offline(False)
    expect(notice).to_be_hidden()
    assert page.evaluate("window.heard") == ["lost", "back"]


def test_a_form_that_is_sent_once_is_not_sent_by_the_second_click(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(live_server.url + address("login"))
    sent = page.evaluate(
        """() => {
        let sent = 0;
        document.addEventListener("submit", (event) => {
          if (!event.defaultPrevented) sent += 1;
          event.preventDefault();
        });
        document.querySelector("main").innerHTML = "<form data-once><button>Send</button></form>";
        const button = document.querySelector("main button");
        button.click();
        button.click();
        return sent;
        }"""
    )
    assert sent == 1


@pytest.mark.req("C6", "O3")
def test_what_was_typed_survives_the_end_of_the_session(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    cast = make_cast()
    participant = registered(cast.coordinator, cast.site)
    vital_signs = live_server.url + reverse("crf:entry", args=[participant.SUBJID, "S", "VS"])
    take_session(context, live_server, cast.coordinator)
    page.goto(vital_signs)
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#id_PULSE").fill("84")
    page.locator("#id_PULSE").blur()
    notice = page.get_by_text("You were signed out.")
    expect(notice).to_be_visible()
    expect(page.locator("#id_PULSE")).to_have_value("84")
    assert_accessible(page)
    assert not Draft.objects.exists()

    take_session(context, live_server, cast.investigator)
    with page.expect_response(vital_signs):
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(notice).to_be_visible()  # somebody else

    take_session(context, live_server, cast.coordinator)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(notice).to_be_hidden()
    expect(page.locator("#kept")).to_contain_text("Kept")
    assert Draft.objects.get().typed["PULSE"] == "84"
