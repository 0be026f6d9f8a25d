"""The screening log as a CSV file."""

import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO

from screening.log import every
from screening.log_entry import Entry, Wanted

_IN_MEMORY = 1_048_576  # bytes; a longer file goes to disk
# What a spreadsheet would take for the beginning of a formula (X2).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _time(entry: Entry, at: datetime | None) -> str:
    local = entry.local(at)
    return local.isoformat(timespec="minutes") if local else ""


COLUMNS: Mapping[str, Callable[[Entry], object]] = {
    "Number": lambda entry: entry.SUBJID,
    "Site": lambda entry: entry.site,
    "Screened before as": lambda entry: entry.earlier,
    "Screened again as": lambda entry: entry.later,
    "Consent": lambda entry: entry.RFICDTC.isoformat(),
    "Registered at": lambda entry: _time(entry, entry.registered_at),
    "Registered by": lambda entry: entry.registered_by,
    "Submitted at": lambda entry: _time(entry, entry.submitted_at),
    "Submitted by": lambda entry: entry.submitted_by,
    "Outcome": lambda entry: entry.standing.label,
    "Reasons": lambda entry: "; ".join(entry.reason_words),
    "Note": lambda entry: entry.note,
    "Decision": lambda entry: entry.decided,
    "Signed at": lambda entry: _time(entry, entry.signed_at),
    "Signed by": lambda entry: entry.signed_by,
    "Days from consent to decision": lambda entry: entry.days,
    "Number given on": lambda entry: entry.number_given_on,
}


@dataclass(frozen=True)
class LogFile:
    """A finished file, its number of screenings, and its SHA-256 in hexadecimal."""

    content: IO[bytes]
    rows: int
    sha256: str


def write_log(wanted: Wanted) -> LogFile:
    """Write the log, held on disk beyond a megabyte. The caller closes `content`, which stands at its start.

    It begins with a byte order mark, without which Excel shows Chinese names as signs.
    """
    content: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    digest, rows = hashlib.sha256(), 0

    def put(values: list[object]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(values)
        piece = line.getvalue().encode()
        digest.update(piece)
        content.write(piece)

    content.write(mark := "\ufeff".encode())
    digest.update(mark)
    put(list(COLUMNS))
    for entry in every(wanted):
        put([inert(value_of(entry)) for value_of in COLUMNS.values()])
        rows += 1
    content.seek(0)
    return LogFile(content, rows, digest.hexdigest())


def inert(value: object) -> object:
    """Text that a spreadsheet would take for a formula, stopped by an apostrophe; else the value (X2)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
