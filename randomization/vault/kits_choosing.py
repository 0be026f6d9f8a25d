"""Choosing kits: for a dose, and pair by pair for a shipment.

From which shipment a kit is given, with which label, and whether one is given at all, follows from what
everybody at the site can count (L5, L6): in each shipment the kits with one label are pairs, and one pair of
it is reckoned as gone with every kit of it that left the stock. So a kit of either arm is certain to be
there, and no shipment, label or shortage depends on an arm. Only which of those kits is taken does: one of
the arm's, at random. Never are more given from a shipment than it has pairs: the last would be what the
others are not.
"""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from randomization.supply.states import ARRIVED, KitState, Verb
from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.sealing import open_kit

_chance = secrets.SystemRandom()
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('kits of site ' || %s, 0))"
_SEALED = (
    'SELECT kit_list, kitno, sealed FROM vault.sealed_kit JOIN randomization_kit ON "KITNO" = kitno'
    " WHERE site_id = %s AND expiry = %s AND lot = %s AND shipment_id IS NOT DISTINCT FROM %s"
    " AND state = %s ORDER BY kitno"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What the kits of a group have in common, and how many doses are certain to be in it.

    shipment: with which they came; None at the depot.
    """

    expiry: date
    lot: str
    shipment: UUID | None
    count: int


def hold_site(connection: Connection, site: str) -> None:
    """Keep the kits of a site as they are until the transaction ends."""
    connection.execute(_LOCK, [site])


def label_for(connection: Connection, site: str, usable_until: date) -> Label | None:
    """The label with the earliest usable expiry of which a kit can be given; None when there is none.

    Among shipments with that label, the one that was ordered first.
    """
    row = connection.execute(
        "SELECT expiry, lot, shipment_id, count(*) / 2 - count(*) FILTER (WHERE kit.state <> %s)"
        " FROM randomization_kit AS kit JOIN randomization_shipment AS shipment ON shipment.id = shipment_id"
        " WHERE kit.site_id = %s AND expiry >= %s AND kit.state = ANY(%s)"
        " GROUP BY expiry, lot, shipment_id, ordered_at"
        " HAVING count(*) / 2 > count(*) FILTER (WHERE kit.state <> %s)"
        " ORDER BY expiry, lot, ordered_at, shipment_id LIMIT 1",
        [
            KitState.STOCKED.value,
            site,
            usable_until,
            [state.value for state in ARRIVED],
            KitState.STOCKED.value,
        ],
    ).fetchone()
    return None if row is None else Label(*row)


def kit_of(connection: Connection, key: VaultKey, site: str, label: Label, arm: str) -> str | None:
    """A kit of the arm, chosen at random among those in stock with the label; all of these are opened."""
    matching = _opened(connection, key, site, label, KitState.STOCKED)[arm]
    return _chance.choice(matching) if matching else None


def give(connection: Connection, KITNO: str, *, request_id: UUID, participant: UUID, visit: str) -> None:
    """Write into the ledger, and beside the slots, that the kit is given."""
    connection.execute(
        'INSERT INTO randomization_kitmove (id, "KITNO", verb, by, meaning, reason, start, "end", request_id)'
        " VALUES (gen_random_uuid(), %s, %s, '', '', '', '', '', %s)",
        [KITNO, Verb.GIVE.value, request_id],
    )
    connection.execute(
        "INSERT INTO vault.dispensing (request_id, kitno, participant, visit) VALUES (%s, %s, %s, %s)",
        [request_id, KITNO, participant, visit],
    )


def pairs_at_depot(connection: Connection, key: VaultKey, site: str, pairs: int) -> list[str] | None:
    """Kits for a shipment: so many pairs, of the earliest expiries, at random; None when there are fewer."""
    rows = connection.execute(
        "SELECT expiry, lot, shipment_id, count(*) / 2 FROM randomization_kit"
        " WHERE site_id = %s AND state = %s GROUP BY expiry, lot, shipment_id ORDER BY expiry, lot",
        [site, KitState.PACKED.value],
    ).fetchall()
    chosen: list[str] = []
    for row in rows:
        label, wanted = Label(*row), pairs - len(chosen) // 2
        for kits in _opened(connection, key, site, label, KitState.PACKED).values():
            chosen += _chance.sample(kits, min(wanted, label.count))
    return sorted(chosen) if len(chosen) == 2 * pairs else None


def _opened(
    connection: Connection, key: VaultKey, site: str, label: Label, state: KitState
) -> defaultdict[str, list[str]]:
    """The numbers of the kits with a label in a state, by arm."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    group = [site, label.expiry, label.lot, label.shipment, state.value]
    rows = connection.execute(_SEALED, group).fetchall()
    for kit_list, KITNO, sealed in rows:
        found[open_kit(sealed, key.private, list_id=kit_list, KITNO=KITNO).arm].append(KITNO)
    return found
