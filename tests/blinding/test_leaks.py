"""N6: every leak that is planted is caught; without one, nothing is."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from tests.blinding.leaks import LEAKS
from tests.blinding.planted import Grounds, Leak, Twin
from tests.blinding.twins import Twins

pytestmark = [pytest.mark.xdist_group("blinding")]
MANY_ENOUGH = 20


@pytest.fixture(scope="package")
def grounds(twins: Twins) -> Grounds:
    """Three worlds in which leaks are planted."""
    return Grounds(twins)


@pytest.mark.req("N6")
def test_there_are_leaks_enough_and_each_is_another() -> None:
    assert len({leak.name for leak in LEAKS}) == len(LEAKS) >= MANY_ENOUGH


@pytest.mark.req("N6", "L5", "L9")
@pytest.mark.parametrize("acts", [False, True], ids=["looking", "acting"])
@pytest.mark.parametrize("twin", Twin)
def test_where_no_leak_is_planted_none_is_found(grounds: Grounds, acts: bool, twin: Twin) -> None:
    nothing = Leak("nothing", (), lambda _: nullcontext(), acts=acts, twin=twin)
    found = grounds.differences(nothing)
    assert not found, "\n".join(map(str, found[:10]))


@pytest.mark.req("N6")
@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_a_planted_leak_is_caught(grounds: Grounds, leak: Leak) -> None:
    assert grounds.differences(leak), f"The harness does not see {leak.name} ({', '.join(leak.channels)})."


@pytest.mark.req("N6", "N2")
def test_groups_that_are_numbered_as_they_appear_pass_a_swap_of_all_arms(grounds: Grounds) -> None:
    leak = next(leak for leak in LEAKS if leak.twin is Twin.FLIPPED)
    assert not grounds.differences(replace(leak, twin=Twin.SWAPPED))
