"""Asking for every address as every blinded person, and keeping each answer whole: status, headers, body.

An address that this module cannot fill with objects of the world stops the proof: nothing is left out in
silence. A page that a person may not see is asked for once, for the refusal.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from randomization import views as randomization_views
from randomization.supply.models import Quarantine, Shipment
from randomization.unblinding.models import UnblindingRequest
from screening.criteria import CRITERIA
from screening.models import EligibilityReview, Participant
from tests.blinding.people import blinded_people
from tests.blinding.surfaces import Surfaces
from tests.blinding.world import World
from trialsite import health
from trialsite.accounts.models import Membership, Site, User
from trialsite.crf.models import Query
from trialsite.export.models import Export
from trialsite.protocol import FORMS, VISITS

Arguments = dict[str, Any]
_NOBODY = UUID(int=0)
_LATER = timedelta(minutes=1)  # when everybody looks: after the last event
_FOUND, _REFUSED, _METHOD_NOT_ALLOWED = 200, 403, 405
_ALIKE = {_REFUSED, _METHOD_NOT_ALLOWED}
_NEVER = {"logout"}  # would end the session that the rest is asked with
# An empty form would do these to the people who are still to look.
_NO_EMPTY_FORM = {"give_role", "end_role", "deactivate_person", "reactivate_person", "password_link"}


class NotCovered(AssertionError):
    """An address of the application that the crawl does not know how to fill."""


@dataclass(frozen=True)
class Scope:
    """Which part of a world is looked at; everything by default."""

    participants: frozenset[str] | None = None
    forms: frozenset[str] | None = None  # None: every form
    routes: frozenset[str] | None = None
    people: frozenset[str] | None = None
    most: int | None = None  # objects a route

    def keeps(self, route: str, arguments: Arguments) -> bool:
        """Whether an address is within it."""
        return (
            (self.routes is None or route in self.routes)
            and (self.participants is None or arguments.get("SUBJID", "") in {"", *self.participants})
            and (self.forms is None or "form" not in arguments or arguments["form"] in self.forms)
        )

    def of(self, route: "Route", ways: "list[Arguments]") -> "list[Arguments]":
        """The ways to fill a route that are within it, the last of them first: most happened there."""
        kept = [one for one in ways if self.keeps(route.name, one)]
        return kept if self.most is None else kept[: -self.most - 1 : -1]


EVERYTHING = Scope()


@dataclass(frozen=True)
class Route:
    """One pattern of the router."""

    name: str
    address: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]

    def filled(self, arguments: Arguments) -> str:
        """The path with these arguments."""
        path = self.address
        for name in self.parameters:
            start = path.index("<")
            end = path.index(">")
            assert path[start:end].endswith(name)
            path = path[:start] + str(arguments[name]) + path[end + 1 :]
        return "/" + path


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[Route]:
    """Every pattern of the application."""
    for entry in (resolver or get_resolver()).url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            names = tuple(part.split(">")[0].split(":")[-1] for part in where.split("<")[1:])
            yield Route(str(entry.name), where, names, entry.callback)
        else:
            yield from routes(entry, where)


Filled = dict[Route, list[Arguments]]


@dataclass
class Objects:
    """What the addresses are filled with."""

    subjects: list[str]
    reviews: list[tuple[str, UUID]]
    unblindings: list[tuple[str, UUID]]
    others: dict[str, list[Any]] = field(default_factory=dict)

    def arguments(self, route: Route) -> list[Arguments]:
        """All ways to fill a route; NotCovered when there is none that this class knows."""
        fill = _FILLED.get(route.parameters) or _FILLED_BY_NAME.get(route.name)
        if fill is None:
            raise NotCovered(f"The crawl does not know how to fill {route.address}")
        return list(fill(self))


def objects() -> Objects:
    """The objects of the world that is entered."""

    def keys(rows: Any) -> list[Any]:
        return list(rows.values_list("pk", flat=True)) or [_NOBODY]

    number = "participant__SUBJID"
    return Objects(
        list(Participant.objects.order_by("SUBJID").values_list("SUBJID", flat=True)),
        list(EligibilityReview.objects.order_by(number, "pk").values_list(number, "pk")),
        list(UnblindingRequest.objects.order_by(number, "pk").values_list(number, "pk")),
        {
            "query": keys(Query.objects.order_by("opened_at", "pk")),
            "export": keys(Export.objects.order_by("asked_at")),
            "site": list(Site.objects.order_by("code").values_list("code", flat=True)),
            "shipment": list(Shipment.objects.order_by("site", "ordered_at").values_list("site_id", "pk")),
            "quarantine": list(Quarantine.objects.order_by("site", "begun_at").values_list("site_id", "pk"))
            or [("01", _NOBODY)],
            "user": list(User.objects.order_by("username").values_list("username", flat=True)),
            "membership": list(Membership.objects.order_by("pk").values_list("user__username", "pk")),
        },
    )


def _planned(found: Objects) -> Iterator[Arguments]:
    for SUBJID in found.subjects:
        for form in FORMS:
            for visit in form.visits:
                yield {"SUBJID": SUBJID, "visit": visit, "form": form.code}


def _each(name: str, kind: str) -> Callable[[Objects], Iterable[Arguments]]:
    return lambda found: ({name: each} for each in found.others[kind])


def _pairs(names: tuple[str, str], kind: str) -> Callable[[Objects], Iterable[Arguments]]:
    return lambda found: (dict(zip(names, pair, strict=True)) for pair in found.others[kind])


def _with_subject(pairs: Sequence[tuple[str, UUID]], found: Objects) -> Iterable[Arguments]:
    return ({"SUBJID": SUBJID, "pk": pk} for SUBJID, pk in pairs or [(found.subjects[0], _NOBODY)])


_FILLED: dict[tuple[str, ...], Callable[[Objects], Iterable[Arguments]]] = {
    (): lambda found: [{}],
    ("SUBJID",): lambda found: ({"SUBJID": SUBJID} for SUBJID in found.subjects),
    ("SUBJID", "visit"): lambda found: (
        {"SUBJID": SUBJID, "visit": visit.code} for SUBJID in found.subjects for visit in VISITS
    ),
    ("SUBJID", "visit", "form"): _planned,
    ("SUBJID", "visit", "form", "repeat"): lambda found: (
        {"SUBJID": SUBJID, "visit": "S", "form": "LB", "repeat": 1} for SUBJID in found.subjects
    ),
    ("site",): _each("site", "site"),
    ("username",): _each("username", "user"),
    ("username", "number"): _pairs(("username", "number"), "membership"),
    ("code",): lambda found: ({"code": criterion.code} for criterion in CRITERIA),
    ("number",): lambda found: [{"number": 1}],
    ("uidb64", "token"): lambda found: [{"uidb64": "MQ", "token": "none"}],
}
_FILLED_BY_NAME: dict[str, Callable[[Objects], Iterable[Arguments]]] = {
    "answer": _each("pk", "query"),
    "close": _each("pk", "query"),
    "download": _each("pk", "export"),
    "review": lambda found: _with_subject(found.reviews, found),
    "unblinding_answer": lambda found: _with_subject(found.unblindings, found),
    "show_treatment": lambda found: _with_subject(found.unblindings, found),
    "decide_quarantine": _pairs(("site", "pk"), "quarantine"),
    **dict.fromkeys(("shipment", "send_shipment", "receive_shipment"), _pairs(("site", "pk"), "shipment")),
    # Pages of unblinded roles: to everybody else they answer with one refusal, whatever the key.
    **dict.fromkeys(
        ("confirm_list", "withdraw_list", "kit_report", "show_kit_contents"), lambda found: [{"pk": _NOBODY}]
    ),
}


def crawl(world: World, scope: Scope = EVERYTHING) -> Surfaces:
    """Every answer that blinded people get in a world that is entered, by person and address.

    First everybody looks at everything; then everybody sends an empty form to what takes forms only.
    """
    found: Surfaces = {}
    every = [route for route in routes() if route.name not in _NEVER]
    there = objects()
    filled = {route: scope.of(route, there.arguments(route)) for route in every}
    people = [one for one in blinded_people() if scope.people is None or one.username in scope.people]
    outside = patch.multiple(health, _worker_answers=lambda name: True, KEPT_SECONDS=-1.0)
    with outside:
        for look in (_Visitor.looks, _Visitor.sends):
            for person in people:
                found |= look(_Visitor(world, person), filled)
    return found


class _Visitor:
    """One person with a browser."""

    def __init__(self, world: World, person: User) -> None:
        self.world = world
        self.person = person
        self.client = Client(raise_request_exception=False)
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
                if status in _ALIKE:
                    break
                varies = b"Vary: HX-Request" in next(iter(page.values()))
                if status == _FOUND and (varies or arguments is ways[0]):
                    found |= self._ask("get", path, HX_REQUEST="true")[0]
        found |= self._ask("get", "/nowhere/")[0]
        with patch.object(randomization_views, "number_page", side_effect=RuntimeError("planted")):
            found |= self._ask("get", f"/participants/{_any_subject()}/number/")[0]
        return found

    def sends(self, filled: Filled) -> Surfaces:
        """An empty form to the first and last object of every address that does nothing but take forms."""
        found: Surfaces = {}
        for route, ways in filled.items():
            if route.name not in _NO_EMPTY_FORM:
                for arguments in (ways[:1] + ways[1:][-1:]) if self._takes_forms_only(route, ways) else ():
                    found |= self._ask("post", route.filled(arguments))[0]
        return found

    def _takes_forms_only(self, route: Route, ways: list[Arguments]) -> bool:
        return bool(ways) and self._ask("get", route.filled(ways[0]))[1] == _METHOD_NOT_ALLOWED

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
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined,call-overload]
    head = [str(answer.status_code), *sorted(f"{name}: {value}" for name, value in answer.items())]
    head += [answer.cookies.output(), f"{statements.count(chr(10)) + 1} lines of SQL"]
    head.append(hashlib.sha256(statements.encode()).hexdigest())
    return "\n".join(head).encode() + b"\n\n" + body
