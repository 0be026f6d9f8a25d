"""Putting a sealed list into the database, once, and watching that it stays as it was (B5)."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from psycopg.errors import UniqueViolation

from randomization.list_file import (
    ListProblem,
    SealedList,
    SealedSlot,
    check_two_people,
    commitment,
    commitment_of,
)
from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.origin import content_hash, unseal
from randomization.vault.sealed_list import open_list

LOADED, CHECKED, DIFFERS = "list loaded", "list checked", "list differs"


def check_opens(sealed_list: SealedList, key: VaultKey, *, arms: Collection[str]) -> None:
    """Open every row once, and forget it: a list that is wrong inside is found before it is needed.

    Raises ListProblem or SealBroken. Neither says what was found.
    """
    slots = open_list(sealed_list, key)
    if any(count > 1 for count in Counter(slot.RANDNO for slot in slots).values()):
        raise ListProblem("The list holds a treatment number twice.")
    if not {slot.arm for slot in slots} <= set(arms):
        raise ListProblem("A row of the list holds something else than an arm of the protocol.")
    origin = unseal(sealed_list.head.origin, key.private)
    if content_hash(origin.salt, slots) != sealed_list.head.content:
        raise ListProblem("The rows of the list are not those that its salted hash was published for.")


def load(connection: Connection, sealed_list: SealedList, *, loader: str) -> None:
    """Store the list in one transaction; `loader` is the user name of the person who loads it.

    ListProblem when that person made it, or when there is a list already.
    """
    check_two_people(sealed_list, loader=loader)
    head = sealed_list.head
    with connection.transaction(), connection.cursor() as cursor:
        if cursor.execute("SELECT FROM vault.allocation LIMIT 1").fetchone() is not None:
            raise ListProblem("Treatment numbers were given already; their list is the only one.")
        if cursor.execute("SELECT FROM vault.list").fetchone() is not None:
            raise _already()
        try:
            cursor.executemany(
                "INSERT INTO vault.stratum (stratum, slots) VALUES (%s, %s)",
                sorted(sealed_list.per_stratum().items()),
            )
        except UniqueViolation:  # somebody else is loading at the same moment
            raise _already() from None
        with cursor.copy("COPY vault.slot (stratum, sequence, sealed) FROM STDIN") as rows:
            for slot in sealed_list.slots:
                rows.write_row((slot.stratum, slot.sequence, slot.sealed))
        promised = commitment_of(sealed_list)
        cursor.execute(
            "INSERT INTO vault.list (id, public_key, commitment, made_at, head, maker, loader)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [head.list_id, head.public_key, promised, head.made_at, head.text(), head.maker, loader],
        )
        details: dict[str, object] = {
            "commitment": promised,
            "maker": head.maker,
            "loader": loader,
            "slots": sealed_list.per_stratum(),
        }
        _tell(connection, LOADED, details)


def _already() -> ListProblem:
    return ListProblem("A list is loaded already; a trial has one list, loaded once.")


@dataclass(frozen=True)
class Check:
    """What the list in the database hashes to, and what was promised when it was loaded."""

    found: str
    promised: str

    @property
    def holds(self) -> bool:
        """Whether not a bit has changed."""
        return self.found == self.promised


def check_loaded(connection: Connection) -> Check | None:
    """Compute the commitment of the loaded list anew, without the key, and record the outcome as an event.

    None when no list is loaded. Whoever changes list and commitment together is found by the event `list
    loaded`, which the anchors of the history cover.
    """
    with connection.transaction():
        row = connection.execute("SELECT head, commitment FROM vault.list").fetchone()
        if row is None:
            return None
        slots = connection.execute("SELECT stratum, sequence, sealed FROM vault.slot").fetchall()
        head, promised = row
        found = commitment(head, [SealedSlot(*each) for each in slots])
        check = Check(found, promised)
        _tell(connection, CHECKED if check.holds else DIFFERS, {"found": found, "promised": promised})
    return check


def _tell(connection: Connection, what: str, details: dict[str, object]) -> None:
    connection.execute(
        "SELECT audit.record_event(%s, 'system:vault', '', %s::jsonb)", [what, json.dumps(details)]
    )
