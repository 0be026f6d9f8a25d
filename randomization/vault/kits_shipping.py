"""Preparing shipments: the vault picks the kits of each pair, so that nobody blinded has to know them."""

import logging
from uuid import UUID

from randomization.supply.states import ShipmentState, Verb
from randomization.vault.database import Connection, say_who
from randomization.vault.keys import VaultKey
from randomization.vault.kits_choosing import hold_site, pairs_at_depot

logger = logging.getLogger(__name__)


def prepare_waiting(connection: Connection, key: VaultKey) -> int:
    """Prepare or refuse every ordered shipment, oldest first; how many. One that fails stays ordered."""
    waiting = connection.execute(
        "SELECT id FROM randomization_shipment WHERE state = %s ORDER BY ordered_at, id",
        [ShipmentState.ORDERED.value],
    ).fetchall()
    done = 0
    for (shipment,) in waiting:
        try:
            done += prepare(connection, key, shipment) is not None
        except Exception as error:  # noqa: BLE001  whatever went wrong, its words must not reach a log
            logger.error("shipment %s stays ordered: %s", shipment, type(error).__name__)  # noqa: TRY400
    return done


def prepare(connection: Connection, key: VaultKey, shipment: UUID) -> ShipmentState | None:
    """Choose the kits of one shipment, in one transaction; None when it is not waiting.

    It is refused when the depot has fewer pairs for the site, which anybody can count.
    """
    with connection.transaction():
        say_who(connection)
        row = connection.execute(
            "SELECT site_id, pairs FROM randomization_shipment WHERE id = %s AND state = %s"
            " FOR NO KEY UPDATE",
            [shipment, ShipmentState.ORDERED.value],
        ).fetchone()
        if row is None:
            return None
        site, pairs = row
        hold_site(connection, site)
        chosen = pairs_at_depot(connection, key, site, pairs)
        state = ShipmentState.REFUSED if chosen is None else ShipmentState.PREPARED
        connection.execute(
            'INSERT INTO randomization_kitmove (id, "KITNO", verb, by, meaning, reason, start, "end",'
            " shipment_id) SELECT gen_random_uuid(), kitno, %s, '', '', '', '', '', %s"
            " FROM unnest(%s::text[]) AS chosen (kitno)",
            [Verb.ALLOT.value, shipment, chosen or []],
        )
        connection.execute(
            "UPDATE randomization_shipment SET state = %s, prepared_at = clock_timestamp() WHERE id = %s",
            [state.value, shipment],
        )
    return state
