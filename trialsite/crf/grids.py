"""A section whose questions stand in a table: rows of small cells, such as right and left of each muscle."""

from dataclasses import dataclass
from functools import cache

from trialsite.crf.forms import CaseReportForm, Section


@dataclass(frozen=True)
class GridRow:
    """A line of a grid: its label, and the name of a variable for each column; "" leaves a cell out."""

    label: str
    fields: tuple[str, ...]

    def __init__(self, label: str, *fields: str) -> None:
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "fields", fields)

    @property
    def code(self) -> str:
        """What the names of its variables begin with: the annotation of the line."""
        first, *rest = [name for name in self.fields if name]
        longest = (
            end for end in range(len(first), 0, -1) if all(each.startswith(first[:end]) for each in rest)
        )
        return first[: next(longest, 0)]


@dataclass(frozen=True)
class Grid(Section):
    """A section laid out as a table of `rows` under `heads`; short answers only.

    `blank` is what one button gives to every cell that is still empty ("0"), "" for no such button.
    """

    heads: tuple[str, ...]
    rows: tuple[GridRow, ...]
    blank: str

    def __init__(
        self, title: str, heads: tuple[str, ...], *rows: GridRow, hint: str = "", blank: str = ""
    ) -> None:
        super().__init__(title, *(name for row in rows for name in row.fields if name), hint=hint)
        object.__setattr__(self, "heads", heads)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "blank", blank)
        if any(len(row.fields) != len(heads) for row in rows):
            raise ValueError(f'{title}: a row has one cell, or "", for each of the {len(heads)} heads.')

    def code_of(self, column: int) -> str:
        """What the names of a column add to those of their lines: "R" of MMTDELTR; "" when they differ."""
        whole = [row for row in self.rows if all(row.fields)]
        ends = {row.fields[column].removeprefix(row.code) for row in whole}
        return ends.pop() if len(ends) == 1 else ""


@cache
def cells_of(form: type[CaseReportForm]) -> frozenset[str]:
    """The variables of a form that stand in cells."""
    return frozenset(
        name for section in form.sections if isinstance(section, Grid) for name in section.fields
    )
