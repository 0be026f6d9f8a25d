"""Anchors: a chained hash over all lines of the history since the last one, kept outside the database too.

Whoever rules the database can change history, but not make it fit the anchors that others hold (A5). What was
written after the last anchor is not yet protected, so anchors are written every few minutes and after each
signature and randomization. The format of the file is one line an anchor:
number, UTC time, id of the last line sealed, number of lines sealed, SHA-256 in hexadecimal.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Anchor:
    """A seal on the lines after the last anchor's and up to `until_id`, and on that anchor itself."""

    number: int
    at: datetime
    until_id: int
    lines: int
    hash: bytes

    def __str__(self) -> str:
        at = self.at.astimezone(UTC).isoformat()
        return f"{self.number} {at} {self.until_id} {self.lines} {self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """The anchor that a line of the file holds. Raises ValueError for anything else."""
        number, at, until_id, lines, digest = text.split()
        return cls(int(number), datetime.fromisoformat(at), int(until_id), int(lines), bytes.fromhex(digest))


def write_anchors() -> int:
    """Seal everything that is committed, and copy new anchors to the file; returns how many there are.

    Waits up to a second for running writers; where they go on, the next call seals what this one left.
    Raises OSError when the file cannot be written.
    """
    written = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT audit.write_anchor()")
            if cursor.fetchone() == (None,):
                break
            written += 1
    keep_outside(Path(settings.ANCHOR_FILE))
    return written


def anchors_after(number: int) -> list[Anchor]:
    """The anchors in the database that follow a number, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, at, until_id, lines, hash FROM audit.anchor WHERE number > %s ORDER BY number",
            [number],
        )
        return [
            Anchor(number, at, until_id, lines, bytes(digest))
            for number, at, until_id, lines, digest in cursor.fetchall()
        ]


def read_file(path: Path) -> tuple[list[Anchor], list[str]]:
    """The anchors of the file, and a sentence on each line that holds none. A missing file holds nothing."""
    kept: list[Anchor] = []
    unreadable: list[str] = []
    if path.exists():
        for place, text in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), 1):
            try:
                kept.append(Anchor.parse(text))
            except ValueError:
                unreadable.append(f"Line {place} of the anchor file is not an anchor.")
    return kept, unreadable


def keep_outside(path: Path) -> None:
    """Append the anchors that the file lacks. The file is never changed in any other way.

    When file and database disagree nothing is appended: `verify_history` says what happened.
    """
    with _locked(path) as file:
        _drop_torn_line(file)
        kept, unreadable = read_file(path)
        last = kept[-1] if kept else None
        missing = anchors_after(last.number - 1 if last else 0)
        if unreadable or (last and missing[:1] != [last]):
            log.critical("The anchor file and the database disagree. Run verify_history.")
            return
        file.writelines(f"{anchor}\n".encode("ascii") for anchor in (missing[1:] if last else missing))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _drop_torn_line(file: BinaryIO) -> None:
    """A process that was killed while appending leaves half a line; the anchor is still in the database."""
    file.seek(0)
    content = file.read()
    if content and not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)
