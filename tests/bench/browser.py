"""A person at a keyboard, without the browser: one kept connection, cookies, forms."""

import http.client
import re
import statistics
import time
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

_HIDDEN = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|version|key|attempt)" value="([^"]*)"')


class Person:
    """One signed-in person. Answers are (status, body); redirects are not followed."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.location = ""

    def close(self) -> None:
        """End the kept connection."""
        self._connection.close()

    def get(self, path: str) -> tuple[int, str]:
        """GET a page."""
        return self._send("GET", path, None)

    def download(self, path: str) -> int:
        """GET a file and drop it as it comes; the status."""
        self._connection.request("GET", path, headers=self._headers())
        answer = self._connection.getresponse()
        while answer.read(1 << 20):
            pass
        return answer.status

    def post(self, path: str, data: Mapping[str, str]) -> tuple[int, str]:
        """POST a form."""
        return self._send("POST", path, urlencode(data))

    def _send(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = self._headers()
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode(errors="replace")
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        self.location = urlsplit(answer.headers.get("Location", "")).path
        return answer.status, text

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def same_session_as(self, other: "Person") -> None:
        """Go on as a person who has signed in, over a connection of one's own."""
        self._cookies = dict(other._cookies)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in as a demonstration account."""
        _, page = self.get("/login/")
        status, _ = self.post("/login/", hidden(page) | {"username": username, "password": password})
        assert status == 302, f"{username} could not sign in: {status}"


def hidden(page: str) -> dict[str, str]:
    """The hidden inputs that a form sends back."""
    return dict(_HIDDEN.findall(page))


class _Inputs(HTMLParser):
    """Collects what a browser would send of the last form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._select, self._first = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.found = {}
        elif tag == "select":
            self._select, self._first = name, True
        elif tag == "option":
            if self._first or "selected" in given:
                self.found[self._select] = given.get("value", "")
            self._first = False
        elif (
            tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given)
        ):
            self.found[name] = given.get("value", "")


def inputs(page: str) -> dict[str, str]:
    """Every named input of the page's entry form with its value."""
    start = max(page.find('<form class="crf"'), 0)
    reader = _Inputs()
    reader.feed(page[start : page.index("</form>", start)] if "</form>" in page else page)
    return reader.found


def median_seconds(act: Callable[[], object], rounds: int) -> float:
    """The median time of an act; the first tenth is a warm-up."""
    times = []
    for _ in range(rounds + rounds // 10):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times[rounds // 10 :])
