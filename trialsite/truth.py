"""Three-valued logic: yes, no, unknown. Missing is never normal, so it is a value of its own."""

from collections.abc import Iterable
from enum import Enum
from functools import reduce
from typing import Never


class Truth(Enum):
    """A clinical yes or no that may be unknown. It refuses to be used as a bool."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __and__(self, other: "Truth") -> "Truth":
        return _AND[self, other]

    def __or__(self, other: "Truth") -> "Truth":
        return _OR[self, other]

    def __invert__(self) -> "Truth":
        return _NOT[self]

    def __bool__(self) -> Never:
        raise TypeError("A Truth has three values: compare it with Truth.YES, Truth.NO or Truth.UNKNOWN.")


_AND = {
    (Truth.YES, Truth.YES): Truth.YES,
    (Truth.YES, Truth.NO): Truth.NO,
    (Truth.YES, Truth.UNKNOWN): Truth.UNKNOWN,
    (Truth.NO, Truth.YES): Truth.NO,
    (Truth.NO, Truth.NO): Truth.NO,
    (Truth.NO, Truth.UNKNOWN): Truth.NO,
    (Truth.UNKNOWN, Truth.YES): Truth.UNKNOWN,
    (Truth.UNKNOWN, Truth.NO): Truth.NO,
    (Truth.UNKNOWN, Truth.UNKNOWN): Truth.UNKNOWN,
}

_OR = {
    (Truth.YES, Truth.YES): Truth.YES,
    (Truth.YES, Truth.NO): Truth.YES,
    (Truth.YES, Truth.UNKNOWN): Truth.YES,
    (Truth.NO, Truth.YES): Truth.YES,
    (Truth.NO, Truth.NO): Truth.NO,
    (Truth.NO, Truth.UNKNOWN): Truth.UNKNOWN,
    (Truth.UNKNOWN, Truth.YES): Truth.YES,
    (Truth.UNKNOWN, Truth.NO): Truth.UNKNOWN,
    (Truth.UNKNOWN, Truth.UNKNOWN): Truth.UNKNOWN,
}

_NOT = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}


def known(value: bool | None) -> Truth:  # noqa: FBT001
    """Yes or no for a bool, unknown for None."""
    if value is None:
        return Truth.UNKNOWN
    return Truth.YES if value else Truth.NO


def every(truths: Iterable[Truth]) -> Truth:
    """The AND of all; yes for none at all. Every item is looked at, so that evidence is complete."""
    return reduce(Truth.__and__, truths, Truth.YES)


def some(truths: Iterable[Truth]) -> Truth:
    """The OR of all; no for none at all. Every item is looked at, so that evidence is complete."""
    return reduce(Truth.__or__, truths, Truth.NO)


def agreed(truths: Iterable[Truth]) -> Truth:
    """The value on which all agree; unknown when they differ or there is none."""
    distinct = set(truths)
    return distinct.pop() if len(distinct) == 1 else Truth.UNKNOWN
