"""The generator of the list is valid: balance, chance, and numbers that say nothing (R1-R4, R6, R8)."""

from collections import Counter
from collections.abc import MutableSequence, Sequence
from itertools import chain, combinations, pairwise
from math import comb
from typing import Any
from uuid import UUID

import pytest

from randomization.vault import list_statistics as statistics
from randomization.vault.generation import (
    BigStick,
    PermutedBlocks,
    Scheme,
    allocation_list,
)
from randomization.vault.sealing import Slot
from randomization.vault.stream import Stream
from tests.randomization.factories import recipe
from trialsite import protocol

LISTS = 10_000
LENGTH = 110
LIST_ID = UUID(int=1)
A, B = protocol.ARMS
STRATA = tuple(stratum.code for stratum in protocol.STRATA)
LEAST_P = 1e-4  # a correct generator falls below once in 10,000 tests
SCHEMES: tuple[Scheme, ...] = (PermutedBlocks(protocol.BLOCK_SIZES), PermutedBlocks((4,)), BigStick(3))

Block = tuple[str, ...]


def seed(number: int) -> bytes:
    """A fixed seed; no seed of a real list is ever so plain."""
    return number.to_bytes(32, "big")


def many(scheme: Scheme, count: int = LISTS) -> list[list[Block]]:
    return [scheme.draw(Stream(seed(number), "tests"), protocol.ARMS, LENGTH) for number in range(count)]


@pytest.fixture(scope="module")
def lists() -> list[list[Block]]:
    return many(PermutedBlocks(protocol.BLOCK_SIZES))


def but_the_last(lists: list[list[Block]]) -> list[Block]:
    # The last block is where drawing stopped; its size depends on the others.
    return [block for blocks in lists for block in blocks[:-1]]


def holds(test: statistics.ChiSquare, *, freedom: int) -> None:
    """A test that had every cell and enough in each, and found nothing."""
    assert test.freedom == freedom
    assert test.least > 1_000
    assert test.p > LEAST_P


@pytest.mark.req("R1")
def test_every_block_holds_both_arms_equally_often(lists: list[list[Block]]) -> None:
    assert all(block.count(A) == block.count(B) for blocks in lists for block in blocks)


@pytest.mark.req("R1")
@pytest.mark.parametrize("scheme", SCHEMES, ids=str)
def test_the_arms_never_differ_by_more_than_the_scheme_allows(scheme: Scheme) -> None:
    reached = 0
    for blocks in many(scheme, 2_000):
        apart = statistics.differences(list(chain(*blocks)), protocol.ARMS)
        reached = max(reached, *map(abs, apart))
    assert reached == scheme.bound


@pytest.mark.req("R1", "R2")
def test_block_sizes_are_equally_frequent_and_say_nothing_about_the_next(lists: list[list[Block]]) -> None:
    # The first blocks only: near the end, a list that came further has had larger blocks.
    sizes = [[len(block) for block in blocks[:15]] for blocks in lists]
    counts = Counter(chain(*sizes))
    holds(statistics.equally_frequent(counts.values(), len(protocol.BLOCK_SIZES)), freedom=1)
    holds(statistics.independent(pair for each in sizes for pair in pairwise(each)), freedom=1)


@pytest.mark.req("R2")
@pytest.mark.parametrize("size", protocol.BLOCK_SIZES)
def test_every_order_within_a_block_is_equally_frequent(lists: list[list[Block]], size: int) -> None:
    holds(statistics.block_orders(but_the_last(lists), size), freedom={4: 6, 6: 20}[size] - 1)


@pytest.mark.req("R2")
def test_the_end_of_a_block_says_nothing_about_the_start_of_the_next(lists: list[list[Block]]) -> None:
    ends = ((one[-1], other[0]) for blocks in lists for one, other in pairwise(blocks))
    holds(statistics.independent(ends), freedom=1)


@pytest.mark.req("R2")
def test_the_statistics_catch_a_naive_shuffle() -> None:
    class Naive(Stream):
        def shuffle(self, items: MutableSequence[Any]) -> None:
            for place in range(len(items)):
                other = self.below(len(items))
                items[place], items[other] = items[other], items[place]

    scheme = PermutedBlocks((4,))
    lists = [scheme.draw(Naive(seed(number), "tests"), protocol.ARMS, LENGTH) for number in range(1_000)]
    assert statistics.block_orders(but_the_last(lists), 4).p < 1e-12


@pytest.mark.req("R2")
def test_the_statistics_catch_a_modulo_bias() -> None:
    class Biased(Stream):
        def below(self, bound: int) -> int:
            return (self.byte() & 7) % bound

    scheme = PermutedBlocks((6,))
    lists = [scheme.draw(Biased(seed(number), "tests"), protocol.ARMS, LENGTH) for number in range(1_000)]
    assert statistics.block_orders(but_the_last(lists), 6).p < 1e-12


@pytest.mark.req("R3")
def test_the_first_place_is_a_fair_coin_and_strata_are_independent() -> None:
    firsts = []
    for number in range(LISTS):
        drawn = recipe(per_stratum=4).draw(seed(number))
        firsts.append((drawn["ILD"][0][0], drawn["NOILD"][0][0]))
    for stratum in (0, 1):
        assert abs(sum(first[stratum] == A for first in firsts) / len(firsts) - 0.5) < 0.02
    holds(statistics.independent(firsts), freedom=1)


