"""A kit list made elsewhere: columns number, arm, lot, expiry, site, one line a kit."""

import csv
import io
from collections.abc import Mapping
from datetime import date

from randomization.list_file import ListProblem
from randomization.vault.kits_checks import LabelledKit

COLUMNS = ("number", "arm", "lot", "expiry", "site")


def read(text: str, *, arms: Mapping[str, str]) -> list[LabelledKit]:
    """The kits; `arms` says which arm a label of the file stands for. ListProblem with line and reason."""
    rows = csv.DictReader(io.StringIO(text))
    found = [(name or "").strip().lower() for name in rows.fieldnames or []]
    if missing := [name for name in COLUMNS if name not in found]:
        raise ListProblem(f"The file lacks the column {missing[0]}. It needs: {', '.join(COLUMNS)}.")
    rows.fieldnames = found
    return [_kit(row, line, arms) for line, row in enumerate(rows, start=2)]


def _kit(row: Mapping[str, str | None], line: int, arms: Mapping[str, str]) -> LabelledKit:
    value = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if value["arm"] not in arms:
        raise ListProblem(f"Line {line}: the arm is none of the labels that --arm explains.")
    try:
        expiry = date.fromisoformat(value["expiry"])
    except ValueError:
        raise ListProblem(f"Line {line}: the expiry is not a date such as 2027-06-30.") from None
    return LabelledKit(value["number"], value["site"], value["lot"], expiry, arms[value["arm"]])
