"""Pictures of the running application for the documentation: `make pictures` writes docs/pictures/*.png.

One participant goes from consent to the first dose as in tests/journey, and is photographed on the way.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
from playwright.sync_api import Browser, FloatRect, Page, expect, sync_playwright

from tests.browser import ARGUMENTS
from tests.find_chromium import chromium
from tests.real_stack import Stack, make_data_directory, remove_data_directory, wait_for
from trialsite import environment

FOLDER = environment.ROOT / "docs" / "pictures"
LARGEST_BYTES = 250_000
PHONE_WIDTH = 390
MARGIN = 24  # pixels
PATIENCE_MS = 30_000
# A participant whose visits are half over.
UNDER_WAY = (
    "SELECT \"SUBJID\" FROM screening_participant WHERE site_id = '01' AND day1 IS NOT NULL "
    'ORDER BY abs(current_date - day1 - 30), "SUBJID" LIMIT 1'
)
# Somebody, and the dose visit that comes next.
DOSE_AHEAD = (
    "SELECT p.\"SUBJID\" || ' ' || v.code FROM visits_scheduledvisit v JOIN screening_participant p "
    "ON p.id = v.participant_id WHERE p.site_id = '01' AND v.state = 'AHEAD' "
    "AND v.code IN ('W2', 'W4', 'W6') ORDER BY v.target, 1 LIMIT 1"
)
FAILED = (
    'SELECT p."SUBJID" FROM screening_participant p JOIN screening_eligibilityreview r '
    "ON r.participant_id = p.id WHERE p.site_id = '01' AND r.state = 'screen failure' ORDER BY 1 LIMIT 1"
)


def main() -> None:
    """Start the real stack with its demonstration, take every picture, stop it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialsite.settings")
    django.setup()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE_MS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_stack() as stack, running_browser() as browser:
        password = stack.manage("make_demo_accounts").rsplit(":", 1)[1].strip()
        Tour(stack, browser, password).take()


@contextmanager
def running_stack() -> Iterator[Stack]:
    """The system on data of its own, as somebody reaches it by name."""
    var = make_data_directory("pictures")
    stack = Stack(var, PUBLIC_URL="https://edc.example.org")
    try:
        stack.start()
        wait_for(stack.healthy, "good health")
        yield stack
    finally:
        stack.stop()
        remove_data_directory(var)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """The browser of the tests."""
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def picture(page: Page, name: str) -> None:
    """What the window shows, without the empty part below, as docs/pictures/NAME.png."""
    path = FOLDER / f"{name}.png"
    window = page.viewport_size
    assert window is not None
    end = page.locator("#main > :last-child").evaluate("element => element.getBoundingClientRect().bottom")
    shown: FloatRect = {
        "x": 0,
        "y": 0,
        "width": window["width"],
        "height": min(window["height"], end + MARGIN),
    }
    page.screenshot(path=path, animations="disabled", caret="hide", clip=shown)
    size = path.stat().st_size
    assert size <= LARGEST_BYTES, f"{path.name} has {size} bytes; allowed are {LARGEST_BYTES}"
    print(f"{path.relative_to(environment.ROOT)}  {size // 1000} kB")


