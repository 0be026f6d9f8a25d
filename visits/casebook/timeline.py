"""The participant's time in the study as one picture: visits, doses, events. Pure.

Places across are per cent, so that letters and marks keep their size on every screen; down they are pixels.
Nothing is told by colour alone: each kind has a shape, and a list below the picture says the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from screening.evidence.numbers import day_text

AXIS_Y, VISITS_Y, DOSES_Y, EVENTS_Y, ROW = 14, 34, 62, 90, 16
MOST_ROWS = 6
# A label that begins further right than this, in per cent, is written to the left of its mark.
TURNS_AT = 94.0
# Two words that are nearer than this, in per cent, touch each other on a telephone.
CROWDED_WITHIN = 16.0
MARGIN_DAYS = 2
TODAY_WITHIN = 28


class Shape(StrEnum):
    """What a mark looks like; the template draws each once and the legend names those that occur."""

    TOOK_PLACE = "took-place"
    BOOKED = "booked"
    MISSED = "missed"
    DOSE = "dose"
    HELD = "held"
    NOT_GIVEN = "not-given"
    IN_ERROR = "in-error"
    EVENT = "event"
    SERIOUS = "serious"
    STAY = "stay"
    SUPPORT = "support"
    DEATH = "death"


WORDS = {
    Shape.TOOK_PLACE: "visit took place",
    Shape.BOOKED: "appointment",
    Shape.MISSED: "visit missed",
    Shape.DOSE: "dose given",
    Shape.HELD: "dose held",
    Shape.NOT_GIVEN: "dose not given",
    Shape.IN_ERROR: "given in error",
    Shape.EVENT: "adverse event",
    Shape.SERIOUS: "serious adverse event",
    Shape.STAY: "hospital stay",
    Shape.SUPPORT: "respiratory support",
    Shape.DEATH: "death",
}


@dataclass(frozen=True)
class Span:
    """A window of a visit: its first and last day."""

    label: str
    first: date
    last: date
    closed: bool = False


@dataclass(frozen=True)
class Moment:
    """Something that happened, or is booked, on a day at a visit: a shape and its words."""

    shape: Shape
    on: date
    label: str


@dataclass(frozen=True)
class Happening:
    """An event that lasted: `last` None while it goes on. about: its dates as they are known."""

    shape: Shape
    first: date
    last: date | None
    label: str
    about: str


@dataclass(frozen=True)
class Story:
    """Everything that the picture shows of one participant."""

    consent: date
    today: date
    day1: date | None
    left_on: date | None
    targets: Sequence[tuple[str, date]]
    windows: Sequence[Span]
    visits: Sequence[Moment]
    doses: Sequence[Moment]
    events: Sequence[Happening]


@dataclass(frozen=True)
class Box:
    """A band: x and width in per cent, y and height in pixels."""

    x: float
    width: float
    y: int
    height: int
    kind: str
    label: str


@dataclass(frozen=True)
class Mark:
    """A shape at its place; `word` is written beside it."""

    x: float
    y: int
    shape: str
    label: str
    word: str = ""
    anchor: str = "start"


@dataclass(frozen=True)
class Rule:
    """A vertical line through all lanes, with its word above."""

    x: float
    kind: str
    word: str
    anchor: str


@dataclass(frozen=True)
class Entry:
    """A line of the list that says the same in words; `on` is None for what has no certain day."""

    on: date
    day: str
    words: str
    shape: str


@dataclass(frozen=True)
class Timeline:
    """The picture and its list."""

    height: int
    boxes: list[Box]
    marks: list[Mark]
    rules: list[Rule]
    ticks: list[Mark]
    more: int
    entries: list[Entry]
    legend: list[tuple[str, str]] = field(default_factory=list)
    events_y: int = EVENTS_Y


def timeline(story: Story) -> Timeline:
    """The picture of a participant's time in the study."""
    axis = _Axis.of(story)
    boxes = [
        Box(
            axis.x(span.first),
            axis.width(span.first, span.last),
            VISITS_Y - 9,
            18,
            "closed" if span.closed else "window",
            f"{span.label}: window {_period(span.first, span.last)}",
        )
        for span in story.windows
    ]
    marks = [Mark(axis.middle(each.on), VISITS_Y, each.shape, _said(each)) for each in story.visits]
    marks += [Mark(axis.middle(each.on), DOSES_Y, each.shape, _said(each)) for each in story.doses]
    rows, more = _rows(story.events)
    for happening, row in rows:
        y = EVENTS_Y + row * ROW
        last = happening.last or max(story.today, happening.first)
        box = Box(
            axis.x(happening.first),
            axis.width(happening.first, last),
            y - 3,
            6,
            happening.shape,
            happening.label,
        )
        boxes.append(box)
        word = "SAE" if happening.shape is Shape.SERIOUS else ""
        marks.append(Mark(axis.middle(happening.first), y, happening.shape, happening.label, word))
    used = {row for _, row in rows}
    return Timeline(
        height=EVENTS_Y + (max(used) + 1 if used else 1) * ROW,
        boxes=boxes,
        marks=marks,
        rules=_rules(story, axis),
        ticks=_ticks(story, axis),
        more=more,
        entries=_entries(story),
        legend=_legend(story),
    )


