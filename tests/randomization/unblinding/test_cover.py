"""The page that shows a treatment covers it while its tab is, and is empty once it was left."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from randomization.vault.database import Connection
from randomization.vault.disclosing import disclose_waiting
from screening.models import Participant
from tests.randomization.factories import OpenList
from tests.randomization.unblinding.conftest import arm_of
from tests.randomization.unblinding.test_pages import ask
from trialsite import environment
from trialsite.accounts.models import User

SCRIPT = environment.ROOT / "static" / "js" / "unblinding.js"
HIDE_TAB = """() => {
    Object.defineProperty(document, "hidden", {value: true, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.mark.req("S3", "L17")
def test_it_is_covered_with_its_tab_shown_again_by_a_button_and_gone_when_the_page_is_left(
    vault_db: Connection,
    opened: OpenList,
    sign_in: Callable[[User], Client],
    randomized: Participant,
    investigator: User,
    page: Page,
) -> None:
    client, arm = sign_in(investigator), arm_of(randomized, opened)
    here = ask(client, randomized)["Location"]
    disclose_waiting(vault_db, opened.key)
    page.set_content(client.post(f"{here}show/").content.decode())
    page.add_script_tag(path=SCRIPT)
    treatment = page.get_by_text(arm)
    expect(treatment).to_be_visible()
    page.evaluate(HIDE_TAB)
    expect(treatment).to_be_hidden()
    page.get_by_role("button", name="Show it again").click()
    expect(treatment).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert arm not in page.content()
    expect(page.get_by_role("button", name="Show it again")).to_be_hidden()