@pytest.mark.req("R4", "L7")
@pytest.mark.parametrize(
    ("size", "expected", "length"), [(4, 17 / 24, 120), (6, 41 / 60, 120)], ids=["4", "6"]
)
def test_a_guesser_is_right_as_often_as_theory_says(size: int, expected: float, length: int) -> None:
    scheme = PermutedBlocks((size,))
    rates = [
        statistics.guess_rate(
            list(chain(*scheme.draw(Stream(seed(number), "tests"), protocol.ARMS, length))), protocol.ARMS
        )
        for number in range(LISTS)
    ]
    assert abs(sum(rates) / LISTS - expected) < 0.001
    assert statistics.expected_guess_rate(scheme, length) == pytest.approx(expected)


@pytest.mark.req("R4", "L7")
def test_the_scheme_of_the_protocol_can_hardly_be_guessed(lists: list[list[Block]]) -> None:
    scheme = PermutedBlocks(protocol.BLOCK_SIZES)
    orders = [list(chain(*blocks)) for blocks in lists[:2_000]]
    rate = sum(statistics.guess_rate(order, protocol.ARMS) for order in orders) / len(orders)
    certain = sum(statistics.certain_share(order, protocol.ARMS, scheme) for order in orders) / len(orders)
    assert rate <= 0.70
    assert certain <= 0.065
    assert certain == pytest.approx(statistics.expected_certain_share(scheme, 112), abs=0.002)


@pytest.mark.req("R4", "L7")
@pytest.mark.parametrize(
    ("scheme", "guessed", "certain"),
    [
        (PermutedBlocks((4,)), 0.706, 0.33),
        (PermutedBlocks((2, 4, 6)), 0.702, 0.04),
        (PermutedBlocks((4, 6)), 0.692, 0.06),
        (PermutedBlocks((4, 6, 8)), 0.679, 0.02),
        (BigStick(3), 0.581, 0.16),
    ],
    ids=str,
)
def test_exact_expectations_agree_with_simulations_made_elsewhere(
    scheme: Scheme, guessed: float, certain: float
) -> None:
    assert statistics.expected_guess_rate(scheme, LENGTH) == pytest.approx(guessed, abs=0.003)
    assert statistics.expected_certain_share(scheme, LENGTH) == pytest.approx(certain, abs=0.006)


@pytest.mark.req("R6")
@pytest.mark.parametrize("scheme", [PermutedBlocks(protocol.BLOCK_SIZES), BigStick(3)], ids=str)
def test_one_bit_of_the_seed_changes_half_of_the_places(scheme: Scheme) -> None:
    changed = 0
    for number in range(1_000):
        one = chain(*scheme.draw(Stream(seed(number), "tests"), protocol.ARMS, LENGTH))
        flipped = seed(number ^ 1 << (number * 7) % 256)
        other = chain(*scheme.draw(Stream(flipped, "tests"), protocol.ARMS, LENGTH))
        changed += sum(a != b for a, b in zip(list(one)[:LENGTH], list(other)[:LENGTH], strict=True))
    assert abs(changed / (1_000 * LENGTH) - 0.5) <= 0.02


@pytest.mark.req("R6")
def test_one_bit_of_the_seed_changes_every_treatment_number() -> None:
    same = 0
    for number in range(100):
        one, other = (draw(number), draw(number ^ 1 << number))
        same += sum(a.RANDNO == b.RANDNO for a, b in zip(one, other, strict=False))
    assert same <= 3


def draw(number: int, **wanted: Any) -> list[Slot]:
    return allocation_list(seed(number), recipe(**{"per_stratum": 24, **wanted}), list_id=LIST_ID)


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


@pytest.mark.req("R8", "L1")
def test_a_treatment_number_does_not_tell_the_arm() -> None:
    areas = []
    cooked = recipe(per_stratum=24, strata=STRATA[:1])
    for number in range(1_000):
        slots = allocation_list(seed(number), cooked, list_id=LIST_ID)
        areas.append(area_under_curve([(int(slot.RANDNO[1:]), slot.arm == A) for slot in slots]))
    assert abs(sum(areas) / len(areas) - 0.5) < 0.02


@pytest.mark.req("L1")
def test_treatment_numbers_tell_neither_stratum_nor_order() -> None:
    by_stratum, in_order = [], []
    for number in range(1_000):
        slots = draw(number)
        numbers = [int(slot.RANDNO[1:]) for slot in slots]
        assert len(set(numbers)) == len(numbers)
        by_stratum.append(
            area_under_curve(
                [(each, slot.stratum == "ILD") for each, slot in zip(numbers, slots, strict=True)]
            )
        )
        in_order.append(sum(one < other for one, other in combinations(numbers, 2)) / comb(len(numbers), 2))
    for shares in (by_stratum, in_order):
        assert abs(sum(shares) / len(shares) - 0.5) < 0.02


@pytest.mark.parametrize("sizes", [(), (3,), (0, 4)])
def test_odd_or_missing_block_sizes_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="even"):
        PermutedBlocks(sizes)


def test_a_big_stick_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        BigStick(0)
