"""CDASI: activity and damage of the skin in dermatomyositis (clinical content 4.7, form CD)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trialsite.truth import Truth
from visits.derived.exact import score, total

# The places that are scored alike. The clinical content gives their number; the names are general knowledge,
# to be compared with the instrument itself. The hands, the nail folds and the hair have scores of their own.
AREAS: Final = (
    "SCALP",
    "MALAR",
    "PERIORBITAL",
    "REST_OF_FACE",
    "V_NECK",
    "POSTERIOR_NECK",
    "UPPER_BACK",
    "REST_OF_BACK",
    "ABDOMEN",
    "LATERAL_THIGH",
    "REST_OF_LEG",
    "ARM",
    "MECHANICS_HAND",
    "DORSUM_OF_HAND",
    "GOTTRON_NOT_HANDS",
)
MILD_STANFORD, MILD_UPENN = 14, 18  # the highest activity that is still mild
SURELY_MEANINGFUL, PERHAPS_MEANINGFUL = 5, 4  # points; the source says 4 to 5


@dataclass(frozen=True)
class Area:
    """One place: erythema 0-3, scale 0-2, and ulceration, poikiloderma, calcinosis 0-1; None: missing."""

    erythema: int | None = None
    scale: int | None = None
    ulceration: int | None = None
    poikiloderma: int | None = None
    calcinosis: int | None = None

    def activity(self) -> int | None:
        """Points of activity, 0 to 6; None when any of its three is missing. ValueError for others."""
        return total(
            [
                score("erythema", self.erythema, 3),
                score("scale", self.scale, 2),
                score("ulceration", self.ulceration, 1),
            ]
        )

    def damage(self) -> int | None:
        """Points of damage, 0 to 2; None when one of the two is missing. ValueError for others."""
        return total([score("poikiloderma", self.poikiloderma, 1), score("calcinosis", self.calcinosis, 1)])


@dataclass(frozen=True)
class Hands:
    """Gottron sign of the hands: erythema 0-3, doubled by papules; ulceration 0-1; damage 0-2."""

    erythema: int | None = None
    papules: bool | None = None
    ulceration: int | None = None
    scarring: int | None = None

    def activity(self) -> int | None:
        """Points of activity, 0 to 7. Whether there are papules does not matter without erythema."""
        erythema = score("erythema of the hands", self.erythema, 3)
        ulceration = score("ulceration of the hands", self.ulceration, 1)
        if erythema is None or (erythema and self.papules is None):
            return None
        return total([erythema * 2 if self.papules else erythema, ulceration])

    def damage(self) -> int | None:
        """Points of damage, 0 to 2."""
        return score("damage of the hands", self.scarring, 2)


def cdasi_activity(
    *, areas: Mapping[str, Area], hands: Hands, periungual: int | None, alopecia: int | None
) -> int | None:
    """Activity, 0 to 100 points; None when any score of activity is missing.

    areas: every one of AREAS, one that is not given is missing. periungual 0-2, alopecia 0-1.
    KeyError for another area, ValueError for points outside the range of a score.
    """
    _require_areas(areas)
    return total(
        [
            *(areas[name].activity() if name in areas else None for name in AREAS),
            hands.activity(),
            score("periungual", periungual, 2),
            score("alopecia", alopecia, 1),
        ]
    )


def cdasi_damage(*, areas: Mapping[str, Area], hands: Hands) -> int | None:
    """Damage, 0 to 32 points; None when any score of damage is missing. Raises as cdasi_activity."""
    _require_areas(areas)
    return total([*(areas[name].damage() if name in areas else None for name in AREAS), hands.damage()])


def is_mild(activity: int | None) -> Truth:
    """Whether the activity is mild; unknown when missing, or where Stanford and UPenn disagree (15 to 18)."""
    if activity is None:
        return Truth.UNKNOWN
    if activity <= MILD_STANFORD:
        return Truth.YES
    return Truth.UNKNOWN if activity <= MILD_UPENN else Truth.NO


def meaningful_change(baseline: int | None, current: int | None) -> Truth:
    """Whether the activity changed meaningfully either way.

    5 points do and 3 do not; the source leaves 4 open. Unknown when a value is missing.
    """
    if baseline is None or current is None:
        return Truth.UNKNOWN
    by = abs(current - baseline)
    if by >= SURELY_MEANINGFUL:
        return Truth.YES
    return Truth.UNKNOWN if by == PERHAPS_MEANINGFUL else Truth.NO


def _require_areas(areas: Mapping[str, Area]) -> None:
    if unknown := set(areas) - set(AREAS):
        raise KeyError(f"Not an area of the CDASI: {', '.join(sorted(unknown))}.")
