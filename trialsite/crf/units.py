"""Units and their exact conversion into the standard unit of a variable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

# What people and machines write for the same unit.
_SAME = {"μ": "u", "µ": "u", "×": "", "⁹": "^9", "³": "3", "℃": "C", "°": "", " ": ""}


def plain(name: str) -> str:
    """The unit's name without typographic variety: 'µmol/L' and 'umol/L' are one."""
    for variant, ours in _SAME.items():
        name = name.replace(variant, ours)
    return name.casefold()


@dataclass(frozen=True)
class Unit:
    """standard = (typed - minus) * times / per; all exact decimals.

    With `by`, the factor is chosen by the code of another variable of the form
    (IU/mL of HBV DNA by its assay); without an entry for that code there is no standard value.
    """

    name: str
    times: Decimal = Decimal(1)
    per: Decimal = Decimal(1)
    minus: Decimal = Decimal(0)
    aliases: tuple[str, ...] = ()
    by: str = ""
    factors: Mapping[str, Decimal] = field(default_factory=dict)

    def names(self) -> frozenset[str]:
        """All spellings that mean this unit."""
        return frozenset(plain(name) for name in (self.name, *self.aliases))

    def to_standard(self, typed: Decimal, codes: Mapping[str, object]) -> Decimal | None:
        """The standard value, unrounded; None when the deciding code is not known."""
        if self.by:
            factor = self.factors.get(str(codes.get(self.by)))
            return None if factor is None else typed * factor
        return (typed - self.minus) * self.times / self.per


def unit(name: str, *aliases: str, times: str = "1", per: str = "1", minus: str = "0") -> Unit:
    """A unit with its factors written as decimals: unit("jin", times="0.5")."""
    return Unit(name, Decimal(times), Decimal(per), Decimal(minus), aliases)


PERCENT = (unit("%"),)
MMHG = unit("mmHg", "torr")
KPA = unit("kPa", times="7.50062")
LENGTH = (unit("cm"), unit("in", "inch", times="2.54"))
MASS = (unit("kg"), unit("jin", "斤", times="0.5"), unit("lb", times="0.45359237"))
TEMPERATURE = (unit("C"), unit("F", minus="32", per="1.8"))
PRESSURE = (MMHG, KPA)
PER_MINUTE = (unit("/min", "beats/min", "breaths/min", "bpm"),)
FRACTION = (unit("fraction", "1"), unit("%", per="100"))
LITRES_PER_MINUTE = (unit("L/min"),)
COUNT = (unit("10^9/L", "x10^9/L", "10*9/L", "G/L"), unit("/mm3", "/uL", "cells/uL", per="1000"))
HAEMOGLOBIN = (unit("g/L"), unit("g/dL", times="10"), unit("mmol/L", times="16.11"))
ENZYME = (unit("U/L", "IU/L"), unit("ukat/L", times="60"))
BILIRUBIN = (unit("umol/L"), unit("mg/dL", times="17.1"))
CREATININE = (unit("umol/L"), unit("mg/dL", times="88.4"))
ALBUMIN = (unit("g/L"), unit("g/dL", times="10"))
GLUCOSE = (unit("mmol/L"), unit("mg/dL", per="18.016"))
CHOLESTEROL = (unit("mmol/L"), unit("mg/dL", per="38.67"))
TRIGLYCERIDES = (unit("mmol/L"), unit("mg/dL", per="88.57"))
CRP = (unit("mg/L"), unit("mg/dL", times="10"))
SEDIMENTATION = (unit("mm/h", "mm/hr"),)
FERRITIN = (unit("ug/L", "ng/mL"),)
INTERLEUKIN = (unit("pg/mL", "ng/L"),)
KL6 = (unit("U/mL"),)
LITRES = (unit("L"),)
DLCO = (unit("mL/min/mmHg"), unit("mmol/min/kPa", per="0.3348"))
DOSE_PER_DAY = (unit("mg/day", "mg/d"),)
TROUGH = (unit("ng/mL", "ug/L"),)
VOLUME = (unit("mL"),)
HOURS = (unit("h"),)
VISUAL_SCALE = (unit("cm"), unit("mm", per="10"))
