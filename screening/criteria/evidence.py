"""Reads facts for a criterion and remembers them, so that evidence cannot differ from what was read.

Missing is null, U, NOT DONE, EQUIVOCAL, INDETERMINATE, any code outside the list, a number without
its unit, and a number that cannot be (negative, infinite). It is never treated as normal.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from screening.criteria.exhibits import Exhibit
from screening.criteria.verdict import OUTCOMES, Derived, Part, distinct
from screening.facts import Fact, Facts
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth, known

_POWER_LIMIT = 30  # no clinical quantity reaches 10^30; keeps exact arithmetic small


class View:
    """The variables of one form, or of one row of a section, read one at a time."""

    def __init__(self, get: Callable[[str], Fact], read: list[Fact]) -> None:
        self._get = get
        self._read = read
        self._unsettled: list[Fact] = []

    @property
    def unsettled(self) -> tuple[Fact, ...]:
        """What was read here and gave no usable answer, or only a partial date."""
        return tuple(self._unsettled)

    def fact(self, field: str) -> Fact:
        """The fact as it stands."""
        fact = self._get(field)
        self._read.append(fact)
        return fact

    def unsettle(self, field: str) -> None:
        """Say that a value, though present, does not answer the question."""
        self._unsettled.append(self._get(field))

    def number(self, field: str) -> Decimal | None:
        """A quantity of 0 or more in its standard unit."""
        value = self.fact(field).value
        if isinstance(value, Decimal) and _possible(value):
            return value
        self.unsettle(field)
        return None

    def amount(self, field: str) -> Decimal | None:
        """A quantity above 0 in its standard unit, such as a weight or a dose."""
        value = self.number(field)
        if value == 0:
            self.unsettle(field)
            return None
        return value

    def uln(self, field: str) -> Decimal | None:
        """The upper limit of normal beside a laboratory value."""
        limit = self.fact(field).uln
        if limit is not None and _possible(limit) and limit > 0:
            return limit
        self.unsettle(field)
        return None

    def code(self, field: str, allowed: Iterable[str]) -> str | None:
        """The code when it is one of those that answer the question."""
        value = self.fact(field).value
        if isinstance(value, str) and value in tuple(allowed):
            return value
        self.unsettle(field)
        return None

    def yes(self, field: str) -> Truth:
        """Y, N, or unknown."""
        return self._either(field, "Y", "N")

    def positive(self, field: str) -> Truth:
        """POSITIVE, NEGATIVE, or unknown."""
        return self._either(field, "POSITIVE", "NEGATIVE")

    def date(self, field: str) -> PartialDate | None:
        """A date, full or partial; a partial one stays on the list of what would settle the rule."""
        value = self.fact(field).value
        if not isinstance(value, PartialDate):
            self.unsettle(field)
            return None
        if not value.is_full:
            self.unsettle(field)
        return value

    def _either(self, field: str, positive: str, negative: str) -> Truth:
        code = self.code(field, (positive, negative))
        return known(None if code is None else code == positive)


class Evidence:
    """Everything that one part of a criterion reads."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._read: list[Fact] = []
        self._views: list[View] = []

    def form(self, form: str) -> View:
        """The variables of a form that stand outside its rows."""
        return self._view(lambda field: self._facts.get(form, field))

    def rows(self, form: str, section: str = "RECORDS") -> tuple[View, ...]:
        """The rows of a section. That there are none is evidence too, and is remembered."""
        rows = self._facts.rows(form, section)
        if not rows:
            self._read.append(Fact(form, section, None, missing="NO ROWS"))
        return tuple(self._view(row.get) for row in rows)

    @property
    def unsettled(self) -> tuple[Fact, ...]:
        """What was read and gave no usable answer."""
        return distinct(fact for view in self._views for fact in view.unsettled)

    def part(
        self,
        code: str,
        truth: Truth,
        says: str,
        *,
        missing: Iterable[Fact] | None = None,
        earliest: date | None = None,
        derived: Mapping[str, Derived] | None = None,
        exhibits: Iterable[Exhibit] = (),
    ) -> Part:
        """The finished part; `missing` narrows what would settle it, by default all that is unsettled."""
        open_facts = () if truth is not Truth.UNKNOWN else self.unsettled if missing is None else missing
        return Part(
            code=code,
            outcome=OUTCOMES[truth],
            says=says,
            read=distinct(self._read),
            missing=distinct(open_facts),
            earliest=earliest,
            derived=derived or {},
            exhibits=tuple(exhibits),
        )

    def _view(self, get: Callable[[str], Fact]) -> View:
        view = View(get, self._read)
        self._views.append(view)
        return view


def _possible(value: Decimal) -> bool:
    return value.is_finite() and abs(value.adjusted()) <= _POWER_LIMIT and value >= 0
