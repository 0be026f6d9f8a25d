"""When randomization is possible, as the eligibility page shows it."""

from dataclasses import dataclass
from datetime import date, timedelta

from screening.eligible_from import Cure, EligibleFrom, Reference

ONE_DAY = timedelta(days=1)
COUNTED_FROM = {Reference.SCREENING: "screening", Reference.RANDOMIZATION: "randomization"}


@dataclass(frozen=True)
class CureLine:
    """A criterion that time cures: from which day, and whether of screening or of randomization."""

    code: str
    title: str
    counted_from: str
    day: date


@dataclass(frozen=True)
class DayCell:
    """A day of the screening window: over already, possible, or not."""

    day: date
    state: str
    planned: bool


@dataclass(frozen=True)
class PlanLines:
    """The panel "When": days in words, the window day by day, and what has to be waited for."""

    plan: EligibleFrom
    spans: tuple[str, ...]
    cells: tuple[DayCell, ...]
    cures: tuple[CureLine, ...]
    uncured: tuple[str, ...]
    planned_is_possible: bool

    @property
    def window_is_over(self) -> bool:
        """True when every day of the window is past."""
        return all(cell.state == "over" for cell in self.cells)


def plan_lines(plan: EligibleFrom, *, titles: dict[str, str], planned: date | None, today: date) -> PlanLines:
    """titles: the short name of each criterion; planned: the planned day of randomization."""
    return PlanLines(
        plan=plan,
        spans=tuple(in_words(first, last) for first, last in runs(plan.days)),
        cells=tuple(_cells(plan, planned, today)),
        cures=tuple(_cure(cure, titles) for cure in plan.cures),
        uncured=tuple(f"{code} {titles.get(code, '')}".strip() for code in plan.uncured),
        planned_is_possible=planned in plan.days,
    )


def runs(days: tuple[date, ...]) -> list[tuple[date, date]]:
    """Consecutive days as (first, last), in their order."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == ONE_DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def in_words(first: date, last: date) -> str:
    """“23 Nov to 12 Dec 2026”, or one day."""
    if first == last:
        return f"{first:%-d %b %Y}"
    start = f"{first:%-d %b}" if first.year == last.year else f"{first:%-d %b %Y}"
    return f"{start} to {last:%-d %b %Y}"


def _cells(plan: EligibleFrom, planned: date | None, today: date) -> list[DayCell]:
    window = [
        plan.screened + number * ONE_DAY for number in range(1, (plan.window_end - plan.screened).days + 1)
    ]
    possible = set(plan.days)
    return [
        DayCell(day, "over" if day < today else "possible" if day in possible else "closed", day == planned)
        for day in window
    ]


def _cure(cure: Cure, titles: dict[str, str]) -> CureLine:
    return CureLine(cure.code, titles.get(cure.code, ""), COUNTED_FROM[cure.reference], cure.day)
