"""What the charts share: a scale of days, paths, and where a label has room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from screening.evidence.numbers import day_text, short_day

# Charts are drawn 360 units wide, so that their letters stay legible on a telephone.
WIDTH = 360
NEAR_THE_EDGE = 0.3
HALF_A_DATE = 17  # the width of half a label such as 28 Feb


@dataclass(frozen=True)
class Label:
    """A text at its place; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Days:
    """A horizontal axis of whole days, from `left` to `right`."""

    first: date
    last: date
    left: float
    right: float

    @property
    def count(self) -> int:
        """How many days, both ends included."""
        return (self.last - self.first).days + 1

    @property
    def step(self) -> float:
        """The width of a day."""
        return (self.right - self.left) / self.count

    def x(self, day: date) -> float:
        """Where the day begins, kept within the axis."""
        within = min(max((day - self.first).days, 0), self.count)
        return round(self.left + within * self.step, 1)

    def clipped(self, first: date, last: date) -> list[date]:
        """The days from first to last that lie on the axis."""
        start, end = max(first, self.first), min(last, self.last)
        return [start + timedelta(days=number) for number in range((end - start).days + 1)]

    def ticks(self, y: float, most: int = 5) -> list[Label]:
        """Dates under the axis: the first day, and then every so many whole weeks."""
        weeks = max(1, -(-self.count // (7 * most)))
        days = [self.first + timedelta(days=number) for number in range(0, self.count, 7 * weeks)]
        return [self._tick(day, y) for day in days]

    def _tick(self, day: date, y: float) -> Label:
        """Under the middle of its day, kept within the picture."""
        x = round(self.x(day) + self.step / 2, 1)
        if x < HALF_A_DATE:
            return Label(0, y, short_day(day), "start")
        if x > WIDTH - HALF_A_DATE:
            return Label(WIDTH, y, short_day(day), "end")
        return Label(x, y, short_day(day))


def placed(x: float, y: float, text: str, left: float = 0, right: float = WIDTH) -> Label:
    """A label at x, turned inward near an end of the axis."""
    share = (x - left) / (right - left)
    anchor = "start" if share < NEAR_THE_EDGE else "end" if share > 1 - NEAR_THE_EDGE else "middle"
    return Label(x, y, text, anchor)


def rectangles(boxes: Iterable[tuple[float, float, float, float]]) -> str:
    """One path of many boxes (x, y, width, height); boxes without height are left out."""
    return " ".join(
        f"M{_plain(x)} {_plain(y)}h{_plain(width)}v{_plain(height)}h{_plain(-width)}z"
        for x, y, width, height in boxes
        if height > 0
    )


def crosses(points: Iterable[tuple[float, float]], arm: float = 2.8) -> str:
    """One path of crosses with their centres at the points."""
    side = _plain(2 * arm)
    return " ".join(
        f"M{_plain(x - arm)} {_plain(y - arm)}l{side} {side}m0 -{side}l-{side} {side}" for x, y in points
    )


def rings(points: Iterable[tuple[float, float]], radius: float = 2.6) -> str:
    """One path of circles with their centres at the points."""
    size, across = _plain(radius), _plain(2 * radius)
    return " ".join(
        f"M{_plain(x - radius)} {_plain(y)}a{size} {size} 0 1 0 {across} 0a{size} {size} 0 1 0 -{across} 0"
        for x, y in points
    )


def period_text(first: date, last: date) -> str:
    """2 Mar 2026, or 2 Mar to 5 Mar 2026."""
    if first == last:
        return day_text(first)
    if first == date.min:
        return f"until {day_text(last)}"
    start = short_day(first) if first.year == last.year else day_text(first)
    return f"{start} to {day_text(last)}"


def _plain(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