@dataclass(frozen=True)
class _Axis:
    first: date
    last: date

    @classmethod
    def of(cls, story: Story) -> "_Axis":
        known = [
            story.consent,
            *(span.last for span in story.windows),
            *(each.on for each in (*story.visits, *story.doses)),
            *(each.last or each.first for each in story.events),
        ]
        last = max(known)
        # Of somebody who was followed long ago, today would press everything to the left.
        if story.today - last <= timedelta(days=TODAY_WITHIN):
            last = max(last, story.today)
        margin = timedelta(days=MARGIN_DAYS)
        return cls(min(known) - margin, last + margin)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def x(self, day: date) -> float:
        """Where a day begins."""
        return round(100 * min(max((day - self.first).days, 0), self.days) / self.days, 2)

    def middle(self, day: date) -> float:
        """The middle of a day."""
        return round(self.x(day) + 50 / self.days, 2)

    def width(self, first: date, last: date) -> float:
        """From the beginning of the first day to the end of the last."""
        return round(max(self.x(last + timedelta(days=1)) - self.x(first), 0.4), 2)

    def holds(self, day: date) -> bool:
        """Whether a day lies on the axis."""
        return self.first <= day <= self.last


def _ticks(story: Story, axis: _Axis) -> list[Mark]:
    """The days on the axis; a word that one after it would touch on a telephone is "crowded"."""
    places = [axis.middle(on) for _, on in story.targets]
    ticks = []
    for (label, _), x in zip(story.targets, places, strict=True):
        crowded = any(0 < other - x < CROWDED_WITHIN for other in places)
        ticks.append(Mark(x, AXIS_Y, "crowded" if crowded else "tick", label, label, _anchor(x)))
    return ticks


def _rules(story: Story, axis: _Axis) -> list[Rule]:
    days = [("left", "Left early", story.left_on), ("today", "Today", story.today)]
    return [
        Rule(axis.middle(on), kind, word, _anchor(axis.middle(on)))
        for kind, word, on in days
        if on is not None and axis.holds(on)
    ]


def _rows(events: Sequence[Happening]) -> tuple[list[tuple[Happening, int]], int]:
    """Each event in the first row that is free, serious ones first; and how many found none."""
    ends: list[list[tuple[date, date]]] = []
    placed: list[tuple[Happening, int]] = []
    more = 0
    grave = (Shape.DEATH, Shape.SERIOUS)
    for each in sorted(events, key=lambda event: (event.shape not in grave, event.first)):
        taken = (
            each.first - timedelta(days=3),
            (each.last or date.max - timedelta(days=4)) + timedelta(days=3),
        )
        for row, spans in enumerate(ends):
            if all(taken[1] < first or taken[0] > last for first, last in spans):
                spans.append(taken)
                placed.append((each, row))
                break
        else:
            if len(ends) == MOST_ROWS:
                more += 1
                continue
            ends.append([taken])
            placed.append((each, len(ends) - 1))
    return placed, more


def _entries(story: Story) -> list[Entry]:
    found = [Entry(story.consent, day_text(story.consent), "Consent", "")]
    if story.day1:
        found.append(Entry(story.day1, day_text(story.day1), "Day 1: the treatment number was given", ""))
    if story.left_on:
        found.append(Entry(story.left_on, day_text(story.left_on), "Left the study early", ""))
    found += [
        Entry(
            span.first,
            _period(span.first, span.last),
            f"{span.label}: {'closed' if span.closed else 'window'}",
            "",
        )
        for span in story.windows
    ]
    found += [
        Entry(each.on, day_text(each.on), _said(each), each.shape) for each in (*story.visits, *story.doses)
    ]
    found += [Entry(each.first, each.about, each.label, each.shape) for each in story.events]
    return sorted(found, key=lambda entry: entry.on)


def _legend(story: Story) -> list[tuple[str, str]]:
    used = {each.shape for each in (*story.visits, *story.doses)} | {each.shape for each in story.events}
    return [(shape.value, words) for shape, words in WORDS.items() if shape in used]


def _said(moment: Moment) -> str:
    return f"{moment.label}: {WORDS[moment.shape]}, {day_text(moment.on)}"


def _period(first: date, last: date) -> str:
    return day_text(first) if first == last else f"{day_text(first)} to {day_text(last)}"


def _anchor(x: float) -> str:
    return "end" if x > TURNS_AT else "start" if x < 100 - TURNS_AT else "middle"
