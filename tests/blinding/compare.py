"""Comparing two worlds byte for byte."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

_SHOWN = 60


@dataclass(frozen=True)
class Difference:
    """A surface on which two worlds differ, and the place where they begin to."""

    surface: str
    one: bytes
    other: bytes

    def __str__(self) -> str:
        return f"{self.surface}: {self.one!r} ≠ {self.other!r}"


def canonical(content: bytes, nonces: Mapping[str, str]) -> bytes:
    """The content with the world's own commitments taken out: hashes of ciphertext, never twice the same."""
    for nonce, name in nonces.items():
        content = content.replace(nonce.encode(), name.encode())
    return content


def differences(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[Difference]:
    """Every surface that is not the same in both, or is in one only; empty for worlds that are alike."""
    found = []
    for surface in sorted({*one, *other}):
        first, second = one.get(surface), other.get(surface)
        if first is None or second is None:
            found.append(Difference(surface, *(b"there" if here else b"missing" for here in (first, second))))
        elif first != second:
            at = max(0, _first_difference(first, second) - _SHOWN // 2)
            found.append(Difference(surface, first[at : at + _SHOWN], second[at : at + _SHOWN]))
    return found


def _first_difference(one: bytes, other: bytes) -> int:
    shorter = range(min(len(one), len(other)))
    return bisect_left(shorter, True, key=lambda at: one[: at + 1] != other[: at + 1])
