"""The ZIP of an export: COPY from one snapshot, hashed on the way, nothing held in memory.

It is not compressed: at the size of a trial that saves some megabytes and takes longer than reading them.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

import psycopg

from trialsite.crf.dictionary import Entry, entries
from trialsite.export.tables import Table
from trialsite.protocol import PROTOCOL_VERSION, REGISTRATION, TRIAL

CHUNK_BYTES = 65_536
# Fixed, so that the same data give the same bytes.
_STAMP = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Part:
    """One file of the archive, as the manifest lists it."""

    file: str
    rows: int
    bytes: int
    sha256: str


def write_archive(
    path: Path,
    tables: Iterable[Table],
    connection: psycopg.Connection[Any],
    *,
    export_id: str,
    asked_at: datetime,
    masked: bool = False,
    unblinding: dict[str, Any] | None = None,
) -> list[Part]:
    """Write the archive of these tables; the connection is inside a REPEATABLE READ transaction.

    masked: whether laboratory values are in it that are masked until the study is locked;
    unblinding: by whom and why the study was unblinded, None while it is blinded.
    """
    parts: list[Part] = []
    with zipfile.ZipFile(path, "w") as archive:
        parts.extend(
            _add(archive, f"{table.name}.csv", partial(copy_table, connection, table)) for table in tables
        )
        parts.append(_add(archive, "dictionary.csv", write_dictionary))
        manifest = {
            "trial": TRIAL,
            "registration": REGISTRATION,
            "protocol": PROTOCOL_VERSION,
            "export": export_id,
            "asked_at": asked_at.isoformat(),
            "masked_laboratory_values": "included" if masked else "left out until the study is locked",
            "unblinding": unblinding,
            "files": [asdict(part) for part in parts],
        }
        archive.writestr(_entry("manifest.json"), json.dumps(manifest, indent=2))
    return parts


def copy_table(connection: psycopg.Connection[Any], table: Table, into: "_Hashed") -> int:
    """Write the table as CSV with a header, in pieces: one a row would cost four times as much.

    Returns the number of rows, as the server counted them.
    """
    statement = psycopg.sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT csv, HEADER true)").format(table.select)
    waiting: list[bytes | bytearray | memoryview] = []
    size = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in copy:
            waiting.append(row)
            size += len(row)
            if size >= CHUNK_BYTES:
                into.write(b"".join(waiting))
                waiting, size = [], 0
        into.write(b"".join(waiting))
        return cursor.rowcount


def write_dictionary(into: "_Hashed") -> int:
    """Write the data dictionary as CSV; the number of its rows."""
    out = io.StringIO()
    names = [field.name for field in fields(Entry)]
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    rows = [asdict(entry) for entry in entries()]
    writer.writerows(rows)
    into.write(out.getvalue().encode())
    return len(rows)


class _Hashed:
    """A file that knows the size and the hash of what was written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.size += len(piece)
        self._file.write(piece)


def _add(archive: zipfile.ZipFile, name: str, fill: Callable[[_Hashed], int]) -> Part:
    with archive.open(_entry(name), "w") as file:
        hashed = _Hashed(file)
        rows = fill(hashed)
    return Part(name, rows, hashed.size, hashed.digest.hexdigest())


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _STAMP)
    info.external_attr = 0o644 << 16
    return info
