"""The allocation list, drawn from a seed.

Pure: the same seed and recipe give the same list, byte for byte. docs/allocation-list.md describes every draw
for an independent implementation; a change here that changes a draw is a new GENERATOR.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from randomization.vault import stream
from randomization.vault.sealing import Slot
from randomization.vault.stream import Stream

GENERATOR = "list-1"
Arms = tuple[str, str]
SPARE_NUMBERS = 10  # numbers to choose from, for each number chosen: a guessed number is rarely a real one


@dataclass(frozen=True)
class PermutedBlocks:
    """Blocks of randomly mixed sizes, each with both arms equally often in random order (R1, R2).

    Raises ValueError when a size is odd, below 2, or none is given.
    """

    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.sizes or any(size < 2 or size % 2 for size in self.sizes):
            raise ValueError("A block holds both arms equally often: sizes are even and at least 2.")

    @property
    def bound(self) -> int:
        """The largest difference between the arms that a stratum can have."""
        return max(self.sizes) // 2

    def draw(self, chance: Stream, arms: Arms, length: int) -> list[tuple[str, ...]]:
        """Blocks until `length` places are reached; the last is always complete."""
        blocks: list[tuple[str, ...]] = []
        places = 0
        while places < length:
            block = [*arms] * (self.sizes[chance.below(len(self.sizes))] // 2)
            chance.shuffle(block)
            blocks.append(tuple(block))
            places += len(block)
        return blocks


@dataclass(frozen=True)
class BigStick:
    """A fair coin for each place, unless the arms differ by the limit: then the arm that is behind.

    Soares and Wu, 1983. Raises ValueError for a limit below 1.
    """

    limit: int

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError("The limit of the big stick is at least 1.")

    @property
    def bound(self) -> int:
        """The largest difference between the arms that a stratum can have."""
        return self.limit

    def draw(self, chance: Stream, arms: Arms, length: int) -> list[tuple[str, ...]]:
        """One piece of `length` places: there are no blocks."""
        order: list[str] = []
        difference = 0
        for _ in range(length):
            behind = 1 if difference > 0 else 0
            arm = behind if abs(difference) == self.limit else chance.below(2)
            difference += -1 if arm else 1
            order.append(arms[arm])
        return [tuple(order)]


Scheme = PermutedBlocks | BigStick
Drawn = dict[str, list[tuple[str, ...]]]  # the blocks of each stratum


@dataclass(frozen=True)
class Recipe:
    """Everything but the seed that a list depends on."""

    trial: str
    scheme: Scheme
    arms: Arms
    strata: tuple[str, ...]
    per_stratum: int

    def purpose(self, name: str) -> str:
        """What a stream of this list is for: no two streams of a seed are alike."""
        return f"{self.trial}|{GENERATOR}|{name}"

    def draw(self, seed: bytes) -> Drawn:
        """At least `per_stratum` places a stratum, each stratum from a stream of its own."""
        return {
            stratum: self.scheme.draw(
                Stream(seed, self.purpose(f"stratum|{stratum}")), self.arms, self.per_stratum
            )
            for stratum in self.strata
        }


def numbers(chance: Stream, count: int) -> list[str]:
    """`count` different treatment numbers, each an R and five digits or more, without pattern (L1)."""
    digits = max(5, len(str(count * SPARE_NUMBERS)))
    return [f"R{number}" for number in chance.sample(10 ** (digits - 1), 10**digits, count)]


def allocation_list(seed: bytes, recipe: Recipe, *, list_id: UUID) -> list[Slot]:
    """The slots of all strata, sequence from 1, with treatment numbers unique in the trial."""
    drawn = recipe.draw(seed)
    orders = {stratum: [arm for block in blocks for arm in block] for stratum, blocks in drawn.items()}
    count = sum(len(order) for order in orders.values())
    RANDNO = iter(numbers(Stream(seed, recipe.purpose("treatment numbers")), count))
    return [
        Slot(list_id, stratum, sequence, next(RANDNO), arm)
        for stratum, order in orders.items()
        for sequence, arm in enumerate(order, start=1)
    ]


def code_hash() -> str:
    """The SHA-256 of the source of everything that draws: with the seed it gives the same list again (R5)."""
    sources = (Path(stream.__file__), Path(__file__))
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()
