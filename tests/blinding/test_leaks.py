"""N6: every leak that is planted is caught; without one, nothing is."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from tests.blinding.conftest import LOOKED_AT
from tests.blinding.leaks import LEAKS
from tests.blinding.planted import LOOKS, MOST, Grounds, Leak, Twin

pytestmark = [pytest.mark.xdist_group("blinding")]
MANY_ENOUGH = 20
# Those that a test can plant. Of the others, L7 is statistics, L15 the attack on a dump, L10, L18, L21, L22
# and L25 are no surfaces of a world.
CHANNELS = {f"L{number}" for number in (*range(1, 7), 8, 9, *range(11, 15), 16, 17, 19, 20, 23, 24)}


@pytest.mark.req("N6")
def test_there_are_leaks_enough_and_they_span_the_channels() -> None:
    assert len({leak.name for leak in LEAKS}) == len(LEAKS) >= MANY_ENOUGH
    assert {channel for leak in LEAKS for channel in leak.channels} == CHANNELS


@pytest.mark.req("N6")
def test_leaks_are_looked_for_where_twins_are_looked_at_too() -> None:
    assert LOOKED_AT.people is not None
    assert LOOKS in LOOKED_AT.people
    assert LOOKED_AT.routes is None
    assert LOOKED_AT.most == MOST


@pytest.mark.req("N6", "L5", "L9")
@pytest.mark.parametrize("twin", Twin)
def test_where_no_leak_is_planted_none_is_found(grounds: Grounds, twin: Twin) -> None:
    routes = tuple({route for leak in LEAKS for route in leak.routes})
    nothing = Leak("nothing", (), lambda _: nullcontext(), "", routes, acts=True, twin=twin)
    found = grounds.differences(nothing)
    assert not found, "\n".join(map(str, found[:10]))


@pytest.mark.req("N6")
@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_a_planted_leak_is_caught(grounds: Grounds, leak: Leak) -> None:
    found = [each.surface for each in grounds.differences(leak)]
    assert any(surface.startswith(leak.shows) for surface in found), (leak.channels, found[:10])


@pytest.mark.req("N6", "N2")
def test_groups_that_are_numbered_as_they_appear_pass_a_swap_of_all_arms(grounds: Grounds) -> None:
    leak = next(leak for leak in LEAKS if leak.twin is Twin.FLIPPED)
    assert not grounds.differences(replace(leak, twin=Twin.SWAPPED))
