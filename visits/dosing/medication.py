"""GC, CNI and CM of all visits merged into one running log: plain values in, one line a course out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from screening.forms.running_log import Before, Row, contradiction, goes_on, identity

KINDS = {"GC": "Glucocorticoid", "CNI": "Calcineurin inhibitor", "CM": "Other"}


@dataclass(frozen=True)
class Interview:
    """A form of medication as a visit answered it; rows by column, as stored."""

    form: str
    visit: str
    label: str
    asked_on: date | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Course:
    """One course as all visits together tell it: `row` as the last visit has it, and who confirms it."""

    form: str
    row: Row
    confirmed: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The group for a reader."""
        return KINDS[self.form]

    @property
    def ongoing(self) -> bool:
        """Whether it has no end by the last visit that lists it."""
        return goes_on(self.row)


@dataclass(frozen=True)
class Log:
    """The courses, what goes on first; and what visits contradict each other in, as sentences."""

    courses: tuple[Course, ...]
    contradictions: tuple[str, ...]


def running_log(interviews: Sequence[Interview]) -> Log:
    """Merge interviews, which are in the order in which they were held."""
    merged: dict[tuple[Any, ...], Course] = {}
    for interview in interviews:
        for row in interview.rows:
            key = (interview.form, identity(row))
            before = merged.get(key)
            confirmed = (*(before.confirmed if before else ()), interview.label)
            merged[key] = Course(interview.form, row, confirmed)
    order = list(KINDS)
    courses = sorted(
        merged.values(),
        key=lambda course: (order.index(course.form), not course.ongoing, str(course.row.get("CMSTDTC"))),
    )
    return Log(tuple(courses), tuple(_contradictions(interviews)))


def _contradictions(interviews: Sequence[Interview]) -> Iterable[str]:
    last: dict[str, Interview] = {}
    for interview in interviews:
        earlier = last.get(interview.form)
        if earlier is not None:
            before = Before(earlier.visit, earlier.asked_on, earlier.rows)
            found = contradiction(interview.rows, before)
            if found:
                yield f"{interview.label}: {found}"
        last[interview.form] = interview
