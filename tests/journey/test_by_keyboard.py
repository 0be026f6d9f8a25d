"""A whole screening entered by keyboard alone: every key goes to what has the focus, and no pointer."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from screening.case import case_of
from tests.screening.example import DAY, EXAMPLE
from tests.screening.factories import make_cast, registered
from tests.ui.conftest import take_session
from trialsite.crf.exchange import typed_from
from trialsite.crf.forms import form_by_code

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STOPS = 400
# What the visit asks beside what the criteria read.
SYSTEMS = ("PESKIN", "PELUNG", "PEHEART", "PEABD", "PEMSK", "PEOTH")
RATINGS = {"MMRC": "2", "COUGHNRS": "4", "FATIGNRS": "6", "ITCHNRS": "0", "PAINNRS": "3"}
ALSO = {
    "PE": {"PEDTC": DAY, **dict.fromkeys(SYSTEMS, "NORMAL")},
    "SY": {"SYDTC": DAY, **RATINGS, "FEVER": "N"},
}
_FOCUSED = """() => {
  const at = document.activeElement;
  return {
    tag: at.tagName, type: at.type || "", name: at.name || "", value: at.value || "",
    checked: !!at.checked, inForm: !!at.closest("form.crf"),
    adds: at.hasAttribute("data-add-row") ? at.closest("[data-section]").dataset.section : "",
  };
}"""


class Keyboard:
    """The keys of one person on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def answer_with(self, *keys: str, text: str = "") -> None:
        """Keys that change an answer; the server's findings are awaited, since they may open questions."""
        with self.page.expect_response(re.compile("/check/")):
            if text:
                self.page.keyboard.press("ControlOrMeta+a")
                self.page.keyboard.type(text)
            for key in keys:
                self.press(key)

    def fill_in(self, answers: dict[str, str]) -> None:
        """Tab through the open form, answer what is asked, confirm what is questioned, and submit."""
        address = self.page.url
        # A variable with a single unit has no list of units.
        open_answers = {
            name: text
            for name, text in answers.items()
            if not name.endswith("_UNIT") or self.page.locator(f"form.crf [name='{name}']").count()
        }
        for _ in range(MOST_STOPS):
            if self.page.url != address:
                return
            at = self.page.evaluate(_FOCUSED)
            wanted = open_answers.get(at["name"])
            if at["adds"] and any(name.startswith(f"{at['adds']}-") for name in open_answers):
                self.press("Enter")  # the focus goes on to the new row
                continue
            if at["type"] == "radio" and wanted:
                self.choose(at["name"], wanted)
                del open_answers[at["name"]]
            elif at["tag"] == "SELECT" and wanted:
                if at["value"] != wanted:
                    self.pick(wanted)
                del open_answers[at["name"]]
            elif at["type"] == "text" and wanted:
                del open_answers[at["name"]]
                self.answer_with("Tab", text=wanted)
                continue
            elif at["type"] == "checkbox" and not at["checked"]:
                self.press("Space")  # yes, this unusual value is right
            elif at["type"] == "submit" and at["inForm"] and not self.asked(open_answers):
                with self.page.expect_navigation():
                    self.press("Enter")
                continue
            self.press("Tab")
        said = self.page.locator("form.crf").inner_text()
        raise AssertionError(f"{address} could not be submitted; left: {open_answers}; page: {said}")

    def asked(self, answers: dict[str, str]) -> list[str]:
        """Those of the answers whose question can be seen."""
        return [name for name in answers if self.page.locator(f"form.crf [name='{name}']:visible").count()]

    def choose(self, name: str, wanted: str) -> None:
        """Walk along the radio buttons of a question to the wanted one."""
        if self.page.evaluate(_FOCUSED)["value"] == wanted:
            self.answer_with("Space")
            return
        for _ in range(8):
            self.answer_with("ArrowRight")
            at = self.page.evaluate(_FOCUSED)
            assert at["name"] == name
            if at["value"] == wanted:
                return
        raise AssertionError(f"{name} has no answer {wanted}")

    def pick(self, wanted: str) -> None:
        """Go down a list to the wanted entry."""
        for _ in range(40):
            self.press("ArrowDown")
            if self.page.evaluate(_FOCUSED)["value"] == wanted:
                return
        raise AssertionError(f"The list has no {wanted}")


def typed(code: str) -> dict[str, str]:
    """What is typed into a form of screening."""
    answers, unknown = typed_from(form_by_code(code), {**EXAMPLE, **ALSO}[code])
    assert not unknown
    return {name: text for name, text in answers.items() if text}


def test_a_whole_screening_is_entered_by_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    cast = make_cast()
    participant = registered(cast.coordinator, cast.site)
    take_session(page.context, live_server, cast.coordinator)
    page.set_default_timeout(20_000)
    page.goto(f"{live_server.url}/participants/{participant.SUBJID}/S/SV/")
    entered = []
    while match := re.search(r"/S/([A-Z]+)/$", page.url):
        code = match[1]
        assert code not in entered, f"{code} came up twice"
        Keyboard(page).fill_in(typed(code))
        entered.append(code)
    expect(page).to_have_url(re.compile(f"/participants/{participant.SUBJID}/$"))
    assert set(entered) == {*EXAMPLE, *ALSO} - {"DS"}
    assert case_of(participant).eligible
