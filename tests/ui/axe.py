"""Accessibility of a page as the browser shows it, checked by axe against WCAG 2.2 AA."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # a selector for each element that passes takes half of the time
}


# What a sticky bar covers at this moment can be scrolled free, which axe does not know.
_SET_POSITION = """(position) => {
  for (const bar of document.querySelectorAll(".crf-foot")) bar.style.position = position;
}"""


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now; a line each with rule, element and remedy."""
    page.wait_for_load_state()
    page.evaluate(_SET_POSITION, "static")
    found = Axe().run(page, options=RULES).response["violations"]
    page.evaluate(_SET_POSITION, "")
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fails with what axe found. The page must have been loaded to the state that is to be checked."""
    found = violations(page)
    assert not found, f"{page.url} at {page.viewport_size}:\n" + "\n".join(found)


def assert_fits(page: Page) -> None:
    """Fails when the page can be scrolled sideways."""
    # A page that was just asked for has no elements for a moment.
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than {page.viewport_size}"
