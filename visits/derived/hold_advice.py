"""What the label of tocilizumab says about the next dose: advice, never a decision (clinical content 4.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction

from visits.derived.exact import Exact, amount, limit


class Action(IntEnum):
    """What to do with the next dose; the higher one counts."""

    KEEP = 0
    INTERRUPT = 1
    DISCONTINUE = 2


class Remark(StrEnum):
    """What the label adds to an action."""

    ADJUST = "ADJUST"  # adjust co-medication; a lower dose or a pause if it persists
    REPEAT = "REPEAT"  # confirm by a repeated sample


@dataclass(frozen=True)
class Safety:
    """The safety values before a dose; None: missing.

    neut, plat: 10^9/L. alt, ast and their limits: one unit each. alt_persists, ast_persists: above 3 x ULN
    again, in the repeated sample. serious_infection: an open one.
    """

    neut: Exact | None = None
    plat: Exact | None = None
    alt: Exact | None = None
    alt_uln: Exact | None = None
    ast: Exact | None = None
    ast_uln: Exact | None = None
    alt_persists: bool = False
    ast_persists: bool = False
    serious_infection: bool | None = None


@dataclass(frozen=True)
class Finding:
    """What one value alone advises; `action` is None when it is missing."""

    name: str
    action: Action | None
    remark: Remark | None = None


@dataclass(frozen=True)
class Advice:
    """All findings. `action` is at least what the known ones ask, and never KEEP while one is missing."""

    findings: tuple[Finding, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The values without which the advice is not complete."""
        return tuple(finding.name for finding in self.findings if finding.action is None)

    @property
    def action(self) -> Action | None:
        """The gravest action; None when nothing speaks against the dose and something is missing."""
        gravest = max((each.action for each in self.findings if each.action is not None), default=Action.KEEP)
        return None if gravest is Action.KEEP and self.missing else gravest


def advise(safety: Safety) -> Advice:
    """The advice for one dose. ValueError for a value below 0 or a limit of 0."""
    return Advice(tuple(_findings(safety)))


def _findings(safety: Safety) -> Iterator[Finding]:
    yield Finding("NEUT", neutrophils(safety.neut))
    yield Finding("PLAT", platelets(safety.plat))
    yield transaminase("ALT", safety.alt, safety.alt_uln, persists=safety.alt_persists)
    yield transaminase("AST", safety.ast, safety.ast_uln, persists=safety.ast_persists)
    infection = safety.serious_infection
    yield Finding("INFECTION", None if infection is None else Action.INTERRUPT if infection else Action.KEEP)


def neutrophils(value: Exact | None) -> Action | None:
    """10^9/L: above 1.0 keep, 0.5 to 1.0 interrupt, below 0.5 discontinue; None when missing."""
    return _by_count("NEUT", value, keep_above=Fraction(1), stop_below=Fraction(1, 2))


def platelets(value: Exact | None) -> Action | None:
    """10^9/L: above 100 keep, 50 to 100 interrupt, below 50 discontinue; None when missing."""
    return _by_count("PLAT", value, keep_above=Fraction(100), stop_below=Fraction(50))


def transaminase(name: str, value: Exact | None, uln: Exact | None, *, persists: bool = False) -> Finding:
    """ALT or AST in multiples of the ULN: to 3 keep, above 3 to 5 interrupt, above 5 discontinue.

    Above 1 the label adds to adjust, and above 3 to repeat; what persists above 3 is discontinued.
    """
    found, normal = amount(name, value), limit(f"ULN of {name}", uln)
    if found is None or normal is None:
        return Finding(name, None)
    multiple = found / normal
    if multiple > 5 or (persists and multiple > 3):
        return Finding(name, Action.DISCONTINUE)
    if multiple > 3:
        return Finding(name, Action.INTERRUPT, Remark.REPEAT)
    return Finding(name, Action.KEEP, Remark.ADJUST if multiple > 1 else None)


def _by_count(name: str, value: Exact | None, *, keep_above: Fraction, stop_below: Fraction) -> Action | None:
    found = amount(name, value)
    if found is None:
        return None
    if found > keep_above:
        return Action.KEEP
    return Action.DISCONTINUE if found < stop_below else Action.INTERRUPT
