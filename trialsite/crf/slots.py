"""Markup with places to fill: rendered once for each form, filled for each request.

A place is written into the markup as a token of three words between private-use characters;
`Compiled` cuts the markup at the tokens once, so that filling is one join.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

OPEN, BETWEEN, CLOSE = "\ue000", "\ue001", "\ue002"
# Stands for the number of a repeating row.
ROW = "\ue003"
_TOKEN = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


class Slot(NamedTuple):
    """A place: what kind of thing goes there, for which input, and a detail such as a code."""

    kind: str
    name: str
    detail: str

    def in_row(self, row: str) -> "Slot":
        """The place in the row with this number."""
        return Slot(self.kind, self.name.replace(ROW, row), self.detail)


def token(kind: str, name: str, detail: str = "") -> str:
    """The place as it is written into the markup."""
    return f"{OPEN}{kind}{BETWEEN}{name}{BETWEEN}{detail}{CLOSE}"


class Compiled:
    """Markup cut at its places."""

    def __init__(self, markup: str) -> None:
        pieces = _TOKEN.split(re.sub(r"\n\s*\n+", "\n", markup))
        self._literals: list[str] = pieces[::2]
        self._slots: list[Slot] = [Slot(*piece.split(BETWEEN)) for piece in pieces[1::2]]

    def fill(self, text_for: Callable[[Slot], str], row: str = "") -> str:
        """The markup with each place filled; text_for returns safe HTML. `row` numbers a repeating row."""
        out = [self._literals[0]]
        for slot, literal in zip(self._slots, self._literals[1:], strict=True):
            out.append(text_for(slot.in_row(row) if row else slot))
            out.append(literal)
        markup = "".join(out)
        return markup.replace(ROW, row) if row else markup
