"""Asking for every address as every blinded person, and keeping each answer whole: status, headers, body.

A page that a person may not see is asked for once, for the refusal.
"""

import hashlib
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client, client

from randomization import views as randomization_views
from screening.models import Participant
from tests.blinding.addresses import EVERYTHING, Filled, Route, Scope, objects, routes
from tests.blinding.people import blinded_people
from tests.blinding.surfaces import Surfaces
from tests.blinding.world import World
from trialsite import health
from trialsite.accounts.models import User

_LATER = timedelta(minutes=1)  # when everybody looks: after the last event
_FOUND, _REFUSED, _METHOD_NOT_ALLOWED = 200, 403, 405
_ALIKE = {_REFUSED, _METHOD_NOT_ALLOWED}
FAILS = "?fails"  # stands in the address of the one page that is made to fail
_NEVER = {"logout"}  # would end the session that the rest is asked with
# What somebody curious would add to an address; what a list can be narrowed by is among it (L2).
_CURIOUS = "?" + urlencode({**dict.fromkeys(("sort", "order", "by", "group"), "arm"), "q": "TCZ", "ARM": "1"})
# An empty form would do these to the people who are still to look.
_NO_EMPTY_FORM = {"give_role", "end_role", "deactivate_person", "reactivate_person", "password_link"}


def crawl(world: World, scope: Scope = EVERYTHING) -> Surfaces:
    """Every answer that blinded people get in a world that is entered, by person and address.

    First everybody looks at everything; then everybody sends an empty form to what takes forms only.
    """
    found: Surfaces = {}
    every = [route for route in routes() if route.name not in _NEVER]
    there = objects()
    filled = {route: scope.of(route, there.arguments(route)) for route in every}
    people = [one for one in blinded_people() if scope.people is None or one.username in scope.people]
    outside = patch.multiple(health, _worker_answers=lambda _: True, KEPT_SECONDS=-1.0)
    # What templates were given is not kept: nobody asks for it.
    unseen = patch.object(client, "store_rendered_templates", lambda *_, **__: None)
    with outside, unseen:
        takes_forms_only: dict[str, set[Route]] = {}
        for person in people:
            visitor = _Visitor(world, person)
            found |= visitor.looks(filled)
            takes_forms_only[person.username] = visitor.takes_forms_only
        for person in people:
            found |= _Visitor(world, person).sends(filled, takes_forms_only[person.username])
    return found


class _Visitor:
    """One person with a browser."""

    def __init__(self, world: World, person: User) -> None:
        self.world = world
        self.person = person
        self.client = Client(raise_request_exception=False)
        self.takes_forms_only: set[Route] = set()
        world.chance.begin(f"session of {person.username}")
        world.moments.begin(_LATER)
        self.client.force_login(person)
        self.client.get("/nowhere/")  # the first page of a session writes into it

    def looks(self, filled: Filled) -> Surfaces:
        """Every page, and what htmx would get of it; at last what does not work.

        A route that takes forms only, or is refused, answers alike for every object: one is enough.
        """
        found: Surfaces = {}
        for route, ways in filled.items():
            for arguments in ways:
                path = route.filled(arguments)
                page, status = self._ask("get", path)
                found |= page
                if status == _METHOD_NOT_ALLOWED:
                    self.takes_forms_only.add(route)
                if status in _ALIKE:
                    break
                varies = b"Vary: HX-Request" in next(iter(page.values()))
                if status == _FOUND and (varies or arguments is ways[0]):
                    found |= self._ask("get", path, HX_REQUEST="true")[0]
                if status == _FOUND and not route.parameters:
                    found |= self._ask("get", path + _CURIOUS)[0]
        found |= self._ask("get", "/nowhere/")[0]
        if address := self.world.calendars.get(self.person.username):
            found |= self._ask("get", address.removeprefix(settings.PUBLIC_URL))[0]
        with patch.object(randomization_views, "number_page", side_effect=RuntimeError("planted")):
            found |= self._ask("get", f"/participants/{_any_subject()}/number/{FAILS}")[0]
        return found

    def sends(self, filled: Filled, takes_forms_only: set[Route]) -> Surfaces:
        """An empty form to the first and last object of every address that does nothing but take forms."""
        found: Surfaces = {}
        for route, ways in filled.items():
            if route in takes_forms_only and route.name not in _NO_EMPTY_FORM:
                for arguments in ways[:1] + ways[1:][-1:]:
                    found |= self._ask("post", route.filled(arguments))[0]
        return found

    def _ask(self, method: str, path: str, **headers: str) -> tuple[Surfaces, int]:
        name = f"page {self.person.username} {method}{' htmx' if headers else ''} {path}"
        for other in set(self.client.cookies) - {settings.SESSION_COOKIE_NAME}:
            del self.client.cookies[other]  # no page follows from what the page before it left
        self.world.chance.begin(name)
        self.world.moments.begin(_LATER)
        before = len(self.world.statements)
        answer = getattr(self.client, method)(path, **{f"HTTP_{key}": each for key, each in headers.items()})
        asked = "\n".join(self.world.statements[before:])
        del self.world.statements[before:]
        return {name: _whole(answer, asked)}, answer.status_code


def _any_subject() -> str:
    return str(Participant.objects.order_by("SUBJID").values_list("SUBJID", flat=True)[0])


def _whole(answer: HttpResponseBase, statements: str) -> bytes:
    """Status, headers, cookies, number and text of the statements (as a hash), body."""
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    head = [str(answer.status_code), *sorted(f"{name}: {value}" for name, value in answer.items())]
    head += [answer.cookies.output(), f"{statements.count(chr(10)) + 1} lines of SQL"]
    head.append(hashlib.sha256(statements.encode()).hexdigest())
    return "\n".join(head).encode() + b"\n\n" + body
