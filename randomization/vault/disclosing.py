"""Disclosing arms: one to the person who asked in an emergency, all when the study is unblinded.

An emergency's answer is sealed to the key that the request brought: what is stored says nothing to anybody
but the browser that asked. No slot is opened before the request is committed: another process wrote it.
"""

import logging
from uuid import UUID

import psycopg
from nacl.public import PublicKey

from randomization.unblinding.envelope import seal_arm
from randomization.vault.database import Connection, say_who
from randomization.vault.keys import VaultKey
from randomization.vault.sealing import SealBroken, Slot, open_slot

logger = logging.getLogger(__name__)

# A request that is older is over: its page could not show the answer any more.
_WAITING = (
    "SELECT request.id FROM randomization_unblindingrequest AS request"
    " WHERE request.asked_at > clock_timestamp() - interval '15 minutes' AND NOT EXISTS"
    " (SELECT FROM randomization_unblindinganswer AS answer WHERE answer.request_id = request.id)"
    " ORDER BY request.asked_at"
)
_SLOT_OF = (
    'SELECT request.participant_id, request."RANDNO", request.public_key,'
    " list.id, slot.stratum, slot.sequence, slot.sealed"
    " FROM randomization_unblindingrequest AS request"
    " JOIN vault.allocation ON allocation.participant = request.participant_id"
    " JOIN vault.slot USING (stratum, sequence), vault.list WHERE request.id = %s"
)
_APPROVED = (
    "SELECT id FROM randomization_finalunblinding AS final"
    " WHERE lock_id = randomization_present_lock()"
    " AND 2 <= (SELECT least(count(DISTINCT by_id), count(DISTINCT accounts_hand(role)))"
    "  FROM randomization_finalapproval WHERE unblinding_id = final.id)"
    " AND NOT EXISTS (SELECT FROM randomization_finalarm WHERE unblinding_id = final.id)"
)
_ALL_SLOTS = (
    "SELECT allocation.participant, list.id, slot.stratum, slot.sequence, slot.sealed"
    " FROM vault.allocation JOIN vault.slot USING (stratum, sequence), vault.list"
)


def disclose(connection: Connection, key: VaultKey, request_id: UUID) -> bool:
    """Answer one request to unblind and commit; False when there is nothing to answer, or it was answered.

    Raises SealBroken or psycopg.Error with nothing done; neither carries an arm.
    """
    with connection.transaction():
        say_who(connection)
        row = connection.execute(_SLOT_OF, [request_id]).fetchone()
        if row is None:
            return False
        participant, RANDNO, public_key, *place = row
        slot = _open(key, *place)
        if slot.RANDNO != RANDNO:
            raise SealBroken(f"The slot of request {request_id} has another treatment number.")
        sealed = seal_arm(slot.arm, PublicKey(bytes(public_key)), request=request_id, participant=participant)
        # Of two vaults at work on one request, one answers.
        done = connection.execute(
            "INSERT INTO randomization_unblindinganswer (request_id, sealed) VALUES (%s, %s)"
            " ON CONFLICT (request_id) DO NOTHING RETURNING request_id",
            [request_id, sealed],
        ).fetchone()
    return done is not None


def disclose_waiting(connection: Connection, key: VaultKey) -> int:
    """Answer every request to unblind that waits, oldest first; how many. A failure stops no other."""
    waiting = connection.execute(_WAITING).fetchall()
    return sum(attempt(connection, key, request_id) for (request_id,) in waiting)


def attempt(connection: Connection, key: VaultKey, request_id: UUID) -> bool:
    """As `disclose`, but a failure is logged. Raises psycopg.OperationalError when the connection is lost."""
    try:
        return disclose(connection, key, request_id)
    except Exception as error:  # noqa: BLE001  whatever went wrong, its words must not reach a log
        logger.error("request %s to unblind stays waiting: %s", request_id, type(error).__name__)  # noqa: TRY400
    if connection.closed:
        raise psycopg.OperationalError("The vault lost its connection to the database.")
    return False


def unblind_study(connection: Connection, key: VaultKey) -> int:
    """Write the arm of every participant once the study is locked and two people approved; how many.

    All in one transaction. A trigger refuses each row when lock or approvals are lacking (U5).
    """
    with connection.transaction():
        say_who(connection)
        approved = connection.execute(_APPROVED).fetchone()
        if approved is None:
            return 0
        rows = connection.execute(_ALL_SLOTS).fetchall()
        slots = [(participant, _open(key, *place)) for participant, *place in rows]
        with connection.cursor() as cursor:
            cursor.executemany(
                'INSERT INTO randomization_finalarm (participant_id, unblinding_id, "RANDNO", "ARM")'
                " VALUES (%s, %s, %s, %s)",
                [(participant, approved[0], slot.RANDNO, slot.arm) for participant, slot in slots],
            )
    return len(slots)


def unblind_study_if_approved(connection: Connection, key: VaultKey) -> int:
    """As `unblind_study`, but a failure is logged and tried again with the next sweep."""
    try:
        return unblind_study(connection, key)
    except Exception as error:  # noqa: BLE001  whatever went wrong, its words must not reach a log
        logger.error("the study stays blinded: %s", type(error).__name__)  # noqa: TRY400
    if connection.closed:
        raise psycopg.OperationalError("The vault lost its connection to the database.")
    return 0


def _open(key: VaultKey, list_id: UUID, stratum: str, sequence: int, sealed: bytes) -> Slot:
    return open_slot(sealed, key.private, list_id=list_id, stratum=stratum, sequence=sequence)
