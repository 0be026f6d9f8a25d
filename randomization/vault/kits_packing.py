"""Drawing a kit list: pairs with one label, numbered at random."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from randomization.vault.kits_checks import LabelledKit, pattern

LETTER = "K"
LOWEST, HIGHEST = 1_000_000, 9_999_999  # two lists rarely share a number; when they do, loading says so
_chance = secrets.SystemRandom()


@dataclass(frozen=True)
class Pack:
    """So many pairs of kits with the same label."""

    site: str
    lot: str
    expiry: date
    pairs: int


def draw(packs: Iterable[Pack], arms: tuple[str, str]) -> list[LabelledKit]:
    """A kit of each arm for each pair; numbers without pattern over all packs (L4, R8).

    Chance alone makes one list in some thousands look like a pattern; it is drawn anew.
    """
    unnumbered = [(pack, arm) for pack in packs for _ in range(pack.pairs) for arm in arms]
    while True:
        numbers = _chance.sample(range(LOWEST, HIGHEST + 1), len(unnumbered))
        kits = [
            LabelledKit(f"{LETTER}{number}", pack.site, pack.lot, pack.expiry, arm)
            for number, (pack, arm) in zip(numbers, unnumbered, strict=True)
        ]
        if pattern(kits, arms) is None:
            return kits
