"""The vault's choice among kits: drawn in the first world, and asked for again in its twins.

A twin has the same history, so the vault must have been able to give the same kit: a kit that is not among
those that it may choose from is a difference between the worlds, and stops the proof. That the same choices
are as likely in every twin is shown in docs/blinding.md.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field


class NotPossible(AssertionError):
    """The vault of a twin could not have made the same choice."""


@dataclass
class Drawn:
    """What the vault of the first world chose, in order."""

    kits: list[str] = field(default_factory=list)
    samples: list[set[str]] = field(default_factory=list)


class First:
    """The chance of the first world."""

    def __init__(self, seed: int, drawn: Drawn) -> None:
        self._random = random.Random(seed)
        self._drawn = drawn

    def choice(self, kits: Sequence[str]) -> str:
        """One kit."""
        chosen = self._random.choice(kits)
        self._drawn.kits.append(chosen)
        return chosen

    def sample(self, kits: Sequence[str], count: int) -> list[str]:
        """Kits of one arm and label for a shipment."""
        chosen = self._random.sample(kits, count)
        self._drawn.samples.append(set(chosen))
        return chosen


class Again:
    """The chance of a twin: the same choices, where they can be made."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._kits = 0
        self._samples = 0

    def choice(self, kits: Sequence[str]) -> str:
        """The kit of the first world."""
        self._kits += 1
        wanted = self._drawn.kits[self._kits - 1] if self._kits <= len(self._drawn.kits) else None
        if wanted is None or wanted not in kits:
            raise NotPossible("The vault of the twin could not have given the same kit.")
        return wanted

    def sample(self, kits: Sequence[str], count: int) -> list[str]:
        """Those of the kits that travelled in the first world."""
        pair = self._samples // 2 * 2  # two samples a label: one for each arm
        self._samples += 1
        travelled = set().union(*self._drawn.samples[pair : pair + 2])
        found = [kit for kit in kits if kit in travelled]
        if len(found) != count:
            raise NotPossible("The vault of the twin could not have sent the same kits.")
        return found
