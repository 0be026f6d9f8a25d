"""What is known about a participant, as plain values: the only thing the criteria ever see."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from trialsite.partial_date import PartialDate

Value = Decimal | str | PartialDate | None
Key = TypeVar("Key")

# Why a value is missing that a hard check refused; only in exchange files, the browser saves none.
REFUSED = "REFUSED"


@dataclass(frozen=True)
class Source:
    """Where a value was entered, for display and for the signed snapshot.

    `measured` is the date on which the form says that its values were taken, "" when it says none.
    `repeat` is 0 for the planned record, else the number of the retest. `carried` says, as a sentence, from
    which earlier screening the value was carried over, "" for a value that was entered here.
    """

    record_id: str
    version: int
    visit: str
    entered_by: str
    entered_at: str
    measured: str = ""
    repeat: int = 0
    carried: str = ""


@dataclass(frozen=True)
class Fact:
    """One variable of one form, or of one row of a section of it.

    A number is a Decimal in the variable's standard unit (clinical content, section 2); `unit` names
    it, `uln` is the upper limit of normal in the same unit. A code is a str, a date a PartialDate.
    `value` is None when nothing usable is known; `missing` then says why, "" when the field was left
    blank. `typed` and `typed_unit` are what was written. `earlier` are results of other samples, which this
    one replaced. TypeError for a float or any other type.
    """

    form: str
    field: str
    value: Value
    missing: str = ""
    unit: str = ""
    uln: Decimal | None = None
    typed: str = ""
    typed_unit: str = ""
    section: str = ""
    row: int | None = None
    source: Source | None = None
    earlier: tuple["Fact", ...] = ()

    def __post_init__(self) -> None:
        if self.value is not None and not isinstance(self.value, (Decimal, str, PartialDate)):
            raise TypeError(f"{self.form}.{self.field}: a fact is a Decimal, a code or a PartialDate.")
        if self.uln is not None and not isinstance(self.uln, Decimal):
            raise TypeError(f"{self.form}.{self.field}: an upper limit of normal is a Decimal.")


@dataclass(frozen=True)
class FactRow:
    """One row of a repeating section, such as one glucocorticoid of GC RECORDS."""

    form: str
    section: str
    number: int
    facts: tuple[Fact, ...]

    def get(self, field: str) -> Fact:
        """The row's fact, or a missing one."""
        for fact in self.facts:
            if fact.field == field:
                return fact
        return Fact(self.form, field, None, section=self.section, row=self.number)


class Facts:
    """All facts of a participant, immutable. ValueError when a variable is given twice."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        singles: dict[tuple[str, str], Fact] = {}
        rows: dict[tuple[str, str], dict[int, dict[str, Fact]]] = {}
        for fact in facts:
            if fact.row is None:
                _add(singles, (fact.form, fact.field), fact)
            else:
                _add(
                    rows.setdefault((fact.form, fact.section), {}).setdefault(fact.row, {}), fact.field, fact
                )
        self._singles = singles
        self._rows = {
            (form, section): tuple(
                FactRow(form, section, number, tuple(fields.values()))
                for number, fields in sorted(numbered.items())
            )
            for (form, section), numbered in rows.items()
        }

    def get(self, form: str, field: str) -> Fact:
        """The fact of a form-level variable, or a missing one."""
        return self._singles.get((form, field), Fact(form, field, None))

    def replacing(self, fact: Fact) -> "Facts":
        """The same facts with another value of one form-level variable."""
        other = Facts()
        other._singles = self._singles | {(fact.form, fact.field): fact}
        other._rows = self._rows
        return other

    def rows(self, form: str, section: str = "RECORDS") -> tuple[FactRow, ...]:
        """The rows of a repeating section in their order; empty when there are none."""
        return self._rows.get((form, section), ())


def _add(place: dict[Key, Fact], key: Key, fact: Fact) -> None:
    if key in place:
        raise ValueError(f"{fact.form}.{fact.field} is given twice.")
    place[key] = fact
