"""How balanced and how predictable a list is. Pure.

An order is the arms of a stratum, from its first place on.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from randomization.vault.generation import Arms, BigStick, PermutedBlocks, Scheme

Left = tuple[int, int]  # how often each arm is still to come in a block


@dataclass(frozen=True)
class ChiSquare:
    """Pearson's test. `p` is the chance of a value as large as this; rough where `least` is below 5.

    `least` is the smallest number that was expected in a cell.
    """

    value: float
    freedom: int
    least: float

    @property
    def p(self) -> float:
        """The upper tail of the distribution."""
        return chi_square_tail(self.value, self.freedom)


def chi_square_tail(value: float, freedom: int) -> float:
    """How often chi-square with so many degrees of freedom exceeds a value: exact for whole degrees.

    Q(a + 1, x) = Q(a, x) + x^a e^-x / gamma(a + 1), from Q(1/2, x) = erfc(sqrt x) or Q(1, x) = e^-x.
    """
    if value <= 0 or freedom == 0:
        return 1.0
    half = value / 2
    order = 0.5 if freedom % 2 else 1.0
    tail = math.erfc(math.sqrt(half)) if freedom % 2 else math.exp(-half)
    while order < freedom / 2:
        tail += math.exp(order * math.log(half) - half - math.lgamma(order + 1))
        order += 1
    return min(tail, 1.0)


def equally_frequent(counts: Collection[int], cells: int) -> ChiSquare:
    """Tests counts against the same expectation in each of `cells` cells; empty cells may be left out."""
    expected = sum(counts) / cells
    if not expected:
        return ChiSquare(0.0, 0, 0.0)
    value = sum((count - expected) ** 2 / expected for count in counts) + (cells - len(counts)) * expected
    return ChiSquare(value, cells - 1, expected)


def independent(pairs: Iterable[tuple[object, object]]) -> ChiSquare:
    """Tests whether the first of a pair says nothing of the second."""
    table = Counter(pairs)
    rows, columns = Counter[object](), Counter[object]()
    for (row, column), count in table.items():
        rows[row] += count
        columns[column] += count
    total = table.total()
    cells = [(table[row, column], rows[row] * columns[column] / total) for row in rows for column in columns]
    value = sum((count - expected) ** 2 / expected for count, expected in cells)
    least = min((expected for _, expected in cells), default=0.0)
    return ChiSquare(value, max(0, (len(rows) - 1) * (len(columns) - 1)), least)


def block_orders(blocks: Iterable[Sequence[str]], size: int) -> ChiSquare:
    """Tests whether all orders of the blocks of a size are equally frequent (R2)."""
    counts = Counter(tuple(block) for block in blocks if len(block) == size)
    return equally_frequent(list(counts.values()), math.comb(size, size // 2))


def differences(order: Sequence[str], arms: Arms) -> list[int]:
    """How far the first arm is ahead of the second, after each place."""
    ahead, found = 0, []
    for arm in order:
        ahead += 1 if arm == arms[0] else -1
        found.append(ahead)
    return found


def guess_rate(order: Sequence[str], arms: Arms) -> float:
    """How often somebody is right who guesses the arm that came less often so far, or tosses a coin.

    The convergence strategy of Blackwell and Hodges, 1957; a tie counts one half.
    """
    right, ahead = 0.0, 0
    for arm in order:
        step = 1 if arm == arms[0] else -1
        right += 0.5 if ahead == 0 else ahead * step < 0
        ahead += step
    return right / len(order)


def certain_share(order: Sequence[str], arms: Arms, scheme: Scheme) -> float:
    """How many places are known beforehand to somebody who knows scheme and all arms so far."""
    certain = 0
    if isinstance(scheme, BigStick):
        before = [0, *differences(order, arms)[:-1]]
        return sum(abs(ahead) == scheme.limit for ahead in before) / len(order)
    possible = _fresh(scheme)
    for arm in order:
        certain += _is_certain(possible)
        possible = _after(possible, arms.index(arm), scheme)
    return certain / len(order)


def expected_guess_rate(scheme: Scheme, length: int) -> float:
    """The guess rate that a scheme gives on average: over complete blocks, or over `length` places."""
    if isinstance(scheme, PermutedBlocks):
        # In a block of 2m: m places by balance, and half of 4^m / C(2m, m) - 1 by the ties on the way.
        halves = [size // 2 for size in scheme.sizes]
        right = sum(half + (pow(4.0, half) / math.comb(2 * half, half) - 1) / 2 for half in halves)
        return right / sum(scheme.sizes)
    right = 0.0
    for ahead, share in _big_stick(scheme, length):
        right += share * (1.0 if ahead == scheme.limit else 0.5)
    return right / length


def expected_certain_share(scheme: Scheme, length: int) -> float:
    """The share of certain places that a scheme gives on average over `length` places."""
    if isinstance(scheme, BigStick):
        return sum(share for ahead, share in _big_stick(scheme, length) if ahead == scheme.limit) / length
    # What is left of the true block, and what it may be for somebody who watches; with probabilities.
    now: dict[tuple[Left, frozenset[Left]], float] = defaultdict(float)
    for fresh in scheme.sizes:
        now[(fresh // 2, fresh // 2), _fresh(scheme)] += 1 / len(scheme.sizes)
    certain = 0.0
    for _ in range(length):
        then: dict[tuple[Left, frozenset[Left]], float] = defaultdict(float)
        for (left, possible), share in now.items():
            certain += share * _is_certain(possible)
            for arm in (0, 1):
                if left[arm]:
                    after, chance = _after(possible, arm, scheme), share * left[arm] / sum(left)
                    rest = _minus(left, arm)
                    nexts = [rest] if any(rest) else [(size // 2, size // 2) for size in scheme.sizes]
                    for each in nexts:
                        then[each, after] += chance / len(nexts)
        now = then
    return certain / length


def runs(order: Sequence[str]) -> list[int]:
    """The lengths of the runs of one arm, in their order."""
    return [len(list(run)) for _, run in groupby(order)]


def expected_runs(order: Sequence[str]) -> float:
    """How many runs a random order of the same arms has on average (Wald and Wolfowitz)."""
    counts = list(Counter(order).values())
    return 1 + (2 * counts[0] * counts[1] / len(order) if len(counts) > 1 else 0)


def _fresh(scheme: PermutedBlocks) -> frozenset[Left]:
    return frozenset((size // 2, size // 2) for size in scheme.sizes)


def _minus(left: Left, arm: int) -> Left:
    return (left[0] - 1, left[1]) if arm == 0 else (left[0], left[1] - 1)


def _after(possible: frozenset[Left], arm: int, scheme: PermutedBlocks) -> frozenset[Left]:
    """What may be left of the block once an arm was seen; empty when no block fits what was seen."""
    found = {_minus(left, arm) for left in possible if left[arm]}
    return frozenset(found - {(0, 0)}) | (_fresh(scheme) if (0, 0) in found else frozenset())


def _is_certain(possible: frozenset[Left]) -> bool:
    return bool(possible) and (all(not left[0] for left in possible) or all(not left[1] for left in possible))


def _big_stick(scheme: BigStick, length: int) -> Iterable[tuple[int, float]]:
    """Before each place: how far apart the arms may be, and how probable that is."""
    now = {0: 1.0}
    for _ in range(length):
        yield from now.items()
        then: dict[int, float] = defaultdict(float)
        for apart, share in now.items():
            if apart < scheme.limit:
                then[apart + 1] += share * (1.0 if apart == 0 else 0.5)
            if apart:
                then[apart - 1] += share * (1.0 if apart == scheme.limit else 0.5)
        now = then
