"""Answering requests: the one place where an arm is read.

A request is answered in one transaction: its row is locked and must be waiting, its stratum is locked, the
slot after the last given one is opened in memory, a kit of the same arm is chosen among those in stock at the
site, slot and kit are recorded, and number and kit are written into the request. Before the commit nothing
happened, after it everything did.

Both arms run through the same statements and open the same number of rows (L16).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg

from randomization.states import Kind, Refusal, State
from randomization.vault.database import Connection, say_who
from randomization.vault.keys import VaultKey
from randomization.vault.kits_choosing import give, hold_site, kit_of, label_for
from randomization.vault.sealing import Slot, open_slot

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    id: UUID
    participant: UUID
    kind: str
    visit: str
    SITEID: str
    stratum: str
    state: str
    usable_until: date
    in_time: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    RANDNO: str | None
    KITNO: str


def answer(connection: Connection, key: VaultKey, request_id: UUID) -> State | None:
    """Answer one request and commit. The state it is left in, or None when there is no such request.

    A request that is not waiting (answered before, withdrawn) is left as it is. Raises SealBroken or
    psycopg.Error with nothing done; neither carries what was sealed.
    """
    with connection.transaction():
        say_who(connection)
        request = _lock_request(connection, request_id)
        if request is None:
            return None
        if request.state != State.WAITING:
            return State(request.state)
        if not request.in_time:
            return _refuse(connection, request, Refusal.EXPIRED)
        given = _give(connection, key, request)
        if isinstance(given, Refusal):
            return _refuse(connection, request, given)
        connection.execute(
            'UPDATE randomization_treatmentrequest SET state = %s, "RANDNO" = %s, "KITNO" = %s,'
            " answered_at = clock_timestamp() WHERE id = %s",
            [State.ANSWERED.value, given.RANDNO, given.KITNO, request.id],
        )
    return State.ANSWERED


def attempt(connection: Connection, key: VaultKey, request_id: UUID) -> State | None:
    """As `answer`, but a failure is logged and leaves the request WAITING.

    Raises psycopg.OperationalError when the connection is lost.
    """
    try:
        return answer(connection, key, request_id)
    except Exception as error:  # noqa: BLE001  whatever went wrong, its words must not reach a log
        # Only the kind of failure: a message of the database can quote a row.
        logger.error("request %s stays waiting: %s", request_id, type(error).__name__)  # noqa: TRY400
    if connection.closed:
        raise psycopg.OperationalError("The vault lost its connection to the database.")
    return State.WAITING


def answer_waiting(
    connection: Connection, key: VaultKey, *, answered: Callable[[UUID], None] = lambda _: None
) -> int:
    """Answer everything that waits, oldest first; call `answered` after each commit that gave something.

    Returns how many requests left the state WAITING. One that fails does not keep the others waiting.
    """
    waiting = connection.execute(
        "SELECT id FROM randomization_treatmentrequest WHERE state = %s ORDER BY asked_at, id",
        [State.WAITING.value],
    ).fetchall()
    done = 0
    for (request_id,) in waiting:
        state = attempt(connection, key, request_id)
        done += state is not State.WAITING
        if state is State.ANSWERED:
            answered(request_id)
    return done


def _lock_request(connection: Connection, request_id: UUID) -> _Request | None:
    row = connection.execute(
        'SELECT id, participant_id, kind, visit, "SITEID", stratum, state, usable_until,'
        " clock_timestamp() < answer_by FROM randomization_treatmentrequest WHERE id = %s FOR NO KEY UPDATE",
        [request_id],
    ).fetchone()
    return None if row is None else _Request(*row)


def _refuse(connection: Connection, request: _Request, code: Refusal) -> State:
    connection.execute(
        "UPDATE randomization_treatmentrequest SET state = %s, refusal = %s, answered_at = clock_timestamp()"
        " WHERE id = %s",
        [State.REFUSED.value, code.value, request.id],
    )
    return State.REFUSED


def _give(connection: Connection, key: VaultKey, request: _Request) -> _Answer | Refusal:
    """Record slot and kit; why not, and nothing recorded, when there is no slot or no kit."""
    number = request.kind == Kind.NUMBER
    slot = _next_slot(connection, key, request) if number else _slot_of(connection, key, request)
    if slot is None:
        return Refusal.NOT_AVAILABLE
    KITNO = _dispense(connection, key, request, slot)
    if KITNO is None:
        return Refusal.NO_KIT
    if number:
        connection.execute(
            "INSERT INTO vault.allocation (request_id, stratum, sequence, participant, randno)"
            " VALUES (%s, %s, %s, %s, %s)",
            [request.id, slot.stratum, slot.sequence, request.participant, slot.RANDNO],
        )
    return _Answer(slot.RANDNO if number else None, KITNO)


def _next_slot(connection: Connection, key: VaultKey, request: _Request) -> Slot | None:
    """The slot after the last given one of the stratum, with the stratum locked (B3)."""
    # The lock is a statement of its own: only the next one sees what the holder before us committed.
    connection.execute("SELECT FROM vault.stratum WHERE stratum = %s FOR UPDATE", [request.stratum])
    row = connection.execute(
        "SELECT list.id, slot.stratum, slot.sequence, slot.sealed FROM vault.slot, vault.list"
        " WHERE stratum = %s AND sequence = 1 + coalesce("
        "(SELECT max(sequence) FROM vault.allocation WHERE stratum = %s), 0)",
        [request.stratum, request.stratum],
    ).fetchone()
    return None if row is None else _open_slot(key, row)


def _slot_of(connection: Connection, key: VaultKey, request: _Request) -> Slot | None:
    """The slot that the participant was given."""
    row = connection.execute(
        "SELECT list.id, slot.stratum, slot.sequence, slot.sealed"
        " FROM vault.allocation JOIN vault.slot USING (stratum, sequence), vault.list"
        " WHERE allocation.participant = %s",
        [request.participant],
    ).fetchone()
    return None if row is None else _open_slot(key, row)


def _open_slot(key: VaultKey, row: tuple[UUID, str, int, bytes]) -> Slot:
    list_id, stratum, sequence, sealed = row
    return open_slot(sealed, key.private, list_id=list_id, stratum=stratum, sequence=sequence)


def _dispense(connection: Connection, key: VaultKey, request: _Request, slot: Slot) -> str | None:
    """Choose a kit of the slot's arm at the site and record it; its number, or None."""
    # The lock is a statement of its own: only the next one sees what the holder before us committed.
    hold_site(connection, request.SITEID)
    label = label_for(connection, request.SITEID, request.usable_until)
    if label is None:
        return None
    KITNO = kit_of(connection, key, request.SITEID, label, slot.arm)
    if KITNO is None:
        return None
    give(connection, KITNO, request_id=request.id, participant=request.participant, visit=request.visit)
    return KITNO
