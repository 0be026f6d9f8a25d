"""Before a dose in a real browser: laboratory, judgement, kit, dose; an override. Accessible on the way."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from randomization.models import TreatmentRequest
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from tests.randomization.factories import load_list
from tests.screening.factories import PASSWORD, make_cast
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from tests.visits.factories import LABORATORY, at, enter, laboratory, randomized
from trialsite import clock
from trialsite.accounts.models import User
from trialsite.crf.outcomes import Saved

pytestmark = pytest.mark.django_db(transaction=True)
WEEK_2, LATE = date(2026, 3, 30), datetime(2026, 4, 6, 4, tzinfo=UTC)


@pytest.mark.req("B2", "E3", "L19")
def test_a_dose_goes_from_laboratory_to_judgement_kit_and_form_and_a_late_one_by_an_override(
    context: BrowserContext,
    page: Page,
    live_server: LiveServer,
    vault_db: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, opened = make_cast(), load_list(vault_db)
    participant = randomized(cast, vault_db, opened)
    here = f"{live_server.url}/participants/{participant.SUBJID}"
    with at(date(2026, 3, 16)):
        laboratory(cast.coordinator, participant, "D1")

    def as_person(user: User, address: str) -> None:
        context.clear_cookies()
        take_session(context, live_server, user)
        page.goto(address)

    # The gate is closed: the laboratory is missing, and entering it is the one next thing.
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 30, 4, tzinfo=UTC))
    as_person(cast.coordinator, f"{here}/W2/dose/")
    expect(page.locator("main")).to_contain_text("The laboratory form of Week 2 is not entered.")
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page)
    assert_accessible(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("link", name="Enter the laboratory").first.click()
    page.wait_for_url("**/W2/LB/")
    for name, text in (LABORATORY | {"LBDTC": WEEK_2.isoformat()}).items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".messages")).to_contain_text("Laboratory: haematology and chemistry is")
    page.goto(f"{here}/W2/dose/")
    expect(page.locator("main")).to_contain_text("Waits for the laboratory assessor.")

    # The assessor finds it in the queue, and says give.
    as_person(cast.lab_assessor, f"{live_server.url}/doses-to-judge/")
    page.get_by_role("link", name="Judge 01-001, Week 2").click()
    expect(page.get_by_label("Give: nothing speaks against this dose")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Give: nothing speaks against this dose").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign").click()
    expect(page.locator("main")).to_contain_text("No laboratory waits to be judged.")

    # The investigator asks for the kit; the coordinator finds it on the form of the dose.
    as_person(cast.investigator, f"{here}/W2/dose/")
    page.get_by_role("link", name="Ask for the kit").first.click()
    page.get_by_role("button", name="Ask for the kit").click()
    expect(page.get_by_text("Waiting for the vault")).to_be_visible()
    request = TreatmentRequest.objects.get(participant=participant, visit="W2")
    answer(vault_db, opened.key, request.id)
    request.refresh_from_db()
    expect(page.locator("main")).to_contain_text(request.KITNO or "never")
    as_person(cast.coordinator, f"{here}/W2/dose/")
    expect(page.locator("main")).to_contain_text("The dose can be given on 30 Mar 2026.")
    page.get_by_role("link", name="Enter the dose").click()
    expect(page.locator("[name=EXKIT]")).to_have_value(request.KITNO or "never")
    expect(page.locator("[name=EXDOSPLN]")).to_have_value("23.2")
    page.locator("[name=EXPERF][value=Y]").check()
    for name, text in {
        "EXVOL": "23.2",
        "EXSTDTC": WEEK_2.isoformat(),
        "EXSTTIM": "10:00",
        "EXENDTC": WEEK_2.isoformat(),
        "EXENTIM": "11:00",
    }.items():
        page.locator(f"[name={name}]").fill(text)
    for name in ("EXINTP", "EXREACT"):
        page.locator(f"[name={name}][value=N]").check()
    page.locator("[name=EXLOC]").select_option("FOREARM")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".messages")).to_contain_text("is complete")
    page.goto(f"{here}/doses/")
    expect(page.locator("main")).to_contain_text("23.2 mL given of 23.2 mL planned (100.0 %)")
    assert_accessible(page)

    # Week 4 comes early: an investigator overrides window and interval with a signed reason.
    monkeypatch.setattr(clock, "now", lambda: LATE)
    as_person(cast.investigator, f"{here}/W4/dose/")
    expect(page.locator("main")).to_contain_text("Only 7 days from the dose of Week 2")
    page.get_by_label("Reason").fill("The participant leaves the town for three weeks")
    page.get_by_label("Your password").fill("not the password")
    page.get_by_role("button", name="Sign the override").click()
    expect(page.locator("main")).to_contain_text("This is not your password")
    expect(page.get_by_label("Reason")).to_have_value("The participant leaves the town for three weeks")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the override").click()
    expect(page.locator(".gates")).to_contain_text("Overridden")
    assert_accessible(page)
    page.goto(f"{here}/")
    expect(page.locator("#doses").locator("xpath=../..")).to_contain_text("Overridden")


def test_no_change_of_the_medication_is_one_click(
    context: BrowserContext, page: Page, live_server: LiveServer, vault_db: Connection
) -> None:
    cast, opened = make_cast(), load_list(vault_db)
    participant = randomized(cast, vault_db, opened)
    with at(date(2026, 3, 16)):
        saved = enter(cast.coordinator, participant, "SV", "D1", SVSTDTC="2026-03-16", SVCONTMO="ON-SITE")
    assert isinstance(saved, Saved)
    take_session(context, live_server, cast.coordinator)
    page.goto(f"{live_server.url}/participants/{participant.SUBJID}/D1/GC/")
    expect(page.locator("main")).to_contain_text("As at Screening; change what is different now.")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".messages")).to_contain_text("is complete")
    page.goto(f"{live_server.url}/participants/{participant.SUBJID}/medication/")
    expect(page.locator("main")).to_contain_text("Screening, Day 1")
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page)
    assert_accessible(page)
