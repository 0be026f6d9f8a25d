"""The supply in a real browser: from the order to the destroyed kit, at a desk and on a telephone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from randomization.supply.models import Kit, Shipment
from randomization.vault import keys, kits_report, kits_shipping
from randomization.vault.database import Connection
from randomization.vault.kits_packing import Pack
from tests.randomization.supply.factories import LATE, load_kits
from tests.screening.factories import PASSWORD, Cast, make_cast
from tests.ui.axe import assert_accessible, assert_fits
from tests.ui.conftest import take_session
from trialsite.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (390, 1440)
NUMBER = re.compile(r"K\d{7}")


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody of two sites."""
    return make_cast()


class Walk:
    """A browser in the hands of one person after the other."""

    def __init__(self, page: Page, context: BrowserContext, server: LiveServer) -> None:
        self.page, self._context, self._server = page, context, server
        self.said: list[str] = []
        page.on(
            "console", lambda message: self.said.append(message.text) if message.type == "error" else None
        )

    def open(self, user: User, path: str) -> Page:
        """The page as this person gets it."""
        take_session(self._context, self._server, user)
        self.page.goto(self._server.url + path)
        return self.page

    def look(self) -> None:
        """Hold the page as it stands against what a page must keep, at both widths."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            assert_fits(self.page)
            assert_accessible(self.page)
        assert self.said == []

    def sign(self, button: str) -> None:
        """Type the password beside the button, and press it."""
        form = self.page.locator("form", has=self.page.get_by_role("button", name=button))
        form.get_by_label("Your password").fill(PASSWORD)
        form.get_by_role("button", name=button).click()


@pytest.mark.req("A1", "L5", "E1")
def test_kits_are_ordered_sent_received_too_warm_released_returned_and_destroyed(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    vault_db: Connection,
    cast: Cast,
    key_file: Path,
) -> None:
    key, walk = keys.load(key_file), Walk(page, context, live_server)
    load_kits(vault_db, key, Pack("01", "A1", LATE, 6))
    walk.open(cast.coordinator, "/supply/")
    walk.look()
    page.get_by_role("link", name="01 Hospital 01").click()
    page.get_by_label("Pairs of kits").fill("2")
    page.get_by_role("button", name="Order kits").click()
    expect(page.get_by_text("The kits are ordered")).to_be_visible()
    shipment = Shipment.objects.get()
    kits_shipping.prepare(vault_db, key, shipment.pk)
    where = f"/supply/01/shipments/{shipment.pk}/"

    walk.open(cast.pharmacist, where)
    walk.look()
    walk.sign("Sign and send")
    expect(page.get_by_text("The shipment is on its way")).to_be_visible()

    walk.open(cast.coordinator, where)
    for choice in page.get_by_role("radio", name="In order").all():
        choice.check()
    page.get_by_label("Lowest temperature, °C").fill("4.0")
    page.get_by_label("Highest temperature, °C").fill("15.5")
    walk.look()
    walk.sign("Sign the receipt")
    expect(page.get_by_role("heading", name="Temperature outside the limits")).to_be_visible()

    walk.open(cast.pharmacist, "/supply/01/")
    page.get_by_label("Reason").fill("The maker says that they may be used")
    walk.look()
    walk.sign("Sign the decision")
    expect(page.get_by_text("Decided, for all kits")).to_be_visible()

    walk.open(cast.coordinator, "/supply/01/")
    page.get_by_text("Show the kits").click()
    walk.look()
    page.get_by_role("checkbox", name=NUMBER).first.check()
    page.get_by_label("What to do with the ticked kits").select_option("Return to the depot")
    page.get_by_label("What happened, or why").fill("The box is torn")
    walk.sign("Sign")
    expect(page.get_by_text("1 kits: return")).to_be_visible()

    walk.open(cast.pharmacist, "/supply/01/")
    page.get_by_text("Show the kits").click()
    page.locator("tr", has_text="Returned").get_by_role("checkbox").check()
    page.get_by_label("What happened, or why").fill("Burnt, with a witness")
    walk.sign("Sign")
    expect(page.get_by_text("1 kits: destroy")).to_be_visible()
    walk.open(cast.pharmacist, "/supply/01/ledger/")
    expect(page.get_by_text("Burnt, with a witness")).to_be_visible()
    walk.look()
    assert Kit.objects.filter(state="DESTROYED").count() == 1


@pytest.mark.req("L5", "C1")
def test_the_pharmacist_is_shown_the_contents_once(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    vault_db: Connection,
    cast: Cast,
    key_file: Path,
) -> None:
    key, walk = keys.load(key_file), Walk(page, context, live_server)
    load_kits(vault_db, key, Pack("01", "A1", LATE, 3))
    walk.open(cast.pharmacist, "/kit-contents/")
    walk.look()
    walk.sign("Ask for the contents")
    expect(page.get_by_text("Waiting for the vault")).to_be_visible()
    kits_report.answer_waiting(vault_db, key)
    page.get_by_role("button", name="Show the contents").click()
    expect(page.get_by_role("heading", name="Stock")).to_be_visible()
    assert NUMBER.search(page.content())
    walk.look()
    for user, path in (
        (cast.statistician, "/strata/"),
        (cast.pharmacist, "/kit-lists/"),
        (cast.pharmacist, "/"),
    ):
        walk.open(user, path)
        walk.look()
