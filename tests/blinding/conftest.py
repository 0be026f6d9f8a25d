"""The worlds that the tests of this room share; made once, by one process of the test run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.blinding.addresses import Scope
from tests.blinding.planted import Grounds
from tests.blinding.stage import Stage, stage
from tests.blinding.twins import FLIPPED, Twins
from tests.blinding.world import Plan

PLAN = Plan(participants=3, seed=4, gap=28)
PAIRS_A_LOT = 30
# Every blinded role, at the site of the participant or another one; `make blinding-proof` sends everybody.
PEOPLE = frozenset(
    {
        *("simulated-coordinator-01", "simulated-coordinator-02", "simulated-investigator-01"),
        *("simulated-lab-assessor-02", "blinded-monitor", "blinded-data-manager", "blinded-administrator"),
    }
)
LOOKED_AT = Scope(most=2, people=PEOPLE)
# Where a treatment or a masked value could show: every dose of somebody, and some of the laboratory.
TOUCHED_MOST = 8


@pytest.fixture(scope="package")
def prepared(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[Stage]:
    """The template of the worlds; Redis keeps their messages under a number of its own."""
    number = 8 + int(worker_id.removeprefix("gw") if worker_id != "master" else 0) % 8
    directory: Path = tmp_path_factory.mktemp("worlds")
    with django_db_blocker.unblock(), stage(directory, number) as made:
        yield made


@pytest.fixture(scope="package")
def twins(prepared: Stage) -> Twins:
    """The first world, as everybody sees it."""
    made = Twins(prepared, PLAN, PAIRS_A_LOT, scope=LOOKED_AT)
    made.begin()
    made.again(replace(FLIPPED, most=TOUCHED_MOST))
    return made


@pytest.fixture(scope="package")
def grounds(twins: Twins) -> Grounds:
    """Worlds with one history, at which nobody has looked."""
    return Grounds(twins)
