"""Measuring again: a retest is a further record of the same form at the same visit (repeat 1, 2, …).

It asks only for what was measured again: blank means not repeated. The planned record (repeat 0) stays as
it is; which of the results counts is not decided here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_RETESTS = 9


@dataclass(frozen=True)
class Retest:
    """What of a form can be measured again, and at which visits.

    date: the variable that says when. groups: values that are measured together and replace together; the
    first of a group is the result, the others belong to it and are worth nothing without it.
    """

    date: str
    groups: tuple[tuple[str, ...], ...]
    visits: tuple[str, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Everything that a retest asks for."""
        return frozenset({self.date, *(name for group in self.groups for name in group)})

    def measured(self, columns: Mapping[str, Any]) -> list[tuple[str, ...]]:
        """The groups that have a result."""
        return [group for group in self.groups if columns.get(group[0]) not in (None, "")]

    def unanswered(self, columns: Mapping[str, Any], missing: Collection[str]) -> list[str]:
        """Of the unanswered questions, those that belong to a result; the others were not repeated."""
        belonging = {name for group in self.measured(columns) for name in group}
        return [name for name in missing if name in belonging]

    def refusals(self, columns: Mapping[str, Any], refused: Collection[str]) -> Iterator[tuple[str, str]]:
        """(field, what is allowed) for a retest that cannot be judged. refused: fields refused already."""
        if columns.get(self.date) in (None, "") and self.date not in refused:
            yield self.date, "A retest needs the day on which it was taken."
        leading = {group[0] for group in self.groups}
        if not self.measured(columns) and not leading & set(refused):
            yield self.date, "Enter at least one value that was measured again."
        for group in self.groups:
            if group not in self.measured(columns) and group[0] not in refused:
                for name in group[1:]:
                    if name != self.date and columns.get(name) not in (None, ""):
                        yield name, f"It belongs to {group[0]}: enter that result too, or clear this one."


def numbering_refusal(states: Mapping[int, str], repeat: int, not_done: str) -> str | None:
    """Why there is no retest with this number, as a sentence; None when it is there or is the next one.

    states: the states of the form's records at the visit by repeat, 0 being the planned one.
    """
    if repeat in states:
        return None
    if states.get(0, not_done) == not_done:
        return "A retest is added to a form that was entered: enter the form first."
    if repeat != max(states) + 1:
        return f"Retests are numbered one after the other: the next one is retest {max(states) + 1}."
    if repeat > MOST_RETESTS:
        return f"A form has at most {MOST_RETESTS} retests at a visit."
    return None
