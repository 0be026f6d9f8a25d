"""Taking a sealed kit list into the depot, once, after every kit was opened to try it."""

import json
from datetime import date

from psycopg.errors import UniqueViolation

from randomization.kit_list_file import SealedKitList, SealedLabel, commitment
from randomization.list_file import ListProblem
from randomization.supply.states import KitState, Verb
from randomization.vault.database import Connection, say_who
from randomization.vault.keys import VaultKey
from randomization.vault.kits_checks import require_sound
from randomization.vault.kits_file import unseal

LOADED, CHECKED, DIFFERS = "kits loaded", "kits checked", "kits differ"


def check_opens(sealed: SealedKitList, key: VaultKey, *, trial: str, arms: tuple[str, str]) -> None:
    """Open every kit once, and forget it. ListProblem or SealBroken when the list cannot be used."""
    if sealed.head.trial != trial:
        raise ListProblem(f"The kits were packed for the trial {sealed.head.trial}, not for {trial}.")
    require_sound(unseal(sealed, key), arms=arms)


def load(connection: Connection, sealed: SealedKitList, *, loader: str) -> None:
    """Store the kits in one transaction; `loader` is the user name of the person who loads them.

    ListProblem when that person made the list, when a number is known already, or when a site is not.
    """
    if sealed.head.maker == loader:
        raise ListProblem(f"{loader} made this kit list. Somebody else loads it, so that two have seen it.")
    known = {code for (code,) in connection.execute("SELECT code FROM accounts_site").fetchall()}
    if unknown := sorted({kit.site for kit in sealed.kits} - known):
        raise ListProblem(f"There is no site {unknown[0]}. Add the site first.")
    try:
        with connection.transaction():
            _store(connection, sealed, loader=loader)
    except UniqueViolation:
        raise ListProblem(
            "This kit list, or a kit with one of its numbers, is loaded already; a number is used once."
        ) from None


def _store(connection: Connection, sealed: SealedKitList, *, loader: str) -> None:
    say_who(connection)
    head = sealed.head
    connection.execute(
        "INSERT INTO vault.kit_list (id, head, commitment, maker, loader) VALUES (%s, %s, %s, %s, %s)",
        [head.list_id, head.text(), sealed.commitment, head.maker, loader],
    )
    with connection.cursor() as cursor:
        with cursor.copy('COPY randomization_kit ("KITNO", site_id, lot, expiry, state) FROM STDIN') as rows:
            for kit in sealed.kits:
                rows.write_row((kit.KITNO, kit.site, kit.lot, kit.expiry, KitState.PACKED.value))
        with cursor.copy("COPY vault.sealed_kit (kitno, kit_list, sealed) FROM STDIN") as rows:
            for kit in sealed.kits:
                rows.write_row((kit.KITNO, head.list_id, kit.sealed))
    connection.execute(
        'INSERT INTO randomization_kitmove (id, "KITNO", verb, by, meaning, reason, start, "end")'
        " SELECT gen_random_uuid(), kitno, %s, '', '', '', '', '' FROM vault.sealed_kit"
        " WHERE kit_list = %s ORDER BY kitno",
        [Verb.LOAD.value, head.list_id],
    )
    details: dict[str, object] = {
        "commitment": sealed.commitment,
        "maker": head.maker,
        "loader": loader,
        "pairs": sealed.pairs(),
    }
    _tell(connection, LOADED, details)


def check_loaded(connection: Connection) -> bool:
    """Compute the commitment of every kit list anew, without the key, and record each outcome (B5)."""
    holds = True
    with connection.transaction():
        lists = connection.execute("SELECT id, head, commitment FROM vault.kit_list").fetchall()
        for list_id, head, promised in lists:
            rows: list[tuple[str, str, str, date, bytes]] = connection.execute(
                "SELECT kitno, site_id, lot, expiry, sealed FROM vault.sealed_kit JOIN randomization_kit"
                ' ON "KITNO" = kitno WHERE kit_list = %s',
                [list_id],
            ).fetchall()
            found = commitment(head, [SealedLabel(*row) for row in rows])
            holds = holds and found == promised
            what = CHECKED if found == promised else DIFFERS
            _tell(connection, what, {"found": found, "promised": promised})
    return holds


def _tell(connection: Connection, what: str, details: dict[str, object]) -> None:
    connection.execute(
        "SELECT audit.record_event(%s, 'system:vault', '', %s::jsonb)", [what, json.dumps(details)]
    )
