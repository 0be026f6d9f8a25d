"""Saying where to go, once the pages answer."""

import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from threading import Event, Thread

from trialsite import health

WAIT_SECONDS = 60.0
LINE = "-" * 78


def announce_when_up(address: str, introduction: Sequence[str], ended: Event) -> None:
    """Print where to go when the system is up. Returns at once; `ended` stops the waiting."""
    Thread(target=_wait_and_print, args=(address, introduction, ended), daemon=True).start()


def _wait_and_print(address: str, introduction: Sequence[str], ended: Event) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not ended.wait(0.3):
        # Asked here first, because the web server reports every bad answer that it gives.
        if all(health.parts().values()) and _is_up(f"{address}/healthz"):
            print(block(address, introduction), flush=True)
            return
        if time.monotonic() > until:
            print(f"Something does not come up; {address}/healthz says what.", flush=True)
            return


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def block(address: str, introduction: Sequence[str]) -> str:
    """The text that tells a newcomer what to do next."""
    lines = [LINE, f"  Open {address}"]
    lines += [f"  {line}" for line in introduction]
    lines += ["  Ctrl-C stops everything.", LINE]
    return "\n".join(lines)
