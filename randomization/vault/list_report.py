"""The statistics of a list, for the unblinded statistician: text, HTML or JSON.

It tells much of the list. It is written by seal_list on the statistician's own machine, readable for its
owner alone, and never on a server.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from randomization.list_file import ListProblem
from randomization.vault import list_statistics as statistics
from randomization.vault.generation import Arms, BigStick, Drawn, Scheme
from randomization.vault.list_statistics import ChiSquare
from randomization.vault.origin import Origin
from randomization.vault.sealing import Slot
from trialsite import environment

ENDINGS = (".txt", ".html", ".json")
WHOLE = "all strata"
MEANINGS = (
    (
        "Guess rate: how often somebody is right who guesses the arm that is behind in the stratum so far;"
        " a tie counts one half (convergence strategy)."
    ),
    "Certain: the share of places whose arm is known to somebody who knows the scheme and all arms before.",
    "Both matter only where the blind is broken.",
)
Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Table:
    """A part of the report; the first row names the columns."""

    title: str
    rows: Rows


@dataclass(frozen=True)
class Report:
    """The whole report; `notes` are sentences."""

    title: str
    notes: tuple[str, ...]
    tables: tuple[Table, ...]


def report_of(origin: Origin, slots: Sequence[Slot], blocks: Drawn | None, commitment: str) -> Report:
    """The statistics of a list. `blocks` of each stratum, where they are known."""
    recipe = origin.recipe
    orders = {stratum: [slot.arm for slot in slots if slot.stratum == stratum] for stratum in recipe.strata}
    notes = [
        f"Commitment: {commitment}",
        f"Scheme: {_named(recipe.scheme)}." + (" The list was made elsewhere." if origin.imported else ""),
        *MEANINGS,
    ]
    tables = [Table("Balance and predictability", _balance(orders, recipe.arms, recipe.scheme))]
    if blocks:
        tables.append(Table("Blocks", _blocks(blocks, recipe.scheme)))
        notes.append(
            "A p is rough where fewer than 5 are expected in a cell, as in a list of the usual length."
        )
    elif not isinstance(recipe.scheme, BigStick):
        notes.append("The blocks are not known: without them their sizes and orders are not tested.")
    return Report(f"Allocation list of {recipe.trial}", tuple(notes), tuple(tables))


def _named(scheme: Scheme) -> str:
    if isinstance(scheme, BigStick):
        return f"big stick with limit {scheme.limit}"
    return f"permuted blocks of {', '.join(str(size) for size in scheme.sizes)}"


def _balance(orders: Mapping[str, Sequence[str]], arms: Arms, scheme: Scheme) -> Rows:
    places = sum(len(order) for order in orders.values())
    rows: Rows = [("", *orders, WHOLE)]
    counts = {stratum: Counter(order) for stratum, order in orders.items()}
    rows.append(("places", *(str(len(order)) for order in orders.values()), str(places)))
    for arm in arms:
        each = [counts[stratum][arm] for stratum in orders]
        rows.append((arm, *map(str, each), str(sum(each))))
    largest = [max(map(abs, statistics.differences(order, arms))) for order in orders.values()]
    rows.append(("largest difference", *map(str, largest), f"{sum(largest)} at most"))
    rows.append(
        ("bound of the scheme", *(str(scheme.bound) for _ in orders), f"{scheme.bound * len(orders)} at most")
    )
    rows.append(("within the bound", *("yes" if each <= scheme.bound else "NO" for each in largest), ""))
    guessed = [statistics.guess_rate(order, arms) for order in orders.values()]
    certain = [statistics.certain_share(order, arms, scheme) for order in orders.values()]
    weights = [len(order) / places for order in orders.values()]
    rows.append(("guess rate", *map(_share, guessed), _share(_mean(guessed, weights))))
    expected = [statistics.expected_guess_rate(scheme, len(order)) for order in orders.values()]
    rows.append(("  expected of the scheme", *map(_share, expected), _share(_mean(expected, weights))))
    rows.append(("certain", *map(_share, certain), _share(_mean(certain, weights))))
    expected = [statistics.expected_certain_share(scheme, len(order)) for order in orders.values()]
    rows.append(("  expected of the scheme", *map(_share, expected), _share(_mean(expected, weights))))
    lengths = [statistics.runs(order) for order in orders.values()]
    rows.append(("runs of one arm", *(str(len(each)) for each in lengths), ""))
    random = [statistics.expected_runs(order) for order in orders.values()]
    rows.append(("  expected without blocks", *(f"{each:.1f}" for each in random), ""))
    rows.append(("longest run", *(str(max(each)) for each in lengths), str(max(map(max, lengths)))))
    return rows


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def _share(value: float) -> str:
    return f"{value:.3f}"


def _blocks(blocks: Drawn, scheme: Scheme) -> Rows:
    every = [block for each in blocks.values() for block in each]
    sizes = Counter(len(block) for block in every)
    rows: Rows = [("", *blocks, WHOLE, "chi-square", "degrees", "p", "least expected")]
    for size in sorted(sizes):
        per_stratum = (str(sum(len(block) == size for block in each)) for each in blocks.values())
        test = statistics.block_orders(every, size)
        rows.append((f"blocks of {size}, orders", *per_stratum, str(sizes[size]), *_test(test)))
    empty = ("",) * len(blocks)
    among = set(sizes) if isinstance(scheme, BigStick) else {*scheme.sizes, *sizes}
    test = statistics.equally_frequent(list(sizes.values()), len(among))
    rows.append(("sizes equally frequent", *empty, str(len(every)), *_test(test)))
    pairs = [pair for each in blocks.values() for pair in pairwise(each)]
    test = statistics.independent((one[-1], other[0]) for one, other in pairs)
    rows.append(("end of a block and start of the next", *empty, str(len(pairs)), *_test(test)))
    return rows


def _test(test: ChiSquare) -> tuple[str, str, str, str]:
    if not test.freedom:
        return "", "", "", ""
    return f"{test.value:.2f}", str(test.freedom), f"{test.p:.4f}", f"{test.least:.1f}"


def check_place(path: Path) -> None:
    """Raises ListProblem where a report may not be: on a server, or where this system keeps its files."""
    if path.suffix not in ENDINGS:
        raise ListProblem(f"The report's name ends with {', '.join(ENDINGS)}.")
    if not environment.development():
        raise ListProblem("A report tells of the list; it is written on the statistician's own machine only.")
    for kept in (settings.BASE_DIR, environment.var()):
        if path.resolve().is_relative_to(Path(kept).resolve()):
            raise ListProblem(f"A report tells of the list; it is not written below {kept}.")


def written(path: Path, report: Report) -> str:
    """The report as the ending of the file wants it. Raises ListProblem where `check_place` does."""
    check_place(path)
    match path.suffix:
        case ".json":
            return _json(report)
        case ".html":
            return render_to_string("randomization/list_report.html", {"report": report})
        case _:
            return _text(report)


def _json(report: Report) -> str:
    tables = [{"title": table.title, "rows": table.rows} for table in report.tables]
    return json.dumps({"title": report.title, "notes": report.notes, "tables": tables}, indent=1) + "\n"


def _text(report: Report) -> str:
    lines = [report.title, "=" * len(report.title), "", *report.notes]
    for table in report.tables:
        widths = [max(len(cell) for cell in column) for column in zip(*table.rows, strict=True)]
        lines += ["", table.title, "-" * len(table.title)]
        for first, *others in table.rows:
            cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
            lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines) + "\n"
