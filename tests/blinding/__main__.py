"""`make blinding-proof`: twin worlds of a whole trial, a table of what was compared, and a file of it.

Before them 200 small trials that somebody watches (N4), and pairs of answers that are timed (N5). Takes some
minutes a world. `--flips 110` flips every participant in turn, which takes hours.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django

from tests import servers

if TYPE_CHECKING:
    from tests.blinding.stage import Stage

PARTICIPANTS, SEED, GAP_DAYS, FLIPS, PAIRS_A_LOT = 110, 2026, 2, 3, 400
TRIALS, PAIRS, COIN = 200, 10_000, 0.02  # how far an area under the ROC curve may lie from 0.5
REDIS_NUMBER = 7
_PRINTED = 5  # differences of a line; the file has more


def main() -> None:
    """Compare, print, write; exit code 1 when any two worlds differ."""
    asked = _asked()
    assert servers is not None  # importing it started PostgreSQL and Redis
    os.environ["DJANGO_SETTINGS_MODULE"] = "trialsite.settings"
    django.setup()
    with _database():
        rows = _measured(asked)
    _report(rows)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.blinding")
    parser.add_argument("--participants", type=int, default=PARTICIPANTS)
    parser.add_argument(
        "--flips", type=int, default=FLIPS, help="participants that are flipped, evenly spread"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--trials", type=int, default=TRIALS, help="small trials; ±0.02 needs all 200")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="pairs of answers that are timed")
    return parser.parse_args()


@contextmanager
def _database() -> Iterator[None]:
    """An empty database, made and migrated by its owner and used by the web role, as the tests have it."""
    from django.conf import settings
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from tests.conftest import _log_in_as
    from trialsite.embedded import roles

    settings.CELERY_BROKER_URL = "memory://"
    setup_test_environment(debug=False)
    _log_in_as(roles.OWNER)
    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
    _log_in_as(roles.WEB)
    try:
        yield
    finally:
        _log_in_as(roles.OWNER)
        teardown_databases(made, verbosity=0)


Row = dict[str, object]


class _Table:
    """Lines as they come, each with the seconds since the one before."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._began = time.monotonic()
        print(_line({name: name for name in ("check", "surfaces", "bytes", "seconds", "result")}))

    def add(self, check: str, surfaces: int, size: int, differences: list[str], result: str) -> None:
        self.rows.append(
            {
                "check": check,
                "surfaces": surfaces,
                "bytes": size,
                "differences": differences[:20],
                "result": result,
                "seconds": round(time.monotonic() - self._began),
            }
        )
        self._began = time.monotonic()
        print(_line(self.rows[-1]), *(f"  {each}" for each in differences[:_PRINTED]), sep="\n", flush=True)


def _measured(asked: argparse.Namespace) -> list[Row]:
    from tests.blinding.stage import stage

    table = _Table()
    with tempfile.TemporaryDirectory() as directory, stage(Path(directory), REDIS_NUMBER) as prepared:
        if asked.trials:
            _guess(prepared, asked.trials, table)
        if asked.pairs:
            _time(prepared, asked.pairs, table)
        if asked.participants:
            _compare(prepared, asked, table)
    return table.rows


def _guess(prepared: "Stage", count: int, table: _Table) -> None:
    from tests.blinding.attacker import auc
    from tests.blinding.trials import GUESSES, trials

    given = list(trials(prepared, count))
    areas = {name: auc(given, guess) for name, guess in GUESSES.items()}
    wrong = [f"{name}: {area:.3f}" for name, area in areas.items() if abs(area - 0.5) > COIN]
    low, high = min(areas.values()), max(areas.values())
    result = f"{len(areas)} guesses at {len(given)} arms: AUC {low:.3f} to {high:.3f}"
    table.add(f"N4 {count} small trials", len(areas), 0, wrong, result)


def _time(prepared: "Stage", count: int, table: _Table) -> None:
    from tests.blinding.timing import LEAST_P, MOST_MEDIAN_MS, pairs

    found = pairs(prepared, count)
    holds = {
        f"p = {found.p:.3f}": found.p > LEAST_P,
        f"median {found.median:.3f} ms": abs(found.median) < MOST_MEDIAN_MS,
        f"{len(found.statements)} kind of answer": len(found.statements) == 1,
    }
    wrong = [name for name, held in holds.items() if not held]
    table.add(f"N5 {count} pairs in time", count, 0, wrong, ", ".join(holds))


def _compare(prepared: "Stage", asked: argparse.Namespace, table: _Table) -> None:
    from tests.blinding.addresses import Scope
    from tests.blinding.twins import FLIPPED, Checked, Twins, of_the_laboratory
    from tests.blinding.world import Plan

    def note(checked: Checked, apart: str = "") -> None:
        found = [each for each in checked.differences if not apart or not of_the_laboratory(each.surface)]
        result = "the same" if not found else f"{len(found)} differ"
        table.add(checked.what, checked.surfaces, checked.bytes, [str(each) for each in found], result)

    plan = Plan(asked.participants, asked.seed, gap=GAP_DAYS)
    twins = Twins(prepared, plan, PAIRS_A_LOT, brief=True, scope=Scope(most=6))
    twins.begin()
    note(twins.again(replace(FLIPPED, most=40)))
    note(twins.twin("N1 all arms swapped", twins.swapped()))
    note(twins.touched("N3 a fresh list", twins.redrawn(asked.seed + 1)))
    other = replace(plan, laboratory=1)
    same = twins.first.world.secret
    note(twins.touched("L19 other masked values", same, plan=other), apart="laboratory")
    participants = sorted(twins.first.course.places)
    for participant in participants[:: max(1, len(participants) // max(1, asked.flips))][: asked.flips]:
        note(twins.flip(participant))


def _line(row: Row) -> str:
    numbers = f"{row['surfaces']!s:>10}{row['bytes']!s:>14}{row['seconds']!s:>9}"
    return f"{row['check']!s:<28}{numbers}  {row['result']}"


def _report(rows: list[Row]) -> None:
    from trialsite import environment

    written = environment.var() / "blinding-proof.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    report = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "checks": rows}
    written.write_text(json.dumps(report, indent=2, ensure_ascii=False))
    print(f"Written to {written}")
    if any(row["differences"] for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
