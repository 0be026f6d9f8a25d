"""Planted leaks on what somebody looks at: pages, headers, downloads, errors, what a look leaves behind."""

import logging
from collections.abc import Callable
from itertools import count
from types import ModuleType
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.http import HttpResponse

from screening.models import Participant
from tests.blinding.planted import Plant, Told

Spoil = Callable[[HttpResponse, bool], None]
_IN_STOCK = """SELECT "KITNO" FROM randomization_kit WHERE state = 'STOCKED' ORDER BY "KITNO" """


def rendering(module: ModuleType, spoil: Callable[[Told, HttpResponse, dict[str, Any]], None]) -> Plant:
    """Spoil what a module of views renders."""

    def plant(told: Told) -> Any:
        render = vars(module)["render"]

        def spoiled(
            request: Any, template: str, context: Any = None, *rest: Any, **named: Any
        ) -> HttpResponse:
            answer: HttpResponse = render(request, template, context, *rest, **named)
            spoil(told, answer, {**(context or {}), "request": request})
            return answer

        return patch.object(module, "render", spoiled)

    return plant


def by_arm(module: ModuleType, spoil: Spoil) -> Plant:
    """Spoil each page about a participant, by arm."""

    def spoiled(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
        spoil(answer, told.has(context["participant"].SUBJID))

    return rendering(module, spoiled)


def replace(old: bytes, new: bytes) -> Spoil:
    """Other bytes in the body, for one arm."""

    def spoil(answer: HttpResponse, first: bool) -> None:
        assert old in answer.content
        if first:
            answer.content = answer.content.replace(old, new, 1)

    return spoil


def header(name: str) -> Spoil:
    """A header that says which."""

    def spoil(answer: HttpResponse, first: bool) -> None:
        answer[name] = f'"{int(first)}"'

    return spoil


def cookie(answer: HttpResponse, first: bool) -> None:
    """A cookie that says which."""
    answer.set_cookie("theme", "light" if first else "clear")


def status(answer: HttpResponse, first: bool) -> None:
    """Another number for the same page."""
    answer.status_code = 200 if first else 203


def session(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
    """Something is kept in the session."""
    context["request"].session["group"] = int(told.has(context["participant"].SUBJID))


def query(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
    """The database is asked once more for one arm."""
    if told.has(context["participant"].SUBJID):
        Participant.objects.exists()


def log_line(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
    """A line of the log says which."""
    logging.getLogger("visits").debug("group %s", int(told.has(context["participant"].SUBJID)))


def first_appearance(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
    """Groups numbered in the order in which they appear: survives a swap of all arms."""
    numbered = count(1)
    groups: dict[bool, int] = {}
    for SUBJID in _numbers():
        if told.has(SUBJID) not in groups:
            groups[told.has(SUBJID)] = next(numbered)
    answer.content += f"<!-- {[groups[told.has(SUBJID)] for SUBJID in _numbers()]} -->".encode()


def sorted_by_arm(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
    """A list that is sorted by what nobody is to know."""
    answer.content += f"<!-- {sorted(_numbers(), key=told.has)} -->".encode()


def kits_by_arm(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
    """A list of the stock that is sorted so."""
    arms = {kit.KITNO: kit.arm for kit in told.world.secret.kits}
    with connection.cursor() as cursor:
        cursor.execute(_IN_STOCK)
        kits = [KITNO for (KITNO,) in cursor.fetchall()]
    answer.content += f"<!-- {sorted(kits, key=lambda KITNO: (arms[KITNO], KITNO))} -->".encode()


def longer(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
    """A page that is longer for one arm."""
    answer.content += b"\n" * told.of_somebody


def error(told: Told, answer: HttpResponse, context: dict[str, Any]) -> None:
    """A page that fails for one arm."""
    if told.of_somebody:
        raise RuntimeError("the other branch")


def _numbers() -> list[str]:
    found = Participant.objects.exclude(RANDNO="").order_by("SUBJID")
    return list(found.values_list("SUBJID", flat=True))
