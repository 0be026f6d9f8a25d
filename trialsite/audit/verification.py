"""Whether the history is what the anchors sealed, recomputed without a function of the database (A5)."""

import hashlib
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from django.db import connection

from trialsite.audit.anchors import Anchor, anchors_after, read_file
from trialsite.audit.replaying import faults_of_tables

# The text of each line, as migration 0001 defines it for writing anchors. Said again, not read from the
# database: what is verified does not get to say how.
LINES: Final = """
SELECT line FROM (
    SELECT id, jsonb_build_array('history', id, extract(epoch FROM at), txid, db_role, actor, role, reason,
                                 op, "table", row_id, changes)::text AS line
    FROM audit.history
    UNION ALL
    SELECT id, jsonb_build_array('event', id, extract(epoch FROM at), txid, db_role, actor, what, address,
                                 details)::text
    FROM audit.event
) AS lines
WHERE id > %s AND id <= %s
ORDER BY id
"""

# Below every line, those included that somebody inserts with a number that the sequence never gives.
LOWEST: Final = -(2**63)


@dataclass
class Verdict:
    """`faults` say what does not fit, the first bad place first; `notes` what cannot be told yet."""

    anchors: int = 0
    lines: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify_history(path: Path) -> Verdict:
    """Recompute every anchor from the history and compare with those in the database and in the file; then
    compare the tables with what history tells of them."""
    verdict = Verdict()
    anchors = anchors_after(0)
    start = Anchor(0, anchors[0].at, LOWEST, 0, b"") if anchors else None
    for before, anchor in pairwise([start, *anchors] if start else []):
        _check_anchor(before, anchor, verdict)
    verdict.anchors = len(anchors)
    _check_file(path, anchors, verdict)
    verdict.faults += faults_of_tables()
    _count_unsealed(anchors[-1].until_id if anchors else 0, verdict)
    return verdict


def _check_anchor(before: Anchor, anchor: Anchor, verdict: Verdict) -> None:
    since = f"after {before.until_id} " if before.number else ""
    name = f"Anchor {anchor.number} (lines {since}up to {anchor.until_id})"
    if anchor.number != before.number + 1:
        verdict.faults.append(f"{name} follows anchor {before.number}: the anchors between are missing.")
        return
    lines = _lines(before.until_id, anchor.until_id)
    verdict.lines += len(lines)
    if len(lines) != anchor.lines:
        verdict.faults.append(f"{name} sealed {anchor.lines} lines; now there are {len(lines)}.")
    elif _hash(before.hash, lines) != anchor.hash:
        verdict.faults.append(f"{name} does not fit: a line was changed, or the anchor before it.")


def _check_file(path: Path, anchors: list[Anchor], verdict: Verdict) -> None:
    kept, unreadable = read_file(path)
    verdict.faults += unreadable
    stored = {anchor.number: anchor for anchor in anchors}
    for place, anchor in enumerate(kept, 1):
        if anchor.number != place:
            verdict.faults.append(f"The anchor file has anchor {anchor.number} where anchor {place} belongs.")
            return
        if anchor.number not in stored:
            verdict.faults.append(
                f"Anchor {anchor.number} is in the file only: the end of the history was cut off, "
                "or the database is an old copy."
            )
            return
        if stored[anchor.number] != anchor:
            verdict.faults.append(f"Anchor {anchor.number} in the database is not the one in the file.")
            return
    if outside := len(anchors) - len(kept):
        verdict.notes.append(f"The last {outside} anchors are in the database only.")


def _count_unsealed(until_id: int, verdict: Verdict) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM audit.history WHERE id > %(last)s)"
            " + (SELECT count(*) FROM audit.event WHERE id > %(last)s)",
            {"last": until_id},
        )
        if unsealed := cursor.fetchone()[0]:
            verdict.notes.append(f"{unsealed} lines are newer than the last anchor and not yet sealed.")


def _lines(after_id: int, until_id: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(LINES, [after_id, until_id])
        return [line for (line,) in cursor.fetchall()]


def _hash(before: bytes, lines: list[str]) -> bytes:
    digests = (hashlib.sha256(line.encode()).digest() for line in lines)
    return hashlib.sha256(before + b"".join(digests)).digest()
