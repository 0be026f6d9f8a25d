"""N5: whether the time that an answer takes, or what it asks the database, depends on the arm.

Two worlds differ in the arms alone, all of them swapped. The same request is answered in both, one right
after the other and in an order that is drawn; a pair is the time for one arm less that for the other. Each
answer is taken back, so that the next one finds the same stock. Two requests take turns, whose arms differ:
what one database is slower than the other is then added as often as it is taken away.
"""

import random
import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any, ClassVar
from uuid import UUID

import psycopg

from randomization.states import State
from randomization.vault.answering import answer
from tests.blinding import database
from tests.blinding.choices import Drawn, First
from tests.blinding.recipe import first_secret
from tests.blinding.secret import Course, Secret, all_swapped
from tests.blinding.stage import Stage
from tests.blinding.trials import PAIRS_A_LOT, ask, stock_up
from tests.blinding.world import World, load
from trialsite import protocol
from trialsite.embedded import roles
from trialsite.simulation.people import teams

MOST_MEDIAN_MS, LEAST_P = 1.0, 0.001


@dataclass
class Pairs:
    """The differences in milliseconds, one arm less the other, and the statements of each answer."""

    differences: list[float] = field(default_factory=list)
    statements: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def median(self) -> float:
        """In milliseconds."""
        return statistics.median(self.differences)

    @property
    def p(self) -> float:
        """Of the signed-rank test of Wilcoxon, two-sided, by the normal approximation."""
        ranked = sorted((abs(each), each > 0) for each in self.differences if each)
        count = len(ranked)
        above = sum(rank for rank, (_, positive) in enumerate(ranked, 1) if positive)
        expected, spread = count * (count + 1) / 4, (count * (count + 1) * (2 * count + 1) / 24) ** 0.5
        return 2 * (1 - statistics.NormalDist().cdf(abs(above - expected) / spread))


def pairs(stage: Stage, count: int) -> Pairs:
    """So many pairs, in a world and its twin."""
    known = next(secret for secret in map(_drawn, range(100)) if len(set(_arms(secret))) > 1)
    secrets = known, all_swapped(known, Course({}, {}, {}))
    chance = random.Random(count)
    found = Pairs()
    with ExitStack() as stack:
        worlds = [_world(stage, f"timed {place}", secret) for place, secret in enumerate(secrets)]
        vaults = [stack.enter_context(_vault(world)) for world, _ in worlds]
        for turn in range(count):
            which = turn % len(protocol.STRATA)
            taken = [0.0, 0.0]
            for place in chance.sample((0, 1), 2):
                world, requests = worlds[place]
                taken[place] = _answered(vaults[place], world, requests[which], found)
            first_arm = _arms(known)[which] == protocol.ARMS[0]
            found.differences.append(taken[0] - taken[1] if first_arm else taken[1] - taken[0])
    return found


def _drawn(seed: int) -> Secret:
    return first_secret(seed, ("01",), PAIRS_A_LOT)


def _arms(known: Secret) -> list[str]:
    """The arm of the first slot in each stratum."""
    return [known.arm_at((stratum.code, 1)) for stratum in protocol.STRATA]


def _world(stage: Stage, name: str, known: Secret) -> tuple[World, list[UUID]]:
    """A world with kits at the site, in which the first participant of each stratum waits for a number."""
    world = stage.world(name, known)
    with world.entered(First(1, Drawn())):
        load(world)
        (team, *_) = teams()
        stock_up(team, world.sweep, 2 * PAIRS_A_LOT)
        asked = [
            ask(team, f"01-{place:03}", stratum.code) for place, stratum in enumerate(protocol.STRATA, 1)
        ]
    return world, [request.pk for request in asked]


class _Told(psycopg.Cursor[Any]):
    """Keeps the statements that are sent."""

    statements: ClassVar[list[str]] = []

    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        self.statements.append(str(query))
        return super().execute(query, params, **how)


def _vault(world: World) -> psycopg.Connection[Any]:
    return database.connect(roles.VAULT, world.name, cursor_factory=_Told)


def _answered(vault: psycopg.Connection[Any], world: World, request: UUID, found: Pairs) -> float:
    """Milliseconds."""
    _Told.statements.clear()
    with vault.transaction(force_rollback=True):
        began = perf_counter_ns()
        state = answer(vault, world.key, request)
        taken = perf_counter_ns() - began
    assert state is State.ANSWERED
    found.statements.add(tuple(_Told.statements))
    return taken / 1e6
