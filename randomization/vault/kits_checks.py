"""What a kit list must be so that labels say nothing (L4, L5, R8). Pure: opened kits in, a sentence out.

No sentence names an arm, or a kit by what is in it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import NormalDist

from randomization.list_file import ListProblem

LONGEST = 12  # characters of a kit number or a lot
LEAST_P = 1e-4  # below it a pattern is no accident; one proper list in some thousands is drawn anew
_NUMBER = re.compile(r"[A-Z]{0,3}-?[0-9]{4,9}")
_LOT = re.compile(r"[A-Z0-9][A-Z0-9-]{0,11}")
_SITE = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True, repr=False)
class LabelledKit:
    """A kit with its label and its content."""

    KITNO: str
    site: str
    lot: str
    expiry: date
    arm: str

    @property
    def group(self) -> tuple[str, date, str]:
        """Everything that the label says besides the number."""
        return self.site, self.expiry, self.lot

    def __repr__(self) -> str:
        return "LabelledKit(sealed)"


def require_sound(kits: Sequence[LabelledKit], *, arms: tuple[str, str]) -> None:
    """Does nothing for kits that can be used as a list; else raises ListProblem with the first reason."""
    if not kits:
        raise ListProblem("The list holds no kit.")
    if problem := _malformed(kits, arms) or _unpaired(kits) or pattern(kits, arms):
        raise ListProblem(problem)


def _malformed(kits: Sequence[LabelledKit], arms: tuple[str, str]) -> str | None:
    if {kit.arm for kit in kits} - set(arms):
        return "A kit holds something else than an arm of the protocol."
    if len({kit.KITNO for kit in kits}) < len(kits):
        return "The list holds a kit number twice."
    for kit in kits:
        if not _NUMBER.fullmatch(kit.KITNO):
            return (
                f"“{kit.KITNO}” is no kit number: allowed are up to three capital letters and four to nine "
                f"digits, {LONGEST} characters in all."
            )
        if not _LOT.fullmatch(kit.lot):
            return f"“{kit.lot}” is no lot: allowed are 1 to {LONGEST} capital letters, digits and hyphens."
        if not _SITE.fullmatch(kit.site):
            return f"“{kit.site}” is no site: a site code is two digits, such as 01."
    if len({re.sub(r"[0-9]", "0", kit.KITNO) for kit in kits}) > 1:
        return "Kit numbers differ in their letters or their length; in one list all have the same shape."
    return None


def _unpaired(kits: Sequence[LabelledKit]) -> str | None:
    """Every label must stand on as many kits of either arm."""
    groups: dict[tuple[str, date, str], Counter[str]] = defaultdict(Counter)
    for kit in kits:
        groups[kit.group][kit.arm] += 1
    for (site, expiry, lot), count in sorted(groups.items()):
        if len(count) != 2 or len(set(count.values())) != 1:
            return (
                f"The kits of site {site}, lot {lot}, expiry {expiry} do not come in pairs: "
                "lot and expiry would say what is in them."
            )
    return None


def pattern(kits: Sequence[LabelledKit], arms: tuple[str, str]) -> str | None:
    """Why the numbers of these kits say something of what is in them; None when they do not."""
    marks = [kit.arm == arms[0] for kit in sorted(kits, key=lambda kit: kit.KITNO)]
    odd = [int(kit.KITNO[-1]) % 2 for kit in sorted(kits, key=lambda kit: kit.KITNO)]
    if min(_p(_rank_z(marks)), _p(_runs_z(marks)), _p(_parity_z(marks, odd))) < LEAST_P:
        return "The kit numbers follow what is in the kits. Give numbers at random, and make the list anew."
    return None


def auc(kits: Sequence[LabelledKit], arms: tuple[str, str]) -> float:
    """How well the order of the numbers tells the arms apart: 0.5 is not at all (R8)."""
    marks = [kit.arm == arms[0] for kit in sorted(kits, key=lambda kit: kit.KITNO)]
    ones = sum(marks)
    above = sum(place for place, mark in enumerate(marks, start=1) if mark) - ones * (ones + 1) / 2
    return above / (ones * (len(marks) - ones))


def _rank_z(marks: Sequence[bool]) -> float:
    """Wilcoxon's rank sum, as a standard normal deviate."""
    size, ones = len(marks), sum(marks)
    ranks = sum(place for place, mark in enumerate(marks, start=1) if mark)
    return float((ranks - ones * (size + 1) / 2) / (ones * (size - ones) * (size + 1) / 12) ** 0.5)


def _runs_z(marks: Sequence[bool]) -> float:
    """Wald and Wolfowitz's number of runs; both arms equally often."""
    size = len(marks)
    if size < 4:
        return 0.0
    runs = 1 + sum(one != other for one, other in pairwise(marks))
    return float((runs - (size / 2 + 1)) / (size * (size - 2) / (4 * (size - 1))) ** 0.5)


def _parity_z(marks: Sequence[bool], odd: Sequence[int]) -> float:
    """Whether the last digit is odd more often in one arm; the deviate of a fourfold table."""
    size, ones, odds = len(marks), sum(marks), sum(odd)
    if odds in (0, size):
        return 0.0
    both = sum(mark and bool(digit) for mark, digit in zip(marks, odd, strict=True))
    spread = ones * odds * (size - ones) * (size - odds) / (size * size * (size - 1))
    return float((both - ones * odds / size) / spread**0.5)


def _p(z: float) -> float:
    return 2 * NormalDist().cdf(-abs(z))
