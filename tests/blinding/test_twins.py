"""Twin worlds: other arms, another list, other masked values, and not a byte changes for anybody blinded."""

from dataclasses import replace

import pytest

from tests.blinding.addresses import routes
from tests.blinding.compare import Difference
from tests.blinding.crawl import FAILS
from tests.blinding.secret import Secret
from tests.blinding.twins import Seen, Twins, of_the_laboratory

pytestmark = [pytest.mark.xdist_group("blinding")]


def shown(found: list[Difference]) -> str:
    """The first differences, for a reader."""
    return "\n".join(map(str, found[:10]))


@pytest.mark.req("B1")
def test_a_world_that_is_made_twice_is_the_same_to_the_byte(twins: Twins) -> None:
    assert twins.control.surfaces > 300
    assert not twins.control.differences, shown(twins.control.differences)


@pytest.mark.req("N1", "B1", "L2", "L8", "L9", "L11", "L13", "L14", "L16", "L17")
def test_with_every_arm_swapped_nobody_blinded_sees_another_byte(twins: Twins) -> None:
    checked = twins.twin("N1", twins.swapped())
    assert checked.surfaces > 600
    assert not checked.differences, shown(checked.differences)


@pytest.mark.req("N2", "B1", "L5", "L6", "L23", "U4")
def test_with_any_one_participant_flipped_nobody_blinded_sees_another_byte(twins: Twins) -> None:
    participants = list(twins.first.course.places)
    assert len(participants) >= 2
    for participant in participants:
        checked = twins.flip(participant)
        assert checked.surfaces > 150
        assert not checked.differences, shown(checked.differences)


@pytest.mark.req("N3", "B1")
def test_with_a_fresh_list_nobody_blinded_sees_another_byte(twins: Twins) -> None:
    before = twins.first.world.secret
    fresh = next(each for each in map(twins.redrawn, range(50, 90)) if _partly_other(twins, before, each))
    checked = twins.touched("N3", fresh)
    assert not checked.differences, shown(checked.differences)


def _partly_other(twins: Twins, one: Secret, other: Secret) -> bool:
    """Whether some of the participants have another arm, and some have not."""
    places = twins.first.course.places.values()
    same = [one.arm_at(place) == other.arm_at(place) for place in places]
    return any(same) and not all(same)


@pytest.mark.req("L19", "L20", "I1")
def test_with_other_masked_values_only_the_laboratory_assessor_sees_another_byte(twins: Twins) -> None:
    checked = twins.touched("laboratory", twins.first.world.secret, plan=replace(twins.plan, laboratory=7))
    unexpected = [each for each in checked.differences if not of_the_laboratory(each.surface)]
    assert not unexpected, shown(unexpected)
    assert any("lab-assessor" in each.surface for each in checked.differences)


@pytest.mark.req("B1", "C1")
def test_every_address_of_the_application_is_filled_and_asked_for(twins: Twins) -> None:
    every = {route.name for route in routes()}
    assert len(every) > 60
    pages = [name for name in twins.first.surfaces if name.startswith("page ")]
    for route in routes():
        start = "/" + route.address.split("<")[0]
        assert route.name == "logout" or any(f" {start}" in page for page in pages), route.address


@pytest.mark.req("L12")
def test_no_page_fails_but_the_one_that_is_made_to(twins: Twins) -> None:
    for seen in (twins.first, twins.reference):
        failed = {name for name, content in seen.surfaces.items() if content.startswith(b"500\n")}
        assert len(failed) > 3
        assert not {name for name in failed if not name.endswith(FAILS)}, shown_log(seen)


def shown_log(seen: Seen) -> str:
    """The lines of errors, for a reader."""
    lines = [*seen.surfaces["log"].splitlines(), *seen.surfaces.get("afterwards log", b"").splitlines()]
    return b"\n".join(line for line in lines if line.startswith(b"ERROR")).decode()


@pytest.mark.req("B1", "L8", "L11", "L13", "L14")
def test_every_kind_of_surface_has_something_on_it(twins: Twins) -> None:
    seen = twins.first.surfaces
    for kind in (
        "page ",
        "mail ",
        "export 0 ",
        "broker vault",
        "broker default",
        "afterwards log",
        "dump audit.history",
    ):
        assert any(name.startswith(kind) and content for name, content in seen.items()), kind
    assert b"vault" in seen["broker vault"]
    assert seen["dump public.randomization_unblindinganswer"]
    assert seen["dump public.visits_reminder"]
