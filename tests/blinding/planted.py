"""Planting leaks (N6): what the comparison of twin worlds has to catch, or it proves nothing.

A planted leak is told the arms, as no part of the application is, and makes one surface depend on them.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum

from randomization.models import TreatmentRequest
from randomization.policies import why_no_kit
from screening.models import Participant
from tests.blinding import compare, scenes
from tests.blinding.addresses import Scope
from tests.blinding.choices import Again, Drawn, First
from tests.blinding.crawl import crawl
from tests.blinding.secret import all_swapped, one_flipped
from tests.blinding.stage import Stage
from tests.blinding.surfaces import Surfaces, gathered
from tests.blinding.twins import SITES, Twins
from tests.blinding.world import World
from trialsite import clock, protocol
from trialsite.simulation.people import teams

ONE_PERSON = Scope(
    people=frozenset({"blinded-monitor"}),
    routes=frozenset({"home", "participants", "casebook", "kit", "supply", "log"}),
    most=3,
)


Plant = Callable[["Told"], AbstractContextManager[object]]


class Twin(Enum):
    """Which twin has to give a leak away."""

    SWAPPED = "N1"
    FLIPPED = "N2"


@dataclass(frozen=True)
class Told:
    """What a planted leak is told: who has the first arm, by number and by key."""

    world: World
    first_arm: frozenset[str]
    somebody: str

    def has(self, participant: object) -> bool:
        """Whether a participant, named by number or key, has the first arm."""
        return str(participant) in self.first_arm

    @property
    def of_somebody(self) -> bool:
        """Whether the participant has it who is flipped in the one twin, and swapped in the other."""
        return self.has(self.somebody)


@dataclass(frozen=True)
class Leak:
    """One leak. `acts`: it lies on the way of a request, not on a page."""

    name: str
    channels: tuple[str, ...]
    plant: Plant
    acts: bool = False
    twin: Twin = Twin.SWAPPED


class Grounds:
    """Three worlds with one history: the first, all arms swapped, one participant flipped.

    For leaks on pages, each twin has a copy of the first world that is looked at as often as itself. For the
    others, both are copied anew, so that no leak follows from the one before it.
    """

    def __init__(self, twins: Twins) -> None:
        self.stage: Stage = twins.stage
        first = twins.first
        flipped = min(first.course.places)
        secrets = {
            "first": first.world.secret,
            Twin.SWAPPED.value: all_swapped(first.world.secret, first.course),
            Twin.FLIPPED.value: one_flipped(first.world.secret, first.course, flipped),
        }
        self.worlds = {name: twins.made(f"ground {name}", known) for name, known in secrets.items()}
        self.pairs = {twin: self._copies(twin, f"pair_{twin.value.lower()}") for twin in Twin}

    def differences(self, leak: Leak) -> list[compare.Difference]:
        """What the comparison finds while a leak is planted in both worlds."""
        worlds = self._copies(leak.twin, "copy") if leak.acts else self.pairs[leak.twin]
        drawn = Drawn()
        one = self._seen(worlds[0], leak, First(1, drawn))
        other = self._seen(worlds[1], leak, Again(drawn))
        return compare.differences(one, other)

    def _copies(self, twin: Twin, name: str) -> tuple[World, World]:
        first, other = (
            self._copy(self.worlds[source], f"{name}_{source.lower()}") for source in ("first", twin.value)
        )
        return first, other

    def _copy(self, world: World, name: str) -> World:
        copy = self.stage.world(name, world.secret, source=world.name)
        copy.nonces = world.nonces
        return copy

    def _seen(self, world: World, leak: Leak, chance: First | Again) -> Surfaces:
        world.log.lines.clear()
        world.statements.clear()
        with world.entered(chance, leak.name), leak.plant(_told(world)):
            if leak.acts:
                act(world)
            found = crawl(world, ONE_PERSON) | gathered(world)
        return self._canonical(world, found)

    def _canonical(self, world: World, found: Surfaces) -> Surfaces:
        return {name: compare.canonical(seen, world.nonces) for name, seen in found.items()}


def _told(world: World) -> Told:
    arms = world.arms()
    chosen = {SUBJID for SUBJID, arm in arms.items() if arm == protocol.ARMS[0]}
    keys = Participant.objects.filter(SUBJID__in=chosen).values_list("pk", flat=True)
    return Told(world, frozenset({*chosen, *map(str, keys)}), min(arms))


def act(world: World) -> None:
    """One more dose: a kit is asked for while there is none, and again after a shipment; mails; an export."""
    for participant in Participant.objects.exclude(day1=None).select_related("site").order_by("SUBJID"):
        for visit in participant.visits.filter(code__in=protocol.DOSE_VISITS[1:]).order_by("target"):
            moment = datetime.combine(visit.target, time(11), participant.site.zone)
            asked = TreatmentRequest.objects.filter(participant=participant, visit=visit.code).exists()
            with clock.set_to(moment):
                if not asked and why_no_kit(participant, visit.code) is None:
                    _dose(world, participant, visit.code)
                    return
    raise AssertionError(f"Nobody at the sites {SITES} can be given a further kit.")


def _dose(world: World, participant: Participant, visit: str) -> None:
    team = next(team for team in teams() if team.site == participant.site)
    request = scenes.ask_when_short(team, participant, visit, world.sweep)
    scenes.refill_with(world.sweep)(team, world.counts)
    scenes.ask_again(team, request, world.sweep)
    scenes.remind()
    scenes.export()
