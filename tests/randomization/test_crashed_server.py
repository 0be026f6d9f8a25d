"""A database server that is killed with all its processes, again and again, while numbers are given."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.bench.faults import rounds
from tests.bench.faults.server import READY_SECONDS, Server
from tests.bench.faults.world import World, world_in
from tests.randomization.checks import assert_invariants
from trialsite.embedded import roles

# Storms of processes come one after the other: together they would ask for more sessions than there are.
pytestmark = pytest.mark.xdist_group("storms")
CRASHES, OTHERS = 20, 4
ROUNDS = CRASHES + 4 * OTHERS + 1  # two participants ask for the last slot or kit
_Made = tuple[World, Server]


def _test_database() -> dict[str, str]:
    where = connection.settings_dict
    login = {"user": roles.OWNER, "password": roles.password(roles.OWNER)}
    return login | {"host": where["HOST"], "port": str(where["PORT"]), "dbname": where["NAME"]}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[_Made]:
    """A server of its own: the one of the tests is not crashed."""
    server = Server()
    try:
        with (
            django_db_blocker.unblock(),
            world_in(server, rounds=ROUNDS, last_slots=OTHERS, like=_test_database()) as world,
        ):
            yield world, server
    finally:
        server.remove()


@pytest.mark.req("F3", "D3", "O3")
def test_a_server_killed_along_the_whole_way_loses_nothing_that_was_acknowledged(made: _Made) -> None:
    world, server = made
    length = rounds.length_of_the_way(world)
    assert length > 20
    for number in range(CRASHES):
        # A fourth of the crashes come at a random moment, a commit under way among them.
        at = 0 if number % 4 == 3 else 1 + number * (length - 1) // CRASHES
        rounds.crash_the_server(world, server, at, before=number % 2 == 0)
    assert server.crashes == CRASHES
    assert server.slowest_recovery < READY_SECONDS
    assert_invariants(world.vault, world.opened)


@pytest.mark.req("F4", "F5", "B3", "D3")
def test_who_comes_first_has_the_last_slot_or_kit_and_two_people_see_one_number(made: _Made) -> None:
    world, _ = made
    for _ in range(OTHERS):
        rounds.two_people(world)
        rounds.the_last(world, kit=False)
        rounds.the_last(world, kit=True)
    assert_invariants(world.vault, world.opened)
