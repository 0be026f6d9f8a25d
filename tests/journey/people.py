"""What the people of a journey do in the browser."""

import re
from collections.abc import Mapping

from playwright.sync_api import Browser, Locator, Page, expect

from trialsite.crf.exchange import typed_from
from trialsite.crf.forms import form_by_code

QUICK_MS = 20_000


def sign_in(browser: Browser, base_url: str, username: str, password: str, width: int = 1440) -> Page:
    """A signed-in person in a browser of their own."""
    page = browser.new_context(base_url=base_url, viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(QUICK_MS)
    page.goto("/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("main button.btn-primary")
    expect(page).not_to_have_url(re.compile("/login/"))
    return page


def enter(page: Page, answers: Mapping[str, object], code: str) -> None:
    """Answer the open form as the exchange format says, and submit it; what is asked is confirmed."""
    typed, unknown = typed_from(form_by_code(code), answers)
    assert not unknown
    for name, text in typed.items():
        if is_asked(page, name):
            answer(page, name, text)
    address = page.url
    submit(page)
    for box in page.locator("input[type=checkbox][name$=_OK]:visible:not(:checked)").all():
        box.check()
    if page.url == address:
        submit(page)
    assert page.url != address, page.locator(".crf").inner_text()[:2000]


def is_asked(page: Page, name: str) -> bool:
    """False for the unit of a variable that has one, and for why something is missing that is not asked."""
    shown = page.locator(f"form.crf [name='{name}']")
    if name.endswith("_UNIT"):
        return shown.count() > 0
    return not name.endswith("_ND") or shown.is_visible()


def answer(page: Page, name: str, text: str) -> None:
    """Type, choose or tick one answer, and leave the field."""
    section, _, rest = name.partition("-")
    if rest and not page.locator(f"[name='{name}']").count():
        page.click(f"[data-add-row='{section}']")
    inputs: Locator = page.locator(f"form.crf [name='{name}']")
    first = inputs.first
    if first.get_attribute("type") == "radio":
        page.locator(f"form.crf [name='{name}'][value='{text}']").check()
    elif first.evaluate("element => element.tagName") == "SELECT":
        first.select_option(text)
    else:
        first.fill(text)
        first.blur()


def submit(page: Page) -> None:
    """Press the form's one button and wait for what comes."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url == page.url):
        page.click(".crf-foot .btn-primary")
    page.wait_for_load_state("load")
