"""`make blinding-proof`: twin worlds of a whole trial, a table of what was compared, and a file of it.

Takes some minutes a world. `--flips 110` flips every participant in turn, which takes hours.
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

import django

from tests import servers

PARTICIPANTS, SEED, GAP_DAYS, FLIPS, PAIRS_A_LOT = 110, 2026, 2, 3, 400
REDIS_NUMBER = 7


def main() -> None:
    """Compare, print, write; exit code 1 when any two worlds differ."""
    asked = _asked()
    assert servers is not None  # importing it started PostgreSQL and Redis
    os.environ["DJANGO_SETTINGS_MODULE"] = "trialsite.settings"
    django.setup()
    with _database():
        rows = _compared(asked)
    _report(rows)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.blinding")
    parser.add_argument("--participants", type=int, default=PARTICIPANTS)
    parser.add_argument(
        "--flips", type=int, default=FLIPS, help="participants that are flipped, evenly spread"
    )
    parser.add_argument("--seed", type=int, default=SEED)
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


def _compared(asked: argparse.Namespace) -> list[Row]:
    from tests.blinding.addresses import Scope
    from tests.blinding.stage import stage
    from tests.blinding.twins import FLIPPED, Checked, Twins, of_the_laboratory
    from tests.blinding.world import Plan

    rows: list[Row] = []
    began = time.monotonic()

    def note(checked: Checked, apart: str = "") -> None:
        nonlocal began
        found = [each for each in checked.differences if not apart or not of_the_laboratory(each.surface)]
        rows.append(
            {
                "check": checked.what,
                "surfaces": checked.surfaces,
                "bytes": checked.bytes,
                "differences": [str(each) for each in found[:20]],
                "result": "the same" if not found else f"{len(found)} differ",
                "seconds": round(time.monotonic() - began),
            }
        )
        began = time.monotonic()
        print(_line(rows[-1]), flush=True)

    with tempfile.TemporaryDirectory() as directory, stage(Path(directory), REDIS_NUMBER) as prepared:
        plan = Plan(asked.participants, asked.seed, gap=GAP_DAYS)
        twins = Twins(prepared, plan, PAIRS_A_LOT, brief=True, scope=Scope(most=6))
        print(_line({name: name for name in ("check", "surfaces", "bytes", "seconds", "result")}))
        twins.begin()
        note(twins.again(replace(FLIPPED, most=40)))
        note(twins.twin("N1 all arms swapped", twins.swapped()))
        note(twins.touched("N3 a fresh list", twins.redrawn(asked.seed + 1)))
        other = replace(plan, laboratory=1)
        note(
            twins.touched("L19 other masked values", twins.first.world.secret, plan=other), apart="laboratory"
        )
        participants = sorted(twins.first.course.places)
        for participant in participants[:: max(1, len(participants) // max(1, asked.flips))][: asked.flips]:
            note(twins.flip(participant))
    return rows


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
