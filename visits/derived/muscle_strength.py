"""MMT-8: the total of manual muscle testing (clinical content 4.4, form MMT)."""

from collections.abc import Mapping

from visits.derived.exact import score, total

POINTS = 10  # a muscle: 0 no contraction, 10 normal
NECK = "NECK_FLEXORS"
PAIRED = (
    "DELTOID",
    "BICEPS",
    "WRIST_EXTENSORS",
    "GLUTEUS_MAXIMUS",
    "GLUTEUS_MEDIUS",
    "QUADRICEPS",
    "ANKLE_DORSIFLEXORS",
)
# The fifteen that are tested: the neck, and right (R) and left (L) of the others.
MUSCLES: tuple[str, ...] = (NECK, *(f"{muscle}_{side}" for muscle in PAIRED for side in "RL"))
RANGE = POINTS * len(MUSCLES)


def mmt8_total(strength: Mapping[str, int | None]) -> int | None:
    """The total, 0 to 150 points; None when any of the MUSCLES is missing or could not be tested.

    strength: muscle -> points. KeyError for another muscle, ValueError for other points than 0 to 10.
    """
    if unknown := set(strength) - set(MUSCLES):
        raise KeyError(f"Not a muscle of the MMT-8: {', '.join(sorted(unknown))}.")
    return total([score(muscle, strength.get(muscle), POINTS) for muscle in MUSCLES])
