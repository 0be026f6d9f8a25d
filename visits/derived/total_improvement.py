"""The 2016 ACR/EULAR Total Improvement Score with its parts and category (clinical content 4.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from visits.derived.exact import Exact, amount, exact, limit
from visits.derived.improvement_bands import ENZYME_RANGES, RANGES, Measure, points_for

# Measured in this trial: the most abnormal one is known only when all of them are.
ENZYMES_NEEDED = ("CK", "LDH", "AST", "ALT")


class Response(StrEnum):
    """The category for adults, by the least points that it takes."""

    NONE = "NONE"
    MINIMAL = "MINIMAL"
    MODERATE = "MODERATE"
    MAJOR = "MAJOR"


_LEAST = {Response.MAJOR: 60, Response.MODERATE: 40, Response.MINIMAL: 20, Response.NONE: 0}


@dataclass(frozen=True)
class Enzyme:
    """An activity and the upper limit of normal, in the same unit."""

    value: Exact | None
    uln: Exact | None

    def multiple(self) -> Fraction | None:
        """The activity in multiples of the ULN; None when either is missing. ValueError for an ULN of 0."""
        value, uln = amount("enzyme", self.value), limit("ULN", self.uln)
        return None if value is None or uln is None else value / uln


@dataclass(frozen=True)
class CoreSet:
    """The core set measures at one visit; None: missing.

    phga, ptga, exmga: physician, patient, extramuscular global on the VAS, 0 to 10 cm. mmt8: 0 to 150
    points. haqdi: 0 to 3. enzymes: name of ENZYME_RANGES -> its activity.
    """

    phga: Exact | None = None
    ptga: Exact | None = None
    exmga: Exact | None = None
    mmt8: Exact | None = None
    haqdi: Exact | None = None
    enzymes: Mapping[str, Enzyme] = field(default_factory=dict)

    def value(self, measure: Measure) -> Fraction | None:
        """A measure other than the enzyme; ValueError outside its range."""
        given = {
            Measure.PHYSICIAN_GLOBAL: self.phga,
            Measure.PATIENT_GLOBAL: self.ptga,
            Measure.EXTRAMUSCULAR: self.exmga,
            Measure.MUSCLE_STRENGTH: self.mmt8,
            Measure.DISABILITY: self.haqdi,
        }[measure]
        if given is None:
            return None
        if not 0 <= exact(given) <= RANGES[measure]:
            raise ValueError(f"{measure}: only 0 to {RANGES[measure]} is allowed, not {given}.")
        return exact(given)


@dataclass(frozen=True)
class Part:
    """One measure: its improvement in per cent of the range (below 0: worse), and its points."""

    percent: Fraction
    points: Decimal


@dataclass(frozen=True)
class Improvement:
    """The score. total (0 to 100) and response are None when any part is; enzyme: the one that counts."""

    parts: Mapping[Measure, Part | None]
    enzyme: str | None

    @property
    def total(self) -> Decimal | None:
        """The sum of the points."""
        known = [part.points for part in self.parts.values() if part is not None]
        return sum(known, Decimal(0)) if len(known) == len(Measure) else None

    @property
    def response(self) -> Response | None:
        """The category of the total."""
        points = self.total
        if points is None:
            return None
        return next(response for response, least in _LEAST.items() if points >= least)


def total_improvement(baseline: CoreSet, current: CoreSet) -> Improvement:
    """The score from baseline to a visit, exact. ValueError for a value outside its range."""
    enzyme = most_abnormal_enzyme(baseline.enzymes)
    percents = {measure: _percent(measure, baseline, current) for measure in RANGES}
    percents[Measure.ENZYME] = _enzyme_percent(enzyme, baseline, current) if enzyme else None
    parts = {measure: _part(measure, percents[measure]) for measure in Measure}
    return Improvement(parts, enzyme)


def most_abnormal_enzyme(enzymes: Mapping[str, Enzyme]) -> str | None:
    """The enzyme with the highest multiple of its ULN at baseline, which then counts at every visit.

    Among equals the first of ENZYME_RANGES. None when one that is needed is missing; aldolase counts if
    it was measured. KeyError for another enzyme.
    """
    multiples = {name: enzyme.multiple() for name, enzyme in enzymes.items()}
    if unknown := set(enzymes) - set(ENZYME_RANGES):
        raise KeyError(f"Not an enzyme of the core set: {', '.join(sorted(unknown))}.")
    if any(multiples.get(name) is None for name in ENZYMES_NEEDED):
        return None
    known = {name: multiple for name in ENZYME_RANGES if (multiple := multiples.get(name)) is not None}
    return max(known, key=known.__getitem__)


def _percent(measure: Measure, baseline: CoreSet, current: CoreSet) -> Fraction | None:
    before, now = baseline.value(measure), current.value(measure)
    if before is None or now is None:
        return None
    better = now - before if measure is Measure.MUSCLE_STRENGTH else before - now
    return 100 * better / RANGES[measure]


def _enzyme_percent(name: str, baseline: CoreSet, current: CoreSet) -> Fraction | None:
    """Both in multiples of their own ULN: with one ULN, the same as activities over the range."""
    before = baseline.enzymes[name].multiple()
    now = current.enzymes[name].multiple() if name in current.enzymes else None
    if before is None or now is None:
        return None
    return 100 * (before - now) / ENZYME_RANGES[name]


def _part(measure: Measure, percent: Fraction | None) -> Part | None:
    return None if percent is None else Part(percent, points_for(measure, percent))
