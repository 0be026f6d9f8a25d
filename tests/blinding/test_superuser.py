"""With a full dump and everything but the key, an arm is a coin toss; all tables are the same in twins."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.blinding import attacker, database
from tests.blinding.attacker import GUESSES, Row
from tests.blinding.compare import canonical, differences
from tests.blinding.planted import Grounds, Twin
from tests.blinding.surfaces import Surfaces, dumped
from tests.blinding.world import World
from trialsite.embedded import roles

pytestmark = [pytest.mark.xdist_group("blinding")]
LISTS = 100
COIN = 0.02  # around 0.5; with 12,000 rows an honest coin stays within 0.006 in 19 of 20 tries
_SEALED_IN_THE_VAULT = (
    "SELECT encode(sealed, 'hex') FROM vault.slot"
    " UNION ALL SELECT encode(sealed, 'hex') FROM vault.sealed_kit"
    " UNION ALL SELECT head FROM vault.list UNION ALL SELECT head FROM vault.kit_list"
)


@pytest.fixture(scope="module", params=["slots", "kits"])
def rows(request: pytest.FixtureRequest) -> list[Row]:
    """What a dump holds, over many lists."""
    made: Iterator[Row] = getattr(attacker, request.param)(LISTS)
    return list(made)


@pytest.mark.req("B6", "B7", "L1", "L3", "L15", "N4", "R8")
@pytest.mark.parametrize("guess", GUESSES)
def test_no_guess_from_a_dump_is_better_than_a_coin(rows: list[Row], guess: str) -> None:
    assert abs(attacker.auc(rows, GUESSES[guess]) - 0.5) <= COIN


@pytest.mark.req("B6", "B7", "L15")
def test_no_guess_that_is_learned_from_known_arms_is_better_than_a_coin(rows: list[Row]) -> None:
    assert abs(attacker.learned(rows) - 0.5) <= 2 * COIN  # from half of the rows


@pytest.mark.req("B6", "L15")
def test_no_two_sealed_rows_are_alike_and_all_are_of_one_length(rows: list[Row]) -> None:
    assert len({row.sealed for row in rows}) == len(rows)
    assert len({row.sealed[:32] for row in rows}) == len(rows)
    assert len({len(row.sealed) for row in rows}) == 1


@pytest.mark.req("B6", "L15")
def test_the_attack_finds_what_is_there(rows: list[Row]) -> None:
    """A seal that lets one bit in a hundred through is found: otherwise the attack proves nothing."""
    weak = [replace(row, sealed=row.sealed[:-1] + bytes([row.sealed[-1] | 128 * row.first])) for row in rows]
    assert abs(attacker.auc(weak, GUESSES["last byte"]) - 0.5) > 5 * COIN
    assert abs(attacker.learned(weak) - 0.5) > 5 * COIN


def whole_dump(world: World) -> Surfaces:
    """Every table, the vault's too; ciphertext as its length."""
    with database.connect(roles.OWNER, world.name) as owner:
        sealed = {text: str(len(text)) for (text,) in owner.execute(_SEALED_IN_THE_VAULT).fetchall()}
        return {name: canonical(seen, sealed | world.nonces) for name, seen in dumped(owner)}


@pytest.mark.req("B7", "N1", "L15", "L10")
def test_every_table_is_the_same_in_twins_but_for_ciphertext(grounds: Grounds) -> None:
    one = whole_dump(grounds.first)
    assert "vault.allocation" in one
    for twin in (Twin.SWAPPED, Twin.FLIPPED):
        found = differences(one, whole_dump(grounds.worlds[twin]))
        assert not found, "\n".join(map(str, found[:10]))
