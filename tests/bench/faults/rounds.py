"""The rounds: a process killed, the server crashed, two people at once, the last slot, the last kit."""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from randomization.states import Refusal
from screening.models import Participant
from tests.bench.faults import world as places
from tests.bench.faults.checker import Acknowledged, check
from tests.bench.faults.server import Server
from tests.bench.faults.strikes import Strike
from tests.bench.faults.world import World, is_lost
from tests.randomization.processes import connect_as_vault, fork

_chance = random.Random(2026)
LONGEST_WAY_SECONDS = 0.12


def length_of_the_way(world: World) -> int:
    """How many statements web process and vault run from the request to the number."""
    strike = Strike(lambda: None)
    (participant,) = world.participants(1)
    _walk(world, participant, strike, Acknowledged().__setitem__)
    return strike.count


def crash_the_server(world: World, server: Server, at: int, *, before: bool) -> None:
    """F3: the server killed at a statement; at 0, at a random moment of the way."""
    (participant,) = world.participants(1)
    acknowledged: Acknowledged = {}
    with _at_a_random_moment(server.crash) if at == 0 else _nothing():
        try:
            _walk(world, participant, Strike(server.crash, at, before=before), acknowledged.__setitem__)
        except (DatabaseError, InterfaceError, psycopg.Error) as error:
            if not is_lost(error):
                raise
    server.recover()
    world.reconnect()
    _check_and_finish(world, participant, acknowledged)


def kill_the_process(world: World, at: int, *, before: bool) -> None:
    """F1: the process that asks, answers or takes up killed at a statement."""
    (participant,) = world.participants(1)
    strike = Strike(lambda: os.kill(os.getpid(), signal.SIGKILL), at, before=before)
    ((acknowledged, code),) = _in_processes(world, [participant], strike)
    assert code in (0, -signal.SIGKILL)
    _check_and_finish(world, participant, acknowledged)


def two_people(world: World) -> None:
    """F4: two people ask for one participant at the same moment, and see the same number."""
    (participant,) = world.participants(1)
    told = _in_processes(world, [participant, participant])
    assert [code for _, code in told] == [0, 0]
    first, second = (acknowledged for acknowledged, _ in told)
    assert first[places.ASKED] == second[places.ASKED]
    _check_and_finish(world, participant, first)


def the_last(world: World, *, kit: bool) -> None:
    """F5: two participants at the same moment, and one slot, or one kit: one has it, the other is refused."""
    if kit:
        world.one_pair()
        participants = world.participants(2, site=places.SCARCE)
    else:
        participants = world.participants(2, stratum=world.last_slots.pop())
    told = _in_processes(world, participants)
    assert [code for _, code in told] == [0, 0]
    refusals = [acknowledged.get(places.REFUSED) for acknowledged, _ in told]
    assert sorted(map(str, refusals)) == sorted(
        ["None", str((Refusal.NO_KIT if kit else Refusal.NOT_AVAILABLE).value)]
    )
    for participant, (acknowledged, _) in zip(participants, told, strict=True):
        check(participant, acknowledged, world.vault)
        assert (places.GIVEN in acknowledged) == (places.REFUSED not in acknowledged)


def _walk(world: World, participant: Participant, strike: Strike, tell: places.Tell) -> None:
    """The whole way with a fault on it."""
    vault = connect_as_vault(cursor_factory=strike.vault())
    try:
        with connection.execute_wrapper(strike.web):
            world.ask(participant, tell, vault)
    finally:
        vault.close()


def _check_and_finish(world: World, participant: Participant, acknowledged: Acknowledged) -> None:
    """What must hold now; then somebody asks again, and has the number that was acknowledged, if any was."""
    check(participant, acknowledged, world.vault)
    again: Acknowledged = {}
    _walk(world, participant, Strike(lambda: None), again.__setitem__)
    assert again.items() >= {key: each for key, each in acknowledged.items() if each}.items()
    assert again[places.GIVEN]
    check(participant, again, world.vault)


def _in_processes(
    world: World, participants: list[Participant], strike: Strike | None = None
) -> list[tuple[Acknowledged, int | None]]:
    """Each way in a process of its own, all at once: what was acknowledged, and how the process ended."""
    world.reconnect()  # no session is shared with a copy
    world.vault.close()
    pipes = [os.pipe() for _ in participants]
    started = [
        fork(_tell_all, world, participant, strike or Strike(lambda: None), pipe[1])
        for participant, pipe in zip(participants, pipes, strict=True)
    ]
    told = []
    for process, (reading, writing) in zip(started, pipes, strict=True):
        os.close(writing)
        with os.fdopen(reading) as lines:
            pairs = [line.rstrip("\n").split("=", 1) for line in lines if line.endswith("\n")]
        process.join()
        told.append((dict(pairs), process.exitcode))
    world.reconnect()
    return told


def _tell_all(world: World, participant: Participant, strike: Strike, pipe: int) -> None:
    _walk(world, participant, strike, lambda what, value: _write(pipe, what, value))


def _write(pipe: int, what: str, value: str) -> None:
    os.write(pipe, f"{what}={value}\n".encode())  # in one piece, or not at all


@contextmanager
def _at_a_random_moment(fault: Callable[[], None]) -> Iterator[None]:
    timer = threading.Timer(_chance.random() * LONGEST_WAY_SECONDS, fault)
    timer.start()
    yield
    timer.join()


@contextmanager
def _nothing() -> Iterator[None]:
    yield
