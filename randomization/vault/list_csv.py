"""An allocation list that was made elsewhere, read from a CSV file.

Columns, in any order, named in the first line: `stratum` (a code of the protocol), `order` (1, 2, 3 … within
the stratum), `number` (the treatment number), `arm` (a label that the person explains), and, if the list has
blocks, `block` (any name, the same for every place of a block). Separator comma or semicolon, UTF-8.

A message names the line and the column, never what stands in the columns `number` and `arm`.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from randomization.list_file import ListProblem
from randomization.vault.sealing import LONGEST_TEXT, Slot

NEEDED = ("stratum", "order", "number", "arm")
BLOCK = "block"
# What a participant's treatment number may look like, everywhere it is shown.
NUMBER = re.compile(rf"[A-Z0-9-]{{3,{LONGEST_TEXT}}}")
LONGEST_NUMERAL = 6
Blocks = dict[str, list[tuple[str, ...]]]  # arms in their order, by stratum
_Row = tuple[int, dict[str, str]]  # number of the line, its values by column


def arms_of_labels(given: Sequence[str], arms: Collection[str]) -> dict[str, str]:
    """The arms that labels stand for, from texts such as `A=ARM`; without any, each arm is its own label.

    Raises ListProblem unless each arm has one label.
    """
    if not given:
        return {arm: arm for arm in arms}
    found = dict(text.split("=", 1) for text in given if "=" in text)
    if len(found) != len(given) or sorted(found.values()) != sorted(arms):
        raise ListProblem("Give --arm LABEL=ARM once for each arm, with the arms' names of the protocol.")
    return found


def read(
    text: str, *, list_id: UUID, strata: Collection[str], arms: Mapping[str, str]
) -> tuple[list[Slot], Blocks | None]:
    """The slots in the order of their places, and the blocks when the file has the column.

    Raises ListProblem with the line of the first mistake.
    """
    rows = _rows(text)
    slots = [_slot(row, list_id, strata, arms) for row in rows]
    _refuse_repeated_numbers(rows)
    for stratum in strata:
        _check_order([row for row in rows if row[1]["stratum"] == stratum], stratum)
    places = sorted(zip(slots, rows, strict=True), key=lambda each: (each[0].stratum, each[0].sequence))
    blocks = _blocks([(slot, values[BLOCK]) for slot, (_, values) in places]) if BLOCK in rows[0][1] else None
    return [slot for slot, _ in places], blocks


def _rows(text: str) -> list[_Row]:
    first = text.splitlines()[0] if text.strip() else ""
    reader = csv.reader(text.splitlines(), delimiter=";" if ";" in first else ",", strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if not set(NEEDED) <= set(names) <= {*NEEDED, BLOCK} or len(set(names)) != len(names):
            raise ListProblem(
                f"Line 1 names the columns {', '.join(NEEDED)} and, if there are blocks, {BLOCK}, each once."
            )
        rows = []
        for values in reader:
            if len(values) != len(names):
                raise ListProblem(f"Line {reader.line_num} has {len(values)} columns, line 1 {len(names)}.")
            stripped = (value.strip() for value in values)
            rows.append((reader.line_num, dict(zip(names, stripped, strict=True))))
    except csv.Error:
        raise ListProblem(
            f"Line {reader.line_num} cannot be read: a quotation mark is out of place."
        ) from None
    if not rows:
        raise ListProblem("The file has no line after the names of the columns.")
    return rows


def _slot(row: _Row, list_id: UUID, strata: Collection[str], arms: Mapping[str, str]) -> Slot:
    line, values = row
    if values["stratum"] not in strata:
        raise ListProblem(f"Line {line}: the column stratum allows {', '.join(strata)}.")
    order = values["order"]
    if not (order.isascii() and order.isdecimal() and len(order) <= LONGEST_NUMERAL and int(order) > 0):
        raise ListProblem(f"Line {line}: the column order holds a whole number from 1.")
    if not NUMBER.fullmatch(values["number"]):
        raise ListProblem(
            f"Line {line}: the column number allows 3 to {LONGEST_TEXT} capital letters, digits and hyphens."
        )
    if values["arm"] not in arms:
        raise ListProblem(f"Line {line}: the column arm holds no label of an arm. Explain labels with --arm.")
    return Slot(list_id, values["stratum"], int(order), values["number"], arms[values["arm"]])


def _refuse_repeated_numbers(rows: Sequence[_Row]) -> None:
    first: dict[str, int] = {}
    for line, values in rows:
        before = first.setdefault(values["number"], line)
        if before != line:
            raise ListProblem(f"Line {line} repeats the treatment number of line {before}.")


def _check_order(rows: Sequence[_Row], stratum: str) -> None:
    if not rows:
        raise ListProblem(f"The file has no line for the stratum {stratum}.")
    ordered = sorted(rows, key=lambda row: int(row[1]["order"]))
    for wanted, (line, values) in enumerate(ordered, start=1):
        if int(values["order"]) != wanted:
            raise ListProblem(
                f"Line {line}: the places of stratum {stratum} are 1 to {len(rows)}, each once."
            )


def _blocks(places: Sequence[tuple[Slot, str]]) -> Blocks:
    blocks: Blocks = defaultdict(list)
    for (stratum, _), block in groupby(places, key=lambda each: (each[0].stratum, each[1])):
        blocks[stratum].append(tuple(slot.arm for slot, _ in block))
    return dict(blocks)
