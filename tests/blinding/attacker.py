"""A superuser with a full dump and everything but the key, who tries to tell the arms apart (B7, L15, N4).

Each guess turns a row into a number. If a number says anything of the arm, in whichever direction and however
little, its area under the ROC curve, pooled over many lists, moves away from one half.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Protocol, TypeVar

from nacl.public import PrivateKey

from randomization.vault.sealing import SEALED_LENGTH, Kit, seal_kit, seal_slot
from tests.blinding.recipe import LIST, first_secret, slots_of
from trialsite import protocol

SLOTS_A_LIST, PAIRS_A_LOT = 120, 30


@dataclass(frozen=True)
class Row:
    """What a dump holds of a slot or kit, and the arm, which only the judge of a guess sees."""

    number: str
    place: int
    label: str
    sealed: bytes
    before: bytes
    first: bool


class Judged(Protocol):
    """What somebody guesses about: the arm is for the judge alone."""

    @property
    def first(self) -> bool: ...


Guess = Callable[[Row], float]
_Seen = TypeVar("_Seen", bound=Judged)


def slots(lists: int) -> Iterator[Row]:
    """The slots of so many lists, as they lie in the database."""
    for seed in range(lists):
        key = PrivateKey.generate().public_key
        before = bytes(SEALED_LENGTH)
        for slot in islice(slots_of(1000 + seed), SLOTS_A_LIST):
            sealed = seal_slot(slot, key)
            yield Row(slot.RANDNO, slot.sequence, slot.stratum, sealed, before, slot.arm == protocol.ARMS[0])
            before = sealed


def kits(lists: int) -> Iterator[Row]:
    """The kits of so many kit lists, in the order of their numbers, as they are loaded."""
    for seed in range(lists):
        key = PrivateKey.generate().public_key
        before = bytes(SEALED_LENGTH)
        packed = sorted(first_secret(2000 + seed, ("01",), PAIRS_A_LOT).kits, key=lambda kit: kit.KITNO)
        for place, kit in enumerate(packed):
            sealed = seal_kit(Kit(LIST, kit.KITNO, kit.arm), key)
            label = f"{kit.lot} {kit.expiry}"
            yield Row(kit.KITNO, place, label, sealed, before, kit.arm == protocol.ARMS[0])
            before = sealed


def _hashed(text: str) -> float:
    return int.from_bytes(sha256(text.encode()).digest()[:4])


GUESSES: dict[str, Guess] = {
    "place in the list": lambda row: row.place,
    "place, odd or even": lambda row: row.place % 2,
    "number": lambda row: int(row.number[1:]),
    "number, odd or even": lambda row: int(row.number[1:]) % 2,
    "sum of the digits": lambda row: sum(map(int, row.number[1:])),
    "lot and expiry, or stratum": lambda row: _hashed(row.label),
    "length of the ciphertext": lambda row: len(row.sealed),
    "first byte": lambda row: row.sealed[0],
    "last byte": lambda row: row.sealed[-1],
    "order of the ciphertexts": lambda row: int.from_bytes(row.sealed[:6]),
    "sum of the bytes": lambda row: sum(row.sealed),
    "bits that are set": lambda row: int.from_bytes(row.sealed).bit_count(),
    "bits of the one-time key": lambda row: int.from_bytes(row.sealed[:32]).bit_count(),
    "bits of the text": lambda row: int.from_bytes(row.sealed[48:]).bit_count(),
    "different bytes": lambda row: len(set(row.sealed)),
    "likeness to the row before": lambda row: sum(
        a == b for a, b in zip(row.sealed, row.before, strict=True)
    ),
    "after the row before": lambda row: row.sealed > row.before,
}


def auc(rows: Sequence[_Seen], guess: Callable[[_Seen], float]) -> float:
    """The area under the ROC curve: how often a row of one arm is above a row of the other; 0.5 is a coin."""
    ranked = sorted((guess(row), row.first) for row in rows)
    ones = sum(first for _, first in ranked)
    below = equal = 0
    area = 0.0
    start = 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        equal = sum(first for _, first in ranked[start:end])
        others = end - start - equal
        area += equal * (below + others / 2)
        below += others
        start = end
    return area / (ones * (len(ranked) - ones))


def standard_error(rows: Sequence[Judged]) -> float:
    """How far an honest coin lies from 0.5: in one of three tries farther than this."""
    ones = sum(row.first for row in rows)
    return math.sqrt((len(rows) + 1) / (12 * ones * (len(rows) - ones)))


def learned(rows: Sequence[Row]) -> float:
    """The same for a guess that is learned: the mean byte at each place, by arm, from a half of the rows."""
    shuffled = list(rows)
    random.Random(1).shuffle(shuffled)
    known, asked = shuffled[::2], shuffled[1::2]
    sums = {arm: [0] * SEALED_LENGTH for arm in (True, False)}
    counts = {arm: sum(row.first is arm for row in known) for arm in (True, False)}
    for row in known:
        total = sums[row.first]
        for at, byte in enumerate(row.sealed):
            total[at] += byte
    weights = [sums[True][at] / counts[True] - sums[False][at] / counts[False] for at in range(SEALED_LENGTH)]
    return auc(
        asked, lambda row: sum(weight * byte for weight, byte in zip(weights, row.sealed, strict=True))
    )
