"""The allocation list and the kit list, drawn from a source of chance that the caller gives.

Pure: the same source gives the same list. The real list is drawn from the operating system's
cryptographic source (secrets.SystemRandom); tests draw from seeded ones.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random
from uuid import UUID

from randomization.vault.sealing import Kit, Slot

Arms = tuple[str, str]
SPARE_NUMBERS = 10  # numbers to choose from, for each number chosen: a guessed number is rarely a real one


def permuted_blocks(rng: Random, *, arms: Arms, sizes: Sequence[int], length: int) -> list[tuple[str, ...]]:
    """Blocks of randomly mixed sizes, each with both arms equally often in random order (R1, R2).

    Blocks are drawn until `length` places are reached; the last is always complete.
    Raises ValueError when a size is odd, below 2, or none is given.
    """
    if not sizes or any(size < 2 or size % 2 for size in sizes):
        raise ValueError("A block holds both arms equally often: sizes are even and at least 2.")
    blocks: list[tuple[str, ...]] = []
    places = 0
    while places < length:
        block = [*arms] * (rng.choice(sizes) // 2)
        rng.shuffle(block)
        blocks.append(tuple(block))
        places += len(block)
    return blocks


def numbers(rng: Random, letter: str, count: int) -> list[str]:
    """`count` different numbers, each a letter and five digits or more, without pattern (L1, L4)."""
    digits = max(5, len(str(count * SPARE_NUMBERS)))
    return [f"{letter}{number}" for number in rng.sample(range(10 ** (digits - 1), 10**digits), count)]


def allocation_list(
    rng: Random, *, list_id: UUID, arms: Arms, sizes: Sequence[int], strata: Sequence[str], per_stratum: int
) -> list[Slot]:
    """At least `per_stratum` slots a stratum, sequence from 1, with treatment numbers unique in the trial."""
    drawn = {
        stratum: [
            arm for block in permuted_blocks(rng, arms=arms, sizes=sizes, length=per_stratum) for arm in block
        ]
        for stratum in strata
    }
    RANDNO = iter(numbers(rng, "R", sum(len(order) for order in drawn.values())))
    return [
        Slot(list_id, stratum, sequence, next(RANDNO), arm)
        for stratum, order in drawn.items()
        for sequence, arm in enumerate(order, start=1)
    ]


def kit_list(rng: Random, slots: Sequence[Slot], *, list_id: UUID, doses: int) -> list[Kit]:
    """A kit for each dose of each slot, numbered at random and in random order."""
    needed = Counter(slot.arm for slot in slots)
    arms = [arm for arm, count in sorted(needed.items()) for _ in range(count * doses)]
    kits = [Kit(list_id, KITNO, arm) for KITNO, arm in zip(numbers(rng, "K", len(arms)), arms, strict=True)]
    rng.shuffle(kits)
    return kits
