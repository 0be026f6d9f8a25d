"""Finds a Chromium for the browser tests, or installs one: `python -m tests.find_chromium`."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DOWNLOAD_SECONDS = 240


def _of_playwright() -> str | None:
    places = [
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        "~/.cache/ms-playwright",
        "~/Library/Caches/ms-playwright",
    ]
    for place in filter(None, places):
        for pattern in ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*"):
            found = sorted(Path(place).expanduser().glob(pattern))
            if found:
                return str(found[-1])
    return None


def _of_system() -> str | None:
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or next(
        (path for path in APPLICATIONS if Path(path).exists()), None
    )


def chromium() -> str | None:
    """The path of a Chromium: the one EDC_CHROMIUM names, the test tool's, the system's; None without any."""
    return os.environ.get("EDC_CHROMIUM") or _of_playwright() or _of_system()


def _as_root(*command: str) -> list[str]:
    return list(command) if os.geteuid() == 0 else ["sudo", "-n", *command]


def _ways() -> list[list[str]]:
    """The commands that may install one, in the order in which they are tried."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if platform.system() == "Darwin":
        ways.append(["brew", "install", "--cask", "chromium"])
    elif shutil.which("apt-get"):
        ways.append(_as_root("apt-get", "update", "-q"))
        ways.append(_as_root("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"))
    return ways


def _install() -> None:
    for way in _ways():
        print("Looking for a browser:", " ".join(way), file=sys.stderr, flush=True)
        try:
            subprocess.run(way, timeout=DOWNLOAD_SECONDS, check=False, stdout=sys.stderr)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(error, file=sys.stderr)
        if chromium():
            return


if __name__ == "__main__":
    if not chromium():
        _install()
    path = chromium()
    if not path:
        sys.exit("No Chromium could be installed. Install one, or name it in EDC_CHROMIUM.")
    print(path)
