"""How long a wait is, and where the reference day stands in it: IVIG, antibiotics, ACS, infection, LTBI."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from screening.criteria.exhibits import Wait
from screening.evidence.charts import WIDTH, Days, Label, placed
from screening.evidence.numbers import day_text, partial_text
from trialsite.truth import Truth

LEFT, RIGHT = 6.0, 354.0
WORDS = {Truth.YES: "over", Truth.NO: "not over", Truth.UNKNOWN: "not certain"}
STATES = {Truth.YES: "met", Truth.NO: "not-met", Truth.UNKNOWN: "unknown"}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Drawing:
    """The wait on its axis (units of a 360 wide picture): certain, then perhaps still going on, then over."""

    wait_x: float
    wait_width: float
    perhaps_x: float
    perhaps_width: float
    reference_x: float
    reference_width: float
    event: Label
    over: Label
    reference: Label
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = 92
    left: ClassVar[float] = LEFT
    right: ClassVar[float] = RIGHT


@dataclass(frozen=True)
class Timeline:
    """One wait in words, and drawn where its dates are known."""

    code: str
    number: int
    what: str
    needed: str
    summary: str
    state: str
    word: str
    drawing: Drawing | None
    kind: ClassVar[str] = "timeline"


def timeline(code: str, number: int, wait: Wait) -> Timeline:
    """The timeline of a wait; `number` tells those of one criterion apart."""
    over = (
        "the day on which it is over cannot be told"
        if wait.over is None
        else f"over from {day_text(wait.over)}"
    )
    return Timeline(
        code=code,
        number=number,
        what=wait.what.capitalize() if wait.what.isupper() else wait.what,
        needed=wait.needed.replace(" x ", " × "),
        summary=f"{wait.event} {partial_text(wait.since)}; {wait.needed} needed; {over}; "
        f"{wait.reference} {partial_text(wait.on)}".replace(" x ", " × "),
        state=STATES[wait.passed],
        word=WORDS[wait.passed],
        drawing=_drawing(wait),
    )


def _drawing(wait: Wait) -> Drawing | None:
    if wait.since is None or wait.on is None or wait.over is None or wait.possible_from is None:
        return None
    since, possible = wait.since.earliest, max(wait.possible_from, wait.since.earliest)
    first = min(since, wait.on.earliest)
    last = max(wait.over, wait.on.latest)
    # A little room on the right, so that the day on which it is over has a width.
    axis = Days(first, last + timedelta(days=max(1, (last - first).days // 12)), LEFT, RIGHT)
    reference_x = axis.x(wait.on.earliest)
    reference_width = max(2.0, round(axis.x(wait.on.latest + ONE_DAY) - reference_x, 1))
    middle = round(reference_x + reference_width / 2, 1)
    return Drawing(
        wait_x=axis.x(since),
        wait_width=round(axis.x(possible) - axis.x(since), 1),
        perhaps_x=axis.x(possible),
        perhaps_width=round(axis.x(wait.over) - axis.x(possible), 1),
        reference_x=reference_x,
        reference_width=reference_width,
        event=_label(axis, since, 86, f"{wait.event} {partial_text(wait.since)}"),
        over=_label(axis, wait.over, 70, f"over from {day_text(wait.over)}"),
        reference=placed(middle, 12, f"{wait.reference} {partial_text(wait.on)}", LEFT, RIGHT),
    )


def _label(axis: Days, day: date, y: float, text: str) -> Label:
    return placed(axis.x(day), y, text, LEFT, RIGHT)
