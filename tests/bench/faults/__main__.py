"""`python -m tests.bench.faults --rounds 2000`: so many rounds of each fault, and what was found."""

import argparse
import time
from collections.abc import Callable

import django

django.setup()

from tests.bench.faults import rounds  # noqa: E402
from tests.bench.faults.server import Server  # noqa: E402
from tests.bench.faults.world import World, world_in  # noqa: E402
from tests.randomization.checks import assert_invariants  # noqa: E402

LINE = "{:34} {:>7} {:>9} {:>8}"


def main() -> None:
    """Run every kind; AssertionError at the first round after which something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.faults")
    parser.add_argument("--rounds", type=int, default=200, help="of each fault (default: %(default)s)")
    wanted: int = parser.parse_args().rounds
    server = Server()
    try:
        with world_in(server, rounds=4 * wanted + 2, last_slots=wanted) as world:
            run(world, server, wanted)
    finally:
        server.remove()


def run(world: World, server: Server, wanted: int) -> None:
    """Print a line a fault."""
    length = rounds.length_of_the_way(world)
    print(f"The way from the request to the number has {length} statements.")
    print(LINE.format("fault", "rounds", "ms/round", "broken"))

    def crash(number: int) -> None:
        rounds.crash_the_server(world, server, number // 2 % (length + 1), before=number % 2 == 0)

    def kill(number: int) -> None:
        rounds.kill_the_process(world, 1 + number // 2 % length, before=number % 2 == 0)

    faults: dict[str, Callable[[int], None]] = {
        "F1 process killed at a statement": kill,
        "F3 server crashed and recovered": crash,
        "F4 two people, one participant": lambda _: rounds.two_people(world),
        "F5 two participants, the last slot": lambda _: rounds.the_last(world, kit=False),
        "F5 two participants, the last kit": lambda _: rounds.the_last(world, kit=True),
    }
    for name, round_ in faults.items():
        started = time.perf_counter()
        for number in range(wanted):
            round_(number)
        spent = 1000 * (time.perf_counter() - started) / wanted
        assert_invariants(world.vault, world.opened)
        print(LINE.format(name, wanted, f"{spent:.0f}", 0), flush=True)
    print(f"The server was crashed {server.crashes} times; the slowest recovery took", end=" ")
    print(f"{server.slowest_recovery:.2f} s (allowed: 60).")


if __name__ == "__main__":
    main()
