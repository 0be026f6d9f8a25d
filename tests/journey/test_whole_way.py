"""One participant the whole way in the browser: consent, screening, signature, number, dose, mail, export."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journey.people import enter, sign_in
from tests.real_stack import Stack, wait_for
from trialsite import clock
from trialsite.protocol import FORMS
from trialsite.simulation.dosing import dose
from trialsite.simulation.patients import invent
from trialsite.simulation.person import Person
from trialsite.simulation.visit_answers import assessment

pytestmark = pytest.mark.req("B2", "E3", "X1", "D3")


def somebody_eligible() -> Person:
    """An invented participant who consented a week ago and is to be randomized today."""
    today = clock.today("Asia/Shanghai")
    random = Random(3)
    while True:
        person = invent(random, today - timedelta(days=7))
        if not person.failure and person.finished and person.randomization == today:
            return person


def test_a_participant_goes_from_consent_to_export(stack: Stack, browser: Browser, password: str) -> None:
    person = somebody_eligible()
    coordinator = sign_in(browser, stack.base_url, "coordinator", password)
    SUBJID = register(coordinator, person)
    screen(coordinator, SUBJID, person)
    submit_for_review(coordinator, SUBJID)

    investigator = sign_in(browser, stack.base_url, "investigator", password)
    sign(investigator, SUBJID, password)
    kit = ask_for_number(investigator, SUBJID)

    day_one(coordinator, SUBJID, person, kit)
    read_mail(stack, coordinator)

    administrator = sign_in(browser, stack.base_url, "administrator", password)
    export(administrator, SUBJID, kit)


def register(page: Page, person: Person) -> str:
    """Consent, and the number of the participant."""
    page.goto("/participants/new/")
    page.fill("[name=RFICDTC]", person.consent.isoformat())
    page.fill("[name=RFICTIM]", "08:30")
    page.fill("[name=ICVER]", "1.0")
    page.click("main .btn-primary")
    expect(page).to_have_url(re.compile(r"/participants/01-\d{3}/"))
    found = re.search(r"/participants/(01-\d{3})/", page.url)
    assert found
    return found[1]


def screen(page: Page, SUBJID: str, person: Person) -> None:
    """Every screening form, in the schedule's order."""
    for scheduled in FORMS:
        if scheduled.code in person.screening:
            page.goto(f"/participants/{SUBJID}/S/{scheduled.code}/")
            enter(page, person.screening[scheduled.code], scheduled.code)


def submit_for_review(page: Page, SUBJID: str) -> None:
    """The verdict is eligible, and goes to the investigator."""
    page.goto(f"/participants/{SUBJID}/eligibility/")
    expect(page.locator(".state-big").first).to_contain_text("Eligible")
    expect(page.locator(".criteria > li")).to_have_count(19)
    page.click("text=Submit for review")
    expect(page.locator(".messages")).to_contain_text("Done")


def sign(page: Page, SUBJID: str, password: str) -> None:
    """A wrong password does not sign; the right one does."""
    page.goto(f"/participants/{SUBJID}/number/")
    expect(page.locator("#why-not")).to_be_visible()
    page.goto(f"/participants/{SUBJID}/eligibility/")
    decision = page.locator("#decision details").first
    for given, says in (("not the password", "Not signed"), (password, "Done")):
        if decision.get_attribute("open") is None:
            decision.locator("summary").click()
        decision.locator("input[type=password]").fill(given)
        decision.locator("button").click()
        expect(page.locator("main")).to_contain_text(says)


def ask_for_number(page: Page, SUBJID: str) -> str:
    """One click; the page shows the number by itself."""
    page.goto(f"/participants/{SUBJID}/number/")
    page.click("text=Ask for the treatment number")
    expect(page.locator("#request")).to_contain_text("Kit for Day 1")
    number = page.locator("#request .figure").first.inner_text().strip()
    kit = page.locator("#request dt:has-text('Kit for Day 1') + dd").inner_text().strip()
    assert number
    assert kit not in ("", number)
    return kit


def day_one(page: Page, SUBJID: str, person: Person, kit: str) -> None:
    """Five visits are there; Day 1 is entered, with its dose; a kit that is not the vault's is refused."""
    page.goto(f"/participants/{SUBJID}/")
    for visit in ("Day 1", "Week 2", "Week 4", "Week 6", "Week 8"):
        expect(page.locator("main")).to_contain_text(visit)
    on = person.randomization
    forms = assessment(Random(1), person, "D1", on)
    for code in ("SV", "VS", "OX", "LB"):
        page.goto(f"/participants/{SUBJID}/D1/{code}/")
        enter(page, forms[code], code)
    page.goto(f"/participants/{SUBJID}/D1/EX/")
    page.locator("[name=EXPERF][value=Y]").check()
    page.fill("[name=EXKIT]", "K-0000")
    page.locator("[name=EXKIT]").blur()
    expect(page.locator("#n-EXKIT")).to_contain_text("Not accepted")
    enter(page, dose(person, "D1", on, kit), "EX")


def read_mail(stack: Stack, page: Page) -> None:
    """A reminder, planned and delivered by the worker, can be read and says no more than it may."""
    for task in ("visits.plan_reminders", "visits.deliver_reminders"):
        stack.manage("shell", "-v0", "-c", f"from trialsite.celery import app; app.send_task('{task}')")

    def arrived() -> bool:
        page.goto("/demo/mail/")
        return page.locator(".letter").count() > 0

    wait_for(arrived, "a mail")
    letter = page.locator(".letter").first.inner_text()
    assert re.search(r"\b0\d-\d{3}\b", letter)
    assert "http" in letter


def export(page: Page, SUBJID: str, kit: str) -> None:
    """The ZIP holds what was entered."""
    page.goto("/exports/")
    page.click("text=New export")
    with page.expect_download() as downloading:
        page.click("text=Download >> nth=0")
    with zipfile.ZipFile(downloading.value.path()) as archive:
        doses = list(csv.DictReader(io.StringIO(archive.read("ex.csv").decode())))
        manifest = json.loads(archive.read("manifest.json"))
    assert [line["EXKIT"] for line in doses if line["SUBJID"] == SUBJID] == [kit]
    assert {part["file"] for part in manifest["files"]} >= {
        "participants.csv",
        "visits.csv",
        "dictionary.csv",
    }
