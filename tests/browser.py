"""The browser of the tests: Chromium as the system or the test tool has it."""

import os
from pathlib import Path

import pytest

from tests.find_chromium import chromium

ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts the browser; its fixtures `page` and `context` build on this."""
    found = chromium()
    assert found is not None, "No Chromium: `make test` installs one; EDC_CHROMIUM names one elsewhere."
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    return {"executable_path": str(Path(found)), "args": arguments}


@pytest.fixture(scope="session", autouse=True)
def _django_beside_the_browser() -> None:
    # The browser's driver keeps an event loop running in this thread; Django would refuse the database in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
