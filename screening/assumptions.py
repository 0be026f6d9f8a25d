"""Where each assumption about the protocol is used: which criteria it bears on."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.criteria import CRITERIA, DEFAULT, Readings
from trialsite.protocol import ASSUMPTIONS, Assumption

# Names of trialsite.protocol.ASSUMPTIONS that decide a criterion; the others are about the conduct.
BEARS_ON: Mapping[str, tuple[str, ...]] = {
    "EX08_READING": ("EX08",),
    "EX12_LOOKBACK_DAYS": ("EX12",),
    "HBVDNA_FACTORS": ("EX06",),
    "PREDNISONE_FACTORS": ("IN04", "EX12"),
    "IN02_HELIOTROPE": ("IN02",),
    "IN03_ROOM_AIR": ("IN03",),
    "EX14_LIST": ("EX14",),
    "IN06_AND_LATER": ("IN06",),
    "RETESTS": ("IN03", "EX03", "EX05", "EX06", "EX07", "EX08"),
}


@dataclass(frozen=True)
class Reading:
    """A limit or switch of screening.criteria.readings by its name there, and the criteria that use it."""

    name: str
    says: str
    criteria: tuple[str, ...]

    def value(self, readings: Readings = DEFAULT) -> str:
        """As it is in force."""
        value = getattr(readings, self.name)
        if isinstance(value, Mapping):
            return ", ".join(f"{key.lower()} {part}" for key, part in value.items())
        return str(value)


READINGS: tuple[Reading, ...] = (
    Reading("ex08", "How rapidly progressive ILD and PaO2/FiO2 belong together (A or B)", ("EX08",)),
    Reading("gc_window_days", "Days before randomization; 4 weeks are 28 days", ("IN04", "IN05")),
    Reading("ex12_lookback_days", "Days before screening within which a high dose excludes", ("EX12",)),
    Reading("acs_window_days", "Days before screening, the last included; 24 weeks are 168 days", ("EX02",)),
    Reading("infection_window_days", "Days from discharge to screening, the last included", ("EX04",)),
    Reading("ivig_washout_days", "Days from the last immunoglobulin to screening", ("EX13",)),
    Reading("ltbi_min_days", "Days of preventive therapy at randomization; 2 weeks are 14 days", ("EX05",)),
    Reading("prednisone_factors", "Milligrams of prednisone that a milligram equals", ("IN04", "EX12")),
    Reading("hbvdna_factors", "Copies that an IU of HBV-DNA equals, by assay", ("EX06",)),
)


def stated() -> list[tuple[str, str, str]]:
    """Code, title and sentence of everything that a criterion assumes, in their order."""
    return [(each.code, each.title, sentence) for each in CRITERIA for sentence in each.assumed]


def of_criterion(code: str) -> list[Assumption]:
    """The assumptions of the protocol's numbers that bear on a criterion."""
    return [each for each in ASSUMPTIONS if code in BEARS_ON.get(each.name, ())]


def readings_of(code: str) -> list[Reading]:
    """The limits and switches that a criterion uses."""
    return [each for each in READINGS if code in each.criteria]
