"""The way of a screening through several hands, in real browsers, with what may go wrong on it."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_playwright.pytest_playwright import CreateContextCallback

from screening.models import EligibilityReview, Participant
from tests.screening.factories import PASSWORD, eligible_participant, make_cast
from tests.ui.conftest import take_session
from trialsite.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """One signed-in person, and the participant in front of them."""

    def __init__(
        self, new_context: CreateContextCallback, server: LiveServer, user: User, participant: Participant
    ) -> None:
        context = new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
        take_session(context, server, user)
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.at = f"/participants/{participant.SUBJID}"

    def form(self, code: str) -> Page:
        """Open a screening form, and wait for the criteria beside it."""
        self.page.goto(f"{self.at}/S/{code}/")
        expect(self.page.locator("#eligibility .live-count")).to_be_visible()
        return self.page

    def eligibility(self) -> Page:
        """Open the page of the criteria."""
        self.page.goto(f"{self.at}/eligibility/")
        return self.page

    def type_into(self, name: str, text: str) -> None:
        """Type, and leave the field."""
        self.page.fill(f"[name={name}]", text)
        with self.page.expect_response(re.compile("/eligibility/live/")):
            self.page.press(f"[name={name}]", "Tab")

    def correct_weight(self, kilograms: str, reason: str) -> None:
        """Change a submitted value, and say why when asked."""
        page = self.form("VS")
        self.type_into("WEIGHT", kilograms)
        page.get_by_role("button", name="Submit form").click()
        expect(page.get_by_role("alert")).to_contain_text("Say why.")
        page.fill("[name=reason]", reason)
        page.get_by_role("button", name="Submit form").click()
        expect(page.locator(".messages")).to_contain_text("Vital signs is complete.")

    def submit_for_review(self, to: str) -> None:
        """Hand the screening to an investigator."""
        page = self.eligibility()
        page.get_by_label("Investigator").select_option(label=to)
        page.get_by_role("button", name="Submit for review").click()
        expect(page.locator(".messages")).to_contain_text("waits for the investigator's decision")


@pytest.mark.req("B2", "E2", "A3")
def test_entered_sent_back_corrected_approved_changed_void_and_refused_a_number(
    new_context: CreateContextCallback, live_server: LiveServer
) -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site, without=("VS",))
    coordinator = Desk(new_context, live_server, cast.coordinator, participant)
    investigator = Desk(new_context, live_server, cast.investigator, participant)

    # The panel turns as fields are left: not known, not met, met.
    page = coordinator.form("VS")
    weight = page.locator("#eligibility li", has=page.get_by_text("Age and weight"))
    expect(weight).to_contain_text("Not yet known")
    weight.get_by_role("link", name="Weight").click()
    expect(page).to_have_url(re.compile("#f-WEIGHT$"))
    for name, text in {"VSDTC": "2026-03-02", "HEIGHT": "162", "WEIGHT": "44"}.items():
        coordinator.type_into(name, text)
    expect(weight).to_contain_text("Not met")
    expect(weight).to_contain_text("45.0 kg or more is required")
    coordinator.type_into("WEIGHT", "58")
    for name, text in {"TEMP": "36.6", "SYSBP": "118", "DIABP": "74", "PULSE": "82", "RESP": "16"}.items():
        coordinator.type_into(name, text)
    expect(page.locator("#eligibility .panel-head")).to_contain_text("Eligible")
    expect(page.locator("#eligibility .live-count")).to_contain_text("counting what you typed")
    page.get_by_role("button", name="Submit form").click()
    expect(page.locator(".messages")).to_contain_text("Vital signs is complete.")
    coordinator.submit_for_review(to="Dr Investigator")

    # Sent back with a question about one field.
    page = investigator.eligibility()
    page.locator("summary", has_text="Send back with a question").click()
    back = page.locator("details[name=decision][open]")
    back.get_by_label("Question 1").fill("With shoes?")
    back.get_by_label("About").first.select_option("VS.WEIGHT")
    back.get_by_label("Your password").fill(PASSWORD)
    back.get_by_role("button", name="Send back with a question").click()
    expect(page.locator(".messages")).to_contain_text("Signed: sent back with questions.")

    # The coordinator finds the question, at the field too, and corrects with a reason.
    page = coordinator.eligibility()
    expect(page.get_by_text("sends it back")).to_be_visible()
    page.get_by_role("link", name="Weight", exact=True).first.click()
    expect(page.locator("#f-WEIGHT")).to_contain_text("With shoes?")
    coordinator.correct_weight("57", "Weighed again without shoes")
    coordinator.submit_for_review(to="Dr Investigator")

    page = investigator.eligibility()
    page.get_by_label("Your password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign as eligible").click()
    expect(page.locator(".messages")).to_contain_text("Signed: eligible.")

    # A value changes: the signature is void, and no number is given.
    coordinator.correct_weight("56", "Typing error")
    review = EligibilityReview.objects.order_by("-submitted_at")[0]
    assert (review.state, review.void_reason) == ("voided", "Changed since it was frozen: VS.WEIGHT.")
    page = investigator.eligibility()
    expect(page.get_by_text("The last review is void.")).to_be_visible()
    page.goto(f"{investigator.at}/number/")
    expect(page.locator("main")).to_contain_text("No investigator's signature on eligibility is in force.")
    expect(page.get_by_role("button", name=re.compile("Ask for"))).to_have_count(0)
