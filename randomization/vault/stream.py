"""Chance from a seed: the same seed and purpose give the same draws on any machine, in any language.

The stream of a purpose is HMAC-SHA-256 in counter mode, as docs/allocation-list.md describes it for an
independent implementation. Whoever does not know the seed cannot tell it from coin tosses, nor tell one
purpose from another.
"""

import hmac
import secrets
from collections.abc import MutableSequence
from typing import Any

SEED_BYTES = 32  # 256 bits; R5 asks for 128 at least
LEAST_SEED_BYTES = 16


def fresh_seed() -> bytes:
    """A seed of SEED_BYTES bytes from the operating system's cryptographic source."""
    return secrets.token_bytes(SEED_BYTES)


class Stream:
    """Draws for one purpose. Shows nothing of itself, so that no log line can hold the seed."""

    def __init__(self, seed: bytes, purpose: str) -> None:
        """Raises ValueError for a seed below 128 bits."""
        if len(seed) < LEAST_SEED_BYTES:
            raise ValueError(f"A seed has {8 * LEAST_SEED_BYTES} bits at least.")
        self._seed = seed
        self._purpose = purpose.encode() + b"\0"
        self._counter = 0
        self._waiting = iter(b"")

    def __repr__(self) -> str:
        return "Stream(hidden)"

    def byte(self) -> int:
        """The next byte: 0 to 255."""
        for value in self._waiting:
            return value
        block = hmac.digest(self._seed, self._purpose + self._counter.to_bytes(8, "big"), "sha256")
        self._counter += 1
        self._waiting = iter(block)
        return next(self._waiting)

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1, each equally likely; bound is at least 1.

        As many bytes as bound - 1 needs are read, high byte first, and as many of the low bits kept; a number
        that is not below the bound is thrown away, so that nothing is favoured (no modulo bias).
        """
        bits = (bound - 1).bit_length()
        mask = (1 << bits) - 1
        while True:
            number = 0
            for _ in range((bits + 7) // 8):
                number = number << 8 | self.byte()
            number &= mask
            if number < bound:
                return number

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Put items into random order, in place: Fisher and Yates, from the last place to the second."""
        for place in range(len(items) - 1, 0, -1):
            other = self.below(place + 1)
            items[place], items[other] = items[other], items[place]

    def sample(self, low: int, high: int, count: int) -> list[int]:
        """`count` different numbers from low to high - 1; a number that came before is drawn again."""
        found: dict[int, None] = {}
        while len(found) < count:
            found.setdefault(low + self.below(high - low))
        return list(found)
