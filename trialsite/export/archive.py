"""The ZIP of an export: COPY from one snapshot, hashed on the way, nothing held in memory.

It is not compressed: at the size of a trial that saves some megabytes and takes longer than reading them.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

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
) -> list[Part]:
    """Write the archive of these tables; the connection is inside a REPEATABLE READ transaction."""
    parts: list[Part] = []
    with zipfile.ZipFile(path, "w") as archive:
        parts.extend(_add(archive, f"{table.name}.csv", copied(connection, table)) for table in tables)
        parts.append(_add(archive, "dictionary.csv", iter([dictionary_csv()])))
        manifest = {
            "trial": TRIAL,
            "registration": REGISTRATION,
            "protocol": PROTOCOL_VERSION,
            "export": export_id,
            "asked_at": asked_at.isoformat(),
            "files": [asdict(part) for part in parts],
        }
        archive.writestr(_entry("manifest.json"), json.dumps(manifest, indent=2))
    return parts


def copied(connection: psycopg.Connection[Any], table: Table) -> Iterator[bytes]:
    """The table as CSV with a header, in chunks: one a row would cost four times as much."""
    statement = psycopg.sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT csv, HEADER true)").format(table.select)
    waiting: list[bytes | bytearray | memoryview] = []
    size = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in copy:
            waiting.append(row)
            size += len(row)
            if size >= CHUNK_BYTES:
                yield b"".join(waiting)
                waiting, size = [], 0
    yield b"".join(waiting)


def dictionary_csv() -> bytes:
    """The data dictionary as CSV."""
    out = io.StringIO()
    names = [field.name for field in fields(Entry)]
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(entry) for entry in entries())
    return out.getvalue().encode()


def _add(archive: zipfile.ZipFile, name: str, chunks: Iterator[bytes]) -> Part:
    digest = hashlib.sha256()
    size = lines = 0
    counter = _LineCounter()
    with archive.open(_entry(name), "w") as file:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            lines += counter.count(chunk)
            file.write(chunk)
    return Part(name, max(lines - 1, 0), size, digest.hexdigest())


class _LineCounter:
    """Counts the lines of a CSV that arrives in pieces; a line break inside quotes is not one."""

    def __init__(self) -> None:
        self._quoted = False

    def count(self, chunk: bytes) -> int:
        if b'"' not in chunk and not self._quoted:
            return chunk.count(b"\n")
        lines = 0
        for place, piece in enumerate(chunk.split(b'"')):
            if place:
                self._quoted = not self._quoted
            if not self._quoted:
                lines += piece.count(b"\n")
        return lines


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _STAMP)
    info.external_attr = 0o644 << 16
    return info
