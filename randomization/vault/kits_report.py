"""What is in the kits, for the unblinded pharmacist: sealed to a key that is in the asking browser only."""

import json
import logging
from uuid import UUID

from nacl.public import PublicKey, SealedBox

from randomization.vault.database import Connection, say_who
from randomization.vault.keys import VaultKey
from randomization.vault.sealing import open_kit

BLOCK = 4096  # bytes; the length of an answer tells the number of kits, roughly, and nothing else
logger = logging.getLogger(__name__)

# Only somebody who is a pharmacist of all these sites now, and only while the asking page can still be open.
_WAITING = """
SELECT id, ARRAY(SELECT jsonb_array_elements_text(sites)), public_key FROM randomization_kitreport AS report
WHERE answered_at IS NULL AND asked_at > clock_timestamp() - interval '10 minutes'
  AND NOT EXISTS (
    SELECT FROM jsonb_array_elements_text(sites) AS asked (site) WHERE NOT EXISTS (
      SELECT FROM accounts_membership AS held
      WHERE held.user_id = report.asked_by_id AND held.role = 'PHARMACIST' AND held.ended_at IS NULL
        AND (held.site_id IS NULL OR held.site_id = asked.site)))
FOR NO KEY UPDATE SKIP LOCKED
"""


def answer_waiting(connection: Connection, key: VaultKey) -> int:
    """Answer every report that waits; how many. One that fails leaves all waiting."""
    try:
        with connection.transaction():
            say_who(connection)
            waiting = connection.execute(_WAITING).fetchall()
            for report, sites, public_key in waiting:
                _answer(connection, key, report, sites, PublicKey(bytes(public_key)))
            return len(waiting)
    except Exception as error:  # noqa: BLE001  whatever went wrong, its words must not reach a log
        logger.error("a report on kits stays waiting: %s", type(error).__name__)  # noqa: TRY400
        return 0


def _answer(
    connection: Connection, key: VaultKey, report: UUID, sites: list[str], public_key: PublicKey
) -> None:
    rows = connection.execute(
        'SELECT kit_list, kitno, sealed FROM vault.sealed_kit JOIN randomization_kit ON "KITNO" = kitno'
        " WHERE site_id = ANY(%s) ORDER BY kitno",
        [sites],
    ).fetchall()
    contents = {
        KITNO: open_kit(sealed, key.private, list_id=kit_list, KITNO=KITNO).arm
        for kit_list, KITNO, sealed in rows
    }
    text = json.dumps(contents).encode()
    padded = text.ljust(-(-max(len(text), 64 * len(rows)) // BLOCK) * BLOCK)
    connection.execute(
        "UPDATE randomization_kitreport SET answer = %s, answered_at = clock_timestamp() WHERE id = %s",
        [SealedBox(public_key).encrypt(padded), report],
    )
    connection.execute(
        "SELECT audit.record_event('contents of kits disclosed', 'system:vault', '', %s::jsonb)",
        [json.dumps({"report": str(report), "sites": sites, "kits": len(rows)})],
    )
