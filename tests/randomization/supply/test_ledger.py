"""The ledger moves the kits, and nobody else does: held by the database."""

from itertools import product
from typing import Any

import psycopg
import pytest
from psycopg import errors

from randomization.models import Kit, KitMove, Shipment
from randomization.supply import actions
from randomization.supply.ledger import SupplyRefused, move
from randomization.supply.models import Quarantine
from randomization.supply.states import (
    KIT_MOVES,
    NOT_LOADED,
    SHIPMENT_MOVES,
    VERBS_OF_THE_VAULT,
    KitState,
    ShipmentState,
    Verb,
)
from randomization.vault.database import Connection
from tests.randomization.supply.conftest import Stocked
from tests.randomization.supply.factories import person, signs
from trialsite.accounts.models import Role, Site
from trialsite.audit.context import acting
from trialsite.clock import now

INSERT = (
    'INSERT INTO randomization_kitmove (id, "KITNO", verb, by, meaning, reason, start, "end", shipment_id,'
    " quarantine_id, request_id) VALUES (gen_random_uuid(), %s, %s, '', '', '', '', '', %s, %s, NULL)"
)


@pytest.mark.req("A4", "B6")
def test_the_database_moves_a_kit_as_the_table_says_and_refuses_the_rest(
    owner: Connection,
    web_db: psycopg.Connection[Any],
    vault_db: Connection,
    stocked: Stocked,
    site: Site,
) -> None:
    KITNO = stocked(1)[0].KITNO
    shipment = Shipment.objects.get().pk
    with acting("system:tests"):
        quarantine = Quarantine.objects.create(
            site=site, cause="OTHER", details="x", begun_by=person(Role.COORDINATOR, site), begun_at=now()
        ).pk
    for connection, vault in ((web_db, False), (vault_db, True)):
        connection.execute("SELECT set_config('edc.actor', 'system:tests', false)")
        for start, verb in product(KitState, Verb):
            if verb in (Verb.LOAD, Verb.GIVE):
                continue  # tried where kits are loaded and given
            owner.execute(
                'UPDATE randomization_kit SET state = %s, quarantine_id = %s WHERE "KITNO" = %s',
                [start.value, quarantine, KITNO],
            )
            end = KIT_MOVES.get((start, verb)) if (verb in VERBS_OF_THE_VAULT) == vault else None
            try:
                with connection.transaction():
                    connection.execute(INSERT, [KITNO, verb.value, shipment, quarantine])
            except errors.IntegrityConstraintViolation:
                assert end is None, (start, verb, vault)
            else:
                assert end is not None, (start, verb, vault)
                assert Kit.objects.get(pk=KITNO).state == end


def test_the_table_begins_with_loading_and_every_state_is_reached() -> None:
    assert KIT_MOVES[NOT_LOADED, Verb.LOAD] == KitState.PACKED
    assert set(KIT_MOVES.values()) == set(KitState)
    assert {step.end for step in SHIPMENT_MOVES} == set(ShipmentState)


@pytest.mark.req("A4", "B6")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE randomization_kit SET state = 'STOCKED'",
        "DELETE FROM randomization_kit",
        "INSERT INTO randomization_kit SELECT * FROM randomization_kit",
        "UPDATE randomization_kitmove SET reason = ''",
        "DELETE FROM randomization_kitmove",
        "DELETE FROM randomization_shipment",
        "SELECT sealed FROM vault.sealed_kit",
        "SELECT FROM vault.kit_list",
    ],
)
def test_the_web_role_may_add_lines_and_nothing_else(
    web_db: psycopg.Connection[Any], stocked: Stocked, statement: str
) -> None:
    stocked(1)
    with pytest.raises(errors.InsufficientPrivilege):
        web_db.execute(statement)


@pytest.mark.req("B1", "L2")
def test_no_column_that_the_web_role_reads_tells_the_arms_apart(stocked: Stocked, owner: Connection) -> None:
    kits = stocked(20)
    arms = {kit.KITNO: kit.arm for kit in kits}
    rows = Kit.objects.values("lot", "expiry", "site", "state", "shipment", "quarantine")
    assert len({tuple(row.values()) for row in rows}) == 1
    moves = KitMove.objects.exclude(verb=Verb.LOAD).order_by("verb", "at").values_list("verb", "kit_id")
    for verb in (Verb.ALLOT, Verb.SEND, Verb.RECEIVE):
        order = [KITNO for found, KITNO in moves if found == verb]
        assert order == sorted(arms)  # by number, which says nothing


def test_a_kit_that_somebody_else_has_moved_meanwhile_is_refused_and_nothing_is_done(
    stocked: Stocked, site: Site
) -> None:
    one, other = (kit.KITNO for kit in stocked(1))
    by = person(Role.COORDINATOR, site)
    actions.return_kits(by=by, site=site, kits=[one], reason="Broken seal", password=signs)
    with acting(by), pytest.raises(SupplyRefused, match="somebody else"):
        move([one, other], Verb.RETURN)
    assert Kit.objects.get(pk=other).state == KitState.STOCKED


@pytest.mark.req("A1", "A3")
def test_history_has_the_kit_and_its_person(stocked: Stocked, site: Site, owner: Connection) -> None:
    KITNO = stocked(1)[0].KITNO
    by = person(Role.COORDINATOR, site)
    actions.return_kits(by=by, site=site, kits=[KITNO], reason="Broken seal", password=signs)
    rows = owner.execute(
        "SELECT actor, role, reason, changes -> 'state' ->> 1 FROM audit.history"
        " WHERE \"table\" = 'randomization_kit' AND row_id = %s ORDER BY id DESC LIMIT 1",
        [KITNO],
    ).fetchall()
    assert rows == [(by.username, "COORDINATOR", "Broken seal", "RETURNED")]
