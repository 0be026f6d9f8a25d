"""N4: what was given in many small trials, as seen from outside, says nothing of an arm."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any
from unittest.mock import patch

import pytest

from randomization.vault import answering, kits_choosing
from tests.blinding.attacker import auc, standard_error
from tests.blinding.stage import Stage
from tests.blinding.trials import GUESSES, PARTICIPANTS, Given, trials
from trialsite import protocol

pytestmark = [pytest.mark.xdist_group("blinding")]
# `make blinding-proof` has 200 trials and ±0.02. Here are fewer, so that an honest coin falls farther from
# 0.5: beyond four standard errors once in 16,000 tries.
TRIALS, ERRORS = 4, 4


@pytest.fixture(scope="module")
def given(prepared: Stage) -> list[Given]:
    """Everything that was given."""
    return list(trials(prepared, TRIALS))


@pytest.mark.req("N4", "L1", "L3", "L4", "L6", "L16")
@pytest.mark.parametrize("guess", GUESSES)
def test_no_guess_from_what_was_given_is_better_than_a_coin(given: list[Given], guess: str) -> None:
    assert abs(auc(given, GUESSES[guess]) - 0.5) <= ERRORS * standard_error(given)


@pytest.mark.req("N4", "L16")
def test_every_answer_leaves_as_many_lines_as_any_other(given: list[Given]) -> None:
    assert len(given) == TRIALS * PARTICIPANTS
    assert len({(one.lines, one.step) for one in given}) == 1


class _Lowest:
    def choice(self, kits: Sequence[str]) -> str:
        return min(kits)


@pytest.mark.req("N4", "N6", "L4")
def test_a_vault_that_gives_one_arm_the_lowest_number_is_found(prepared: Stage) -> None:
    choose = kits_choosing.kit_of

    def biased(connection: Any, key: Any, site: str, label: Any, arm: str) -> str | None:
        lowest = (
            patch.object(kits_choosing, "_chance", _Lowest()) if arm == protocol.ARMS[0] else nullcontext()
        )
        with lowest:
            return choose(connection, key, site, label, arm)

    with patch.object(answering, "kit_of", biased):
        given = list(trials(prepared, 2))
    error = standard_error(given)
    assert abs(auc(given, GUESSES["place of the kit in the stock"]) - 0.5) > ERRORS * error
