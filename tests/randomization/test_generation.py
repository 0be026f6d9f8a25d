"""The generator of the list is valid: balance, chance, and numbers that say nothing (R1-R3, R8)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from math import comb
from random import Random
from typing import Any
from uuid import UUID

import pytest

from randomization.vault.generation import allocation_list, kit_list, permuted_blocks
from randomization.vault.sealing import Slot
from trialsite import protocol

LISTS = 10_000
LENGTH = 110
LIST_ID = UUID(int=1)
A, B = protocol.ARMS
# Values of chi-square that a correct generator exceeds once in 10,000 tests, by degrees of freedom.
CRITICAL = {1: 15.137, 5: 25.745, 19: 50.795}

Block = tuple[str, ...]


def many_lists(sizes: Sequence[int] = protocol.BLOCK_SIZES) -> list[list[Block]]:
    return [
        permuted_blocks(Random(seed), arms=protocol.ARMS, sizes=sizes, length=LENGTH) for seed in range(LISTS)
    ]


@pytest.fixture(scope="module")
def lists() -> list[list[Block]]:
    return many_lists()


def chi_square(counts: Iterable[int], cells: int) -> float:
    """Against equal expectation in every one of `cells` cells; cells that were never hit may be left out."""
    observed = list(counts)
    expected = sum(observed) / cells
    unseen = cells - len(observed)
    return sum((count - expected) ** 2 / expected for count in observed) + unseen * expected


def dependence(pairs: Iterable[tuple[object, object]]) -> float:
    """Chi-square of a two by two table against independence."""
    table = Counter(pairs)
    total = table.total()
    rows, columns = Counter[object](), Counter[object]()
    for (row, column), count in table.items():
        rows[row] += count
        columns[column] += count
    cells = ((table[row, column], rows[row] * columns[column] / total) for row in rows for column in columns)
    return sum((count - expected) ** 2 / expected for count, expected in cells)


def pattern_chi_square(lists: Iterable[list[Block]], size: int) -> float:
    # The last block is where drawing stopped; its size depends on the others.
    counts = Counter(block for blocks in lists for block in blocks[:-1] if len(block) == size)
    return chi_square(counts.values(), comb(size, size // 2))


@pytest.mark.req("R1")
def test_every_block_holds_both_arms_equally_often(lists: list[list[Block]]) -> None:
    assert all(block.count(A) == block.count(B) for blocks in lists for block in blocks)


@pytest.mark.req("R1")
def test_imbalance_never_exceeds_half_the_largest_block(lists: list[list[Block]]) -> None:
    limit = max(protocol.BLOCK_SIZES) // 2
    for blocks in lists:
        difference = 0
        for arm in (arm for block in blocks for arm in block):
            difference += 1 if arm == A else -1
            assert abs(difference) <= limit


@pytest.mark.req("R1", "R2")
def test_block_sizes_are_equally_frequent_and_say_nothing_about_the_next(lists: list[list[Block]]) -> None:
    # The first blocks only: near the end, a list that came further has had larger blocks.
    sizes = [[len(block) for block in blocks[:15]] for blocks in lists]
    counts = Counter(size for each in sizes for size in each)
    assert chi_square(counts.values(), len(protocol.BLOCK_SIZES)) < CRITICAL[1]
    assert dependence(pair for each in sizes for pair in pairwise(each)) < CRITICAL[1]


@pytest.mark.req("R2")
@pytest.mark.parametrize(("size", "freedom"), [(4, 5), (6, 19)])
def test_every_order_within_a_block_is_equally_frequent(
    lists: list[list[Block]], size: int, freedom: int
) -> None:
    assert pattern_chi_square(lists, size) < CRITICAL[freedom]


@pytest.mark.req("R2")
def test_the_end_of_a_block_says_nothing_about_the_start_of_the_next(lists: list[list[Block]]) -> None:
    ends = ((one[-1], other[0]) for blocks in lists for one, other in pairwise(blocks))
    assert dependence(ends) < CRITICAL[1]


@pytest.mark.req("R2")
def test_the_statistics_catch_a_naive_shuffle() -> None:
    class Naive(Random):
        def shuffle(self, x: Any) -> None:
            for place in range(len(x)):
                other = self.randrange(len(x))
                x[place], x[other] = x[other], x[place]

    lists = [
        permuted_blocks(Naive(seed), arms=protocol.ARMS, sizes=(4,), length=LENGTH) for seed in range(1_000)
    ]
    assert pattern_chi_square(lists, 4) > CRITICAL[5]


@pytest.mark.req("R3")
def test_the_first_place_is_a_fair_coin_and_strata_are_independent() -> None:
    firsts = []
    for seed in range(LISTS // 2):
        slots = draw(Random(seed), strata=("ILD", "NOILD"), per_stratum=4)
        firsts.append([slot.arm for slot in slots if slot.sequence == 1])
    share = sum(first == A for first, _ in firsts) / len(firsts)
    assert abs(share - 0.5) < 0.02
    assert dependence((one, other) for one, other in firsts) < CRITICAL[1]


def draw(rng: Random, *, strata: Sequence[str] = ("ILD",), per_stratum: int = 24) -> list[Slot]:
    return allocation_list(
        rng,
        list_id=LIST_ID,
        arms=protocol.ARMS,
        sizes=protocol.BLOCK_SIZES,
        strata=strata,
        per_stratum=per_stratum,
    )


@pytest.mark.req("R5")
def test_the_same_source_of_chance_gives_the_same_list() -> None:
    assert draw(Random(7)) == draw(Random(7))
    assert draw(Random(7)) != draw(Random(8))


def area_under_curve(scores: Sequence[tuple[float, bool]]) -> float:
    """How often a score of one group exceeds one of the other; no two scores are equal."""
    ordered = [group for _, group in sorted(scores)]
    wins = below = 0
    for group in ordered:
        if group:
            wins += below
        else:
            below += 1
    return wins / (below * (len(ordered) - below))


@pytest.mark.req("R8", "L1", "L4")
def test_neither_kit_number_nor_place_nor_treatment_number_tells_the_arm() -> None:
    by_number, by_place, by_treatment_number = [], [], []
    for seed in range(1_000):
        rng = Random(seed)
        slots = draw(rng)
        kits = kit_list(rng, slots, list_id=LIST_ID, doses=4)
        by_number.append(area_under_curve([(int(kit.KITNO[1:]), kit.arm == A) for kit in kits]))
        by_place.append(area_under_curve([(place, kit.arm == A) for place, kit in enumerate(kits)]))
        by_treatment_number.append(
            area_under_curve([(int(slot.RANDNO[1:]), slot.arm == A) for slot in slots])
        )
    for areas in (by_number, by_place, by_treatment_number):
        assert abs(sum(areas) / len(areas) - 0.5) < 0.02


@pytest.mark.req("L1")
def test_treatment_numbers_tell_neither_stratum_nor_order() -> None:
    by_stratum, in_order = [], []
    for seed in range(1_000):
        slots = draw(Random(seed), strata=("ILD", "NOILD"))
        numbers = [int(slot.RANDNO[1:]) for slot in slots]
        assert len(set(numbers)) == len(numbers)
        by_stratum.append(
            area_under_curve(
                [(number, slot.stratum == "ILD") for number, slot in zip(numbers, slots, strict=True)]
            )
        )
        in_order.append(sum(one < other for one, other in combinations(numbers, 2)) / comb(len(numbers), 2))
    for shares in (by_stratum, in_order):
        assert abs(sum(shares) / len(shares) - 0.5) < 0.02


def test_every_slot_has_a_kit_for_each_dose_and_no_number_comes_twice() -> None:
    rng = Random(3)
    slots = draw(rng, strata=("ILD", "NOILD"), per_stratum=110)
    kits = kit_list(rng, slots, list_id=LIST_ID, doses=4)
    assert Counter(kit.arm for kit in kits) == {
        arm: 4 * count for arm, count in Counter(slot.arm for slot in slots).items()
    }
    assert len({kit.KITNO for kit in kits}) == len(kits)
    assert {len(kit.KITNO) for kit in kits} == {6}


@pytest.mark.parametrize("sizes", [(), (3,), (0, 4)])
def test_odd_or_missing_block_sizes_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="even"):
        permuted_blocks(Random(1), arms=protocol.ARMS, sizes=sizes, length=8)
