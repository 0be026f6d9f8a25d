"""Putting a sealed list into the database, once."""

from collections.abc import Collection

from psycopg.errors import UniqueViolation

from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.sealed_list import ListProblem, SealedList, commitment_of
from randomization.vault.sealing import open_kit, open_slot


def check_fits(sealed_list: SealedList, *, trial: str, strata: Collection[str]) -> None:
    """Raises ListProblem when the list is for another trial, or its strata are not the protocol's."""
    if sealed_list.trial != trial:
        raise ListProblem(f"The list was made for the trial {sealed_list.trial}, not for {trial}.")
    found = sorted(sealed_list.per_stratum())
    if found != sorted(strata):
        raise ListProblem(
            f"The list has the strata {', '.join(found)}; the protocol has {', '.join(sorted(strata))}."
        )


def check_opens(sealed_list: SealedList, key: VaultKey) -> None:
    """Open every row once, and forget it: a list sealed to another key is found before it is needed.

    Raises ListProblem or SealBroken.
    """
    if sealed_list.public_key != bytes(key.public):
        raise ListProblem("The list was sealed to another key than the vault's.")
    for slot in sealed_list.slots:
        open_slot(
            slot.sealed,
            key.private,
            list_id=sealed_list.list_id,
            stratum=slot.stratum,
            sequence=slot.sequence,
        )
    for kit in sealed_list.kits:
        open_kit(kit.sealed, key.private, list_id=sealed_list.list_id, KITNO=kit.KITNO)


def load(connection: Connection, sealed_list: SealedList) -> None:
    """Store the list in one transaction. ListProblem when there is one already (B5)."""
    already = ListProblem("A list is loaded already; a trial has one list, loaded once.")
    with connection.transaction(), connection.cursor() as cursor:
        if cursor.execute("SELECT FROM vault.list").fetchone() is not None:
            raise already
        try:
            cursor.executemany(
                "INSERT INTO vault.stratum (stratum, slots) VALUES (%s, %s)",
                sorted(sealed_list.per_stratum().items()),
            )
        except UniqueViolation:  # somebody else is loading at the same moment
            raise already from None
        with cursor.copy("COPY vault.slot (stratum, sequence, sealed) FROM STDIN") as rows:
            for slot in sealed_list.slots:
                rows.write_row((slot.stratum, slot.sequence, slot.sealed))
        with cursor.copy("COPY vault.kit (kitno, site, sealed) FROM STDIN") as rows:
            for kit in sealed_list.kits:
                rows.write_row((kit.KITNO, kit.site, kit.sealed))
        cursor.execute(
            "INSERT INTO vault.list (id, public_key, commitment, made_at) VALUES (%s, %s, %s, %s)",
            [sealed_list.list_id, sealed_list.public_key, commitment_of(sealed_list), sealed_list.made_at],
        )
