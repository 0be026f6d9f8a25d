"""Every address of the application, filled with the objects of a world.

An address that this module cannot fill stops the proof: nothing is left out in silence.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from randomization.supply.models import Quarantine, Shipment
from randomization.unblinding.models import UnblindingRequest
from screening.criteria import CRITERIA
from screening.models import EligibilityReview, Participant
from trialsite.accounts.models import Membership, Site, User
from trialsite.crf.models import Query, Record
from trialsite.export.models import Export
from trialsite.protocol import FORMS, LOG_FORMS, UNSCHEDULED, VISITS
from visits.deviations.models import ProposedDeviation
from visits.reminders.models import Reminder
from visits.safety.models import SafetyReport, SeriousEvent

Arguments = dict[str, Any]
_NOBODY = UUID(int=0)


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
    events: list[tuple[str, int]]
    reports: list[tuple[str, int, int]]
    repeated: list[tuple[str, str, str, int]]
    happened: set[tuple[str, str]]  # participant and visit
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
        list(SeriousEvent.objects.order_by(number, "pk").values_list(number, "record__repeat")),
        list(
            SafetyReport.objects.order_by(f"event__{number}", "pk").values_list(
                f"event__{number}", "event__record__repeat", "number"
            )
        ),
        list(
            Record.objects.exclude(repeat=0)
            .order_by(number, "form", "visit", "repeat")
            .values_list(number, "visit", "form", "repeat")
        ),
        set(Record.objects.values_list(number, "visit")),
        list(EligibilityReview.objects.order_by(number, "pk").values_list(number, "pk")),
        list(UnblindingRequest.objects.order_by(number, "pk").values_list(number, "pk")),
        {
            "query": keys(Query.objects.order_by("opened_at", "pk")),
            "export": keys(Export.objects.order_by("asked_at")),
            "proposed": keys(ProposedDeviation.objects.order_by(number, "cause")),
            "reminder": keys(
                Reminder.objects.order_by(
                    "site", number, "visit_code", "kind", "about", "recipient__username"
                )
            ),
            "site": list(Site.objects.order_by("code").values_list("code", flat=True)),
            "shipment": list(Shipment.objects.order_by("site", "ordered_at").values_list("site_id", "pk")),
            "quarantine": list(Quarantine.objects.order_by("site", "begun_at").values_list("site_id", "pk"))
            or [("01", _NOBODY)],
            "user": list(User.objects.order_by("username").values_list("username", flat=True)),
            "membership": list(Membership.objects.order_by("pk").values_list("user__username", "pk")),
        },
    )


def _visits(found: Objects, SUBJID: str) -> set[str]:
    """All but the unscheduled visits that nobody came to; the first of these stands for the others."""
    return {
        visit.code
        for visit in VISITS
        if visit.code not in UNSCHEDULED[1:] or (SUBJID, visit.code) in found.happened
    }


def _at_visits(found: Objects) -> Iterator[Arguments]:
    for SUBJID in found.subjects:
        there = _visits(found, SUBJID)
        yield from ({"SUBJID": SUBJID, "visit": visit.code} for visit in VISITS if visit.code in there)


def _planned(found: Objects) -> Iterator[Arguments]:
    for SUBJID in found.subjects:
        there = _visits(found, SUBJID)
        for form in FORMS:
            for visit in form.visits:
                if visit in there:
                    yield {"SUBJID": SUBJID, "visit": visit, "form": form.code}


def _repeated(found: Objects) -> Iterator[Arguments]:
    for SUBJID in found.subjects:
        yield {"SUBJID": SUBJID, "visit": "S", "form": "LB", "repeat": 1}
    for SUBJID, visit, form, repeat in found.repeated:
        yield {"SUBJID": SUBJID, "visit": visit, "form": form, "repeat": repeat}


def _reported(found: Objects) -> Iterator[Arguments]:
    for SUBJID, number, version in found.reports or [(found.subjects[0], 1, 1)]:
        yield {"SUBJID": SUBJID, "number": number, "version": version}


def _always(*arguments: Arguments) -> Callable[[Objects], Iterable[Arguments]]:
    return lambda _: arguments


def _each(name: str, kind: str) -> Callable[[Objects], Iterable[Arguments]]:
    return lambda found: ({name: each} for each in found.others[kind])


def _pairs(names: tuple[str, str], kind: str) -> Callable[[Objects], Iterable[Arguments]]:
    return lambda found: (dict(zip(names, pair, strict=True)) for pair in found.others[kind])


def _with_subject(pairs: Sequence[tuple[str, UUID]], found: Objects) -> Iterable[Arguments]:
    return ({"SUBJID": SUBJID, "pk": pk} for SUBJID, pk in pairs or [(found.subjects[0], _NOBODY)])


_FILLED: dict[tuple[str, ...], Callable[[Objects], Iterable[Arguments]]] = {
    (): _always({}),
    ("SUBJID",): lambda found: ({"SUBJID": SUBJID} for SUBJID in found.subjects),
    ("SUBJID", "visit"): _at_visits,
    ("SUBJID", "form"): lambda found: (
        {"SUBJID": SUBJID, "form": form.code} for SUBJID in found.subjects for form in LOG_FORMS
    ),
    ("SUBJID", "number"): lambda found: (
        {"SUBJID": SUBJID, "number": number} for SUBJID, number in found.events or [(found.subjects[0], 1)]
    ),
    ("SUBJID", "number", "version"): _reported,
    ("SUBJID", "visit", "form"): _planned,
    ("SUBJID", "visit", "form", "repeat"): _repeated,
    ("site",): _each("site", "site"),
    ("username",): _each("username", "user"),
    ("username", "number"): _pairs(("username", "number"), "membership"),
    ("code",): _always(*({"code": criterion.code} for criterion in CRITERIA)),
    ("number",): _always({"number": 1}),
    ("uidb64", "token"): _always({"uidb64": "MQ", "token": "none"}),
}
_FILLED_BY_NAME: dict[str, Callable[[Objects], Iterable[Arguments]]] = {
    "answer": _each("pk", "query"),
    "close": _each("pk", "query"),
    "download": _each("pk", "export"),
    **dict.fromkeys(("classify", "dismiss"), _each("pk", "proposed")),
    **dict.fromkeys(("told", "put_off_reminder", "take_up_reminder"), _each("pk", "reminder")),
    "review": lambda found: _with_subject(found.reviews, found),
    "unblinding_answer": lambda found: _with_subject(found.unblindings, found),
    "show_treatment": lambda found: _with_subject(found.unblindings, found),
    "decide_quarantine": _pairs(("site", "pk"), "quarantine"),
    **dict.fromkeys(("shipment", "send_shipment", "receive_shipment"), _pairs(("site", "pk"), "shipment")),
    # Pages of unblinded roles: to everybody else they answer with one refusal, whatever the key.
    **dict.fromkeys(
        ("confirm_list", "withdraw_list", "confirm_kits", "withdraw_kits", "kit_report", "show_kit_contents"),
        _always({"pk": _NOBODY}),
    ),
}
