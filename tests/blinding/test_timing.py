"""N5: both arms ask the database for the same. How long it takes is measured by `make blinding-proof`."""

import pytest

from tests.blinding.stage import Stage
from tests.blinding.timing import Pairs, pairs

pytestmark = [pytest.mark.xdist_group("blinding")]
FEW = 20


@pytest.mark.req("N5", "L16")
def test_both_arms_take_the_same_statements(prepared: Stage) -> None:
    found = pairs(prepared, FEW)
    assert len(found.differences) == FEW
    (statements,) = found.statements
    assert len(statements) > 5


@pytest.mark.req("N5")
def test_the_paired_test_finds_a_thousandth_of_what_an_answer_takes() -> None:
    noise = [(-1) ** place * (place % 97) / 100 for place in range(10_000)]
    assert Pairs(noise).p > 0.5
    assert Pairs([each + 0.05 for each in noise]).p < 1e-6
