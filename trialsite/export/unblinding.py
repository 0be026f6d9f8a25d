"""What the export holds of unblinding: the form UB always, masked values once the study is locked, the arms
once it is unblinded (U5, L8, L19)."""

from typing import Any

import psycopg
from psycopg import sql

from trialsite.crf.study_lock import LAST_MOVE
from trialsite.crf.study_lock_models import AFTER, LockState
from trialsite.export.tables import Table, inert

_UB = sql.SQL(
    """
SELECT p.site_id AS "SITEID", p."SUBJID", u."RANDNO", u."UBDTC", u."UBREAS", {reason} AS "UBREASD",
    {who} AS "UBWHO", {asked} AS "UBREQ", u."UBSRC"
FROM (
    SELECT r.participant_id, r."RANDNO", r.asked_at AS "UBDTC", r."UBREAS", r."UBREASD",
        a.full_name AS "UBWHO", a.full_name AS "UBREQ",
        CASE WHEN d.request_id IS NULL THEN 'NOT SHOWN' ELSE 'SYSTEM' END AS "UBSRC"
    FROM randomization_unblindingrequest r
    JOIN accounts_user a ON a.id = r.asked_by_id
    LEFT JOIN randomization_unblindingdisclosure d ON d.request_id = r.id
    UNION ALL
    SELECT participant_id, "RANDNO", opened_at, "UBREAS", "UBREASD", "UBWHO", "UBREQ", 'CODE BREAK'
    FROM randomization_codebreak
) u
JOIN screening_participant p ON p.id = u.participant_id
ORDER BY p."SUBJID", u."UBDTC"
"""
)
_ARMS = sql.SQL(
    'SELECT p.site_id AS "SITEID", p."SUBJID", f."RANDNO", f."ARM" FROM randomization_finalarm f'
    ' JOIN screening_participant p ON p.id = f.participant_id ORDER BY p."SUBJID"'
)
_APPROVED = (
    "SELECT u.reason, u.asked_at, l.at, l.signer_name, a.signer_name, a.role, a.meaning, a.signed_at"
    " FROM randomization_finalunblinding u JOIN crf_studylockmove l ON l.id = u.lock_id"
    " JOIN randomization_finalapproval a ON a.unblinding_id = u.id"
    " WHERE EXISTS (SELECT FROM randomization_finalarm f WHERE f.unblinding_id = u.id) ORDER BY a.signed_at"
)


def unblindings() -> Table:
    """A line for each request to unblind and each code break; never an arm."""
    who, asked, reason = (inert(sql.Identifier("u", name)) for name in ("UBWHO", "UBREQ", "UBREASD"))
    return Table("ub", _UB.format(reason=reason, who=who, asked=asked))


def arms() -> Table:
    """A line for each participant with a treatment number; for an unblinded study only."""
    return Table("arms", sql.Composed([_ARMS]))


def is_locked(reader: psycopg.Connection[Any]) -> bool:
    """Whether the study was locked at the moment that this connection sees."""
    row = reader.execute(LAST_MOVE).fetchone()
    return row is not None and AFTER[row[0]] is not LockState.OPEN


def final_unblinding(reader: psycopg.Connection[Any]) -> dict[str, Any] | None:
    """By whom and why the study was unblinded, for the manifest; None while it is blinded."""
    rows = reader.execute(_APPROVED).fetchall()
    if not rows:
        return None
    reason, asked_at, locked_at, locked_by = rows[0][:4]
    return {
        "reason": reason,
        "asked_at": asked_at.isoformat(),
        "locked_at": locked_at.isoformat(),
        "locked_by": locked_by,
        "approved_by": [
            {"name": name, "role": role, "meaning": meaning, "at": at.isoformat()}
            for *_, name, role, meaning, at in rows
        ],
    }
