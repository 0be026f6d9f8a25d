"""Planted leaks on what somebody looks at: pages, headers, errors, what a look leaves behind."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.test import override_settings

from screening.models import Participant
from tests.blinding import database
from tests.blinding.planted import Plant, Told
from trialsite.embedded import roles

Spoil = Callable[[Told, HttpRequest, HttpResponseBase, str], None]
_OK = 200
_planted: list[Callable[[HttpRequest, HttpResponseBase], None]] = []


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The innermost middleware: what it does to an answer is as if the view had done it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        given = get_response(request)
        for spoil in _planted:
            spoil(request, given)
        return given

    return answer


def on(route: str, spoil: Spoil) -> Plant:
    """Spoil each page of a route that is found; `spoil` is told the participant's number, or an empty one."""

    @contextmanager
    def plant(told: Told) -> Iterator[None]:
        def spoiled(request: HttpRequest, answer: HttpResponseBase) -> None:
            match = request.resolver_match
            if match is not None and match.url_name == route and answer.status_code == _OK:
                spoil(told, request, answer, str(match.kwargs.get("SUBJID", "")))

        with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, f"{__name__}.middleware"]):
            _planted.append(spoiled)
            try:
                yield
            finally:
                _planted.clear()

    return plant


def _write(answer: HttpResponseBase, content: bytes) -> None:
    body: bytes = answer.content  # type: ignore[attr-defined]  # pages are no streams
    answer.content = body + content  # type: ignore[attr-defined]


def replace(old: bytes, new: bytes) -> Spoil:
    """Other bytes in the body, for one arm."""

    def spoil(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
        body: bytes = answer.content  # type: ignore[attr-defined]  # pages are no streams
        if not request.headers.get("HX-Request"):
            assert old in body
        if told.has(SUBJID):
            answer.content = body.replace(old, new, 1)  # type: ignore[attr-defined]

    return spoil


def header(name: str) -> Spoil:
    """A header that says which."""

    def spoil(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
        answer.headers[name] = f'"{int(told.has(SUBJID))}"'

    return spoil


def to_htmx(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """Only the answer to a script says which."""
    if request.headers.get("HX-Request"):
        answer.headers["HX-Trigger"] = "first" if told.has(SUBJID) else "second"


def asked_for(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A parameter that no link has, and that finds those who have one arm."""
    if "sort" in request.GET:
        badges(told, request, answer, SUBJID)


def cookie(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A cookie that says which."""
    answer.set_cookie("theme", "light" if told.has(SUBJID) else "clear")


def status(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """Another number for the same page."""
    answer.status_code = 203 if told.has(SUBJID) else _OK


def session(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """Something is kept in the session."""
    request.session["group"] = int(told.has(SUBJID))


def query(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """The database is asked once more for one arm."""
    if told.has(SUBJID):
        Participant.objects.exists()


def log_line(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A line of the log says which."""
    logging.getLogger("visits").debug("group %s", int(told.has(SUBJID)))


def first_appearance(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """Groups numbered in the order in which they appear: survives a swap of all arms."""
    numbered = count(1)
    groups: dict[bool, int] = {}
    for one in _numbers(told):
        if told.has(one) not in groups:
            groups[told.has(one)] = next(numbered)
    _write(answer, f"<!-- {[groups[told.has(one)] for one in _numbers(told)]} -->".encode())


def badges(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A badge for those who have one arm."""
    _write(answer, f"<!-- {[one for one in _numbers(told) if told.has(one)]} -->".encode())


def kits_by_arm(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A list of the stock that is sorted by arm."""
    arms = {kit.KITNO: kit.arm for kit in told.world.secret.kits}
    kits = sorted(arms, key=lambda KITNO: (arms[KITNO], KITNO))
    _write(answer, f"<!-- {kits[:20]} -->".encode())


def longer(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A page that is longer for one arm."""
    _write(answer, b"\n" * told.of_somebody)


def error(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A page that fails for one arm."""
    if told.of_somebody:
        raise RuntimeError("the other branch")


def value(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A masked value, where nobody looks."""
    _write(answer, f'<input type="hidden" value="{told.masked.get(SUBJID, ())[-1:]}">'.encode())


def abnormal(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """How many masked values are out of range: a number that would be an alert."""
    _write(
        answer,
        f"<!-- {sum(each > _LIMIT for values in told.masked.values() for each in values)} -->".encode(),
    )


def height(told: Told, request: HttpRequest, answer: HttpResponseBase, SUBJID: str) -> None:
    """A chart whose axis ends where the highest masked value lies."""
    answer.headers["X-Height"] = str(max(told.masked.get(SUBJID, (0.0,))) // 1)


_LIMIT = 5.0  # mg/L


def _numbers(told: Told) -> list[str]:
    with database.connect(roles.OWNER, told.world.name) as owner:
        given = 'SELECT "SUBJID" FROM screening_participant WHERE "RANDNO" <> \'\' ORDER BY 1'
        return [SUBJID for (SUBJID,) in owner.execute(given).fetchall()]