class Tour:
    """The way of one participant, seen over the shoulders of those who take part."""

    def __init__(self, stack: Stack, browser: Browser, password: str) -> None:
        self.stack = stack
        self.browser = browser
        self.password = password

    def take(self) -> None:
        """Every picture, in the order of the tour."""
        from tests.journey import test_whole_way as journey

        coordinator = self._sign_in("coordinator")
        person = journey.somebody_eligible()
        SUBJID = journey.register(coordinator, person)
        self._type_nonsense(coordinator, SUBJID)
        journey.screen(coordinator, SUBJID, person)
        journey.submit_for_review(coordinator, SUBJID)

        investigator = self._sign_in("investigator")
        kit = self._decide(investigator, SUBJID)
        journey.day_one(coordinator, SUBJID, person, kit)
        under_way = self._row_of(UNDER_WAY)
        coordinator.goto(f"/participants/{under_way}/")
        picture(coordinator, "casebook")
        coordinator.goto("/")
        picture(coordinator, "home")
        self._after_the_number(coordinator)
        self._correct(coordinator, SUBJID)
        journey.read_mail(self.stack, coordinator)
        picture(coordinator, "mail")
        self._export()
        self._by_telephone(under_way)

    def _sign_in(self, username: str, width: int = 1440) -> Page:
        from tests.journey.people import sign_in

        page = sign_in(self.browser, self.stack.base_url, username, self.password, width)
        page.set_default_timeout(PATIENCE_MS)
        return page

    def _row_of(self, query: str) -> str:
        with self.stack.connect() as connection:
            row = connection.execute(query).fetchone()
        assert row is not None, "The demonstration has no such participant."
        return str(row[0])

    def _type_nonsense(self, page: Page, SUBJID: str) -> None:
        """A weight in jin given as kilograms is asked about, a temperature of 3.7 °C refused."""
        page.goto(f"/participants/{SUBJID}/S/VS/")
        for name, text in (("HEIGHT", "168"), ("WEIGHT", "118"), ("TEMP", "3.7")):
            page.fill(f"form.crf [name={name}]", text)
            page.locator(f"form.crf [name={name}]").blur()
        expect(page.locator("#n-WEIGHT")).to_contain_text("Please check")
        expect(page.locator("#n-TEMP")).to_contain_text("Not accepted")
        expect(page.locator("#eligibility .live-count")).to_contain_text("counting what you typed")
        picture(page, "form")

    def _decide(self, page: Page, SUBJID: str) -> str:
        """A verdict that stands in the way, a signature, a number; returns the number of the kit."""
        from tests.journey.test_whole_way import ask_for_number

        page.goto(f"/participants/{self._row_of(FAILED)}/eligibility/")
        picture(page, "eligibility")
        page.goto(f"/participants/{SUBJID}/eligibility/")
        evidence = page.locator("#IN04")
        evidence.locator("summary").first.click()
        evidence.scroll_into_view_if_needed()
        page.evaluate("document.getElementById('IN04').scrollIntoView()")
        picture(page, "evidence")
        page.goto("/screening-log/flow/")
        picture(page, "screening-flow")
        page.goto("/screening-log/")
        picture(page, "screening-log")
        page.goto(f"/participants/{SUBJID}/eligibility/")
        decision = page.locator("#decision details").first
        if decision.get_attribute("open") is None:
            decision.locator("summary").click()
        decision.locator("input[type=password]").fill(self.password)
        picture(page, "signature")
        decision.locator("button").click()
        expect(page.locator("main")).to_contain_text("Done")
        kit = ask_for_number(page, SUBJID)
        picture(page, "number")
        return kit

    def _after_the_number(self, page: Page) -> None:
        """What stands before a dose, the week of the site, the events, everybody's visits."""
        SUBJID, visit = self._row_of(DOSE_AHEAD).split()
        page.goto(f"/participants/{SUBJID}/{visit}/dose/")
        picture(page, "dose")
        for path, name in (
            ("/calendar/", "calendar"),
            ("/safety/", "safety"),
            ("/participants/matrix/", "matrix"),
        ):
            page.goto(path)
            picture(page, name)

    def _correct(self, page: Page, SUBJID: str) -> None:
        """A value of Day 1 is corrected with a reason, and the history shows it."""
        page.goto(f"/participants/{SUBJID}/D1/VS/")
        pulse = page.locator("form.crf [name=PULSE]")
        pulse.fill(str(int(pulse.input_value()) + 1))
        page.fill("[name=reason]", "Typing error: the source says otherwise")
        page.click(".crf-foot .btn-primary")
        expect(page.locator(".messages")).to_be_visible()
        page.goto(f"/participants/{SUBJID}/D1/VS/history/")
        expect(page.locator("main")).to_contain_text("Typing error")
        picture(page, "history")

    def _export(self) -> None:
        page = self._sign_in("administrator")
        page.goto("/exports/")
        page.click("text=New export")
        expect(page.locator("main")).to_contain_text("Download")
        picture(page, "export")

    def _by_telephone(self, SUBJID: str) -> None:
        page = self._sign_in("coordinator", PHONE_WIDTH)
        page.goto("/")
        picture(page, "phone-home")
        page.goto(f"/participants/{SUBJID}/")
        picture(page, "phone-casebook")
        page.goto(f"/participants/{SUBJID}/S/LB/")
        picture(page, "phone-form")


if __name__ == "__main__":
    main()
