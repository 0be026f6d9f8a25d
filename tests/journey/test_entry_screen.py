"""The entry screen in the browser: checks as a field is left, nothing typed is lost, two editors."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journey.people import sign_in, submit
from tests.real_stack import Stack
from tests.ui.axe import assert_accessible, assert_fits


@pytest.fixture
def page(stack: Stack, browser: Browser, password: str) -> Page:
    """A coordinator on the vital signs of a new participant."""
    person = sign_in(browser, stack.base_url, "coordinator", password)
    person.goto("/participants/new/")
    for name, text in (("RFICDTC", "2026-03-02"), ("RFICTIM", "08:30"), ("ICVER", "1.0")):
        person.fill(f"[name={name}]", text)
    person.click("main .btn-primary")
    person.wait_for_url("**/S/SV/")
    person.goto(person.url.replace("/SV/", "/VS/"))
    return person


def type_into(page: Page, name: str, text: str) -> None:
    """Type and leave the field."""
    page.fill(f"[name={name}]", text)
    page.locator(f"[name={name}]").blur()


@pytest.mark.req("D1")
def test_a_value_out_of_range_is_refused_as_the_field_is_left(page: Page) -> None:
    type_into(page, "WEIGHT", "300")
    expect(page.locator("#n-WEIGHT")).to_contain_text("Allowed: 30 to 180 kg")
    type_into(page, "WEIGHT", "58")
    expect(page.locator("#n-WEIGHT")).to_be_empty()


def test_a_derived_value_appears_as_its_inputs_are_typed(page: Page) -> None:
    type_into(page, "HEIGHT", "160")
    type_into(page, "WEIGHT", "64")
    expect(page.locator("#id_BMI")).to_have_text("25.0")


@pytest.mark.req("F8")
def test_what_was_typed_is_there_again_after_the_page_was_left(page: Page) -> None:
    type_into(page, "WEIGHT", "58.5")
    expect(page.locator("#kept")).to_contain_text("Kept")
    address = page.url
    page.goto("/")
    page.goto(address)
    expect(page.locator("[name=WEIGHT]")).to_have_value("58.5")
    expect(page.locator("form.crf")).to_contain_text("Your unfinished entry is back")


def test_a_refused_form_keeps_everything_that_was_typed(page: Page) -> None:
    type_into(page, "WEIGHT", "58")
    type_into(page, "PULSE", "none")
    submit(page)
    expect(page.locator("form.crf")).to_contain_text("everything you typed is still here")
    expect(page.locator("[name=WEIGHT]")).to_have_value("58")
    expect(page.locator("[name=PULSE]")).to_have_value("none")


@pytest.mark.req("O3")
def test_a_lost_connection_is_said_and_what_was_typed_is_kept_afterwards(page: Page) -> None:
    page.context.set_offline(offline=True)
    type_into(page, "WEIGHT", "61")
    lost = page.get_by_text("Connection lost.")
    expect(lost).to_be_visible()
    page.context.set_offline(offline=False)
    expect(lost).to_be_hidden()
    expect(page.locator("#kept")).to_contain_text("Kept")


@pytest.mark.req("F9", "A3")
def test_a_second_editor_sees_both_values_and_overwrites_nothing(
    page: Page, stack: Stack, browser: Browser, password: str
) -> None:
    type_into(page, "WEIGHT", "58")
    submit(page)
    address = page.url.rsplit("/", 2)[0] + "/VS/"
    page.goto(address)
    other = sign_in(browser, stack.base_url, "investigator", password)
    other.goto(address)
    type_into(other, "WEIGHT", "59")
    other.fill("[name=reason]", "Source document corrected")
    submit(other)
    type_into(page, "WEIGHT", "60")
    page.fill("[name=reason]", "Typing error")
    submit(page)
    row = page.locator(".diff tr.is-different", has_text="Weight")
    expect(row.first).to_contain_text("59")
    expect(row.first).to_contain_text("60")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_entry_screen_is_accessible_and_obeys_its_content_policy(page: Page, width: int) -> None:
    refused: list[str] = []
    page.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security" in message.text else None,
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.reload()
    type_into(page, "WEIGHT", "300")
    expect(page.locator("#n-WEIGHT")).to_contain_text("Allowed")
    assert_accessible(page)
    assert_fits(page)
    assert refused == []
