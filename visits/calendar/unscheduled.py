"""Visits between those of the schedule: they are taken in their order, one after the other."""

from collections.abc import Container

from trialsite.protocol import UNSCHEDULED


def next_free(used: Container[str]) -> str | None:
    """The code of the unscheduled visit that comes next; None when all are used.

    used: the codes of the visits that hold an entry, as far as the person who asks may know of them: what
    only the laboratory assessor entered at a visit does not take it from the others (L19).
    """
    return next((code for code in UNSCHEDULED if code not in used), None)


def shown(used: Container[str]) -> tuple[str, ...]:
    """The unscheduled visits that a casebook shows: those that are used, and the next free one."""
    free = next_free(used)
    return tuple(code for code in UNSCHEDULED if code in used or code == free)
