"""Shipments, receipts, setting aside, returning, destroying: by whom, and what becomes of the kits."""

from decimal import Decimal

import pytest

from randomization.models import Kit, KitMove, Shipment
from randomization.supply import actions
from randomization.supply.actions import Temperature
from randomization.supply.ledger import MEANINGS, SupplyRefused
from randomization.supply.models import Quarantine
from randomization.supply.states import KitState, ShipmentState, Verb
from randomization.supply.stock import stock_of
from randomization.vault import kits_shipping
from randomization.vault.database import Connection
from randomization.vault.kits_packing import Pack
from tests.randomization import factories
from tests.randomization.supply.conftest import Stocked
from tests.randomization.supply.factories import COOL, EARLY, LATE, load_kits, person, receive, ship, signs
from trialsite import clock, protocol
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.audit.context import acting

WARM = Temperature(Decimal("3.0"), Decimal("12.5"))


def states(site: Site) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Kit.objects.filter(site=site).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


@pytest.mark.req("L5")
def test_a_shipment_holds_pairs_of_the_earliest_expiry_first(
    vault_db: Connection, listed: factories.OpenList, site: Site
) -> None:
    kits = load_kits(vault_db, listed.key, Pack("01", "B2", LATE, 5), Pack("01", "A1", EARLY, 3))
    arms = {kit.KITNO: (kit.lot, kit.arm) for kit in kits}
    shipment = ship(vault_db, listed.key, site, 4)
    found = sorted(arms[KITNO] for KITNO in shipment.kits.values_list("KITNO", flat=True))
    one, other = sorted(protocol.ARMS)
    assert found == [*[("A1", one)] * 3, *[("A1", other)] * 3, ("B2", one), ("B2", other)]
    assert states(site) == {"SENT": 8, "PACKED": 8}


@pytest.mark.req("L5")
def test_more_pairs_than_the_depot_has_are_refused_when_ordered_and_by_the_vault(
    vault_db: Connection, listed: factories.OpenList, site: Site
) -> None:
    load_kits(vault_db, listed.key, Pack("01", "A1", EARLY, 3))
    by = person(Role.COORDINATOR, site)
    with pytest.raises(SupplyRefused, match="has 3 pairs"):
        actions.order_shipment(by=by, site=site, pairs=4)
    actions.order_shipment(by=by, site=site, pairs=2)
    with pytest.raises(SupplyRefused, match="has 1 pairs"):
        actions.order_shipment(by=by, site=site, pairs=2)  # the first order counts before it is prepared
    with acting(by):
        late = Shipment.objects.create(site=site, pairs=9, ordered_by=by, ordered_at=clock.now())
    assert kits_shipping.prepare_waiting(vault_db, listed.key) == 2
    late.refresh_from_db()
    assert late.state == ShipmentState.REFUSED
    assert states(site) == {"ALLOTTED": 4, "PACKED": 2}


@pytest.mark.req("E1")
def test_each_kit_of_a_receipt_is_signed_for_as_it_arrived(
    vault_db: Connection, listed: factories.OpenList, site: Site
) -> None:
    load_kits(vault_db, listed.key, Pack("01", "A1", EARLY, 3))
    shipment = ship(vault_db, listed.key, site, 3)
    missing, damaged, *_ = sorted(shipment.kits.values_list("KITNO", flat=True))
    by = person(Role.COORDINATOR, site)
    actions.receive_shipment(
        by=by, shipment=shipment, missing=[missing], damaged=[damaged], temperature=COOL, password=signs
    )
    assert states(site) == {"MISSING": 1, "QUARANTINED": 1, "STOCKED": 4}
    assert stock_of(site, clock.today(site.time_zone)).doses == 1  # two kits of three pairs are gone
    line = KitMove.objects.get(kit=missing, verb=Verb.MISS)
    assert (line.by, line.meaning) == (by.username, MEANINGS[Verb.MISS])


@pytest.mark.req("L5")
def test_a_shipment_that_was_too_warm_is_set_aside_and_decided_about_as_a_whole(
    vault_db: Connection, listed: factories.OpenList, site: Site
) -> None:
    load_kits(vault_db, listed.key, Pack("01", "A1", EARLY, 3))
    shipment = ship(vault_db, listed.key, site, 3)
    by, pharmacist = person(Role.COORDINATOR, site), person(Role.PHARMACIST)
    actions.receive_shipment(
        by=by, shipment=shipment, missing=(), damaged=(), temperature=WARM, password=signs
    )
    quarantine = Quarantine.objects.get()
    assert states(site) == {"QUARANTINED": 6}
    assert (quarantine.cause, quarantine.highest) == ("TEMPERATURE", Decimal("12.5"))
    with pytest.raises(NotAllowed):
        decide(by, quarantine)
    decide(pharmacist, quarantine)
    assert states(site) == {"STOCKED": 6}
    with pytest.raises(SupplyRefused, match="decided already"):
        decide(pharmacist, quarantine)


def decide(by: User, quarantine: Quarantine) -> None:
    actions.decide_quarantine(
        by=by, quarantine=quarantine, decision="RELEASE", reason="Stability data", password=signs
    )


def test_kits_are_set_aside_rejected_returned_and_destroyed(stocked: Stocked, site: Site) -> None:
    apart, back, *_ = (kit.KITNO for kit in stocked(3))
    by, pharmacist = person(Role.COORDINATOR, site), person(Role.PHARMACIST)
    quarantine = actions.quarantine_kits(
        by=by, site=site, kits=[apart], cause="DAMAGE", details="Dropped", temperature=None, password=signs
    )
    actions.decide_quarantine(
        by=pharmacist, quarantine=quarantine, decision="REJECT", reason="Vial cracked", password=signs
    )
    actions.return_kits(by=by, site=site, kits=[back, apart], reason="Not used", password=signs)
    with pytest.raises(NotAllowed):
        actions.destroy_kits(by=by, site=site, kits=[back], reason="Expired", password=signs)
    actions.destroy_kits(by=pharmacist, site=site, kits=[back, apart], reason="Expired", password=signs)
    assert states(site) == {"DESTROYED": 2, "STOCKED": 4}
    verbs = KitMove.objects.filter(kit=apart).order_by("at").values_list("verb", flat=True)
    assert list(verbs) == ["LOAD", "ALLOT", "SEND", "RECEIVE", "QUARANTINE", "REJECT", "RETURN", "DESTROY"]


@pytest.mark.req("E3", "P1")
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kits": []}, "at least one"),
        ({"kits": ["K0000000"]}, "cannot be returned"),
        ({"reason": " "}, "Say why"),
        ({"reason": "MRN 123456"}, "record number"),
    ],
)
def test_what_is_not_in_order_is_refused_and_nothing_is_done(
    stocked: Stocked, site: Site, change: dict[str, object], says: str
) -> None:
    KITNO = stocked(1)[0].KITNO
    given = {"kits": [KITNO], "reason": "Broken seal"} | change
    with pytest.raises(SupplyRefused, match=says):
        actions.return_kits(
            by=person(Role.COORDINATOR, site),
            site=site,
            password=signs,
            **given,  # type: ignore[arg-type]
        )
    assert states(site) == {"STOCKED": 2}


@pytest.mark.req("E3")
def test_without_the_password_nothing_is_moved(
    vault_db: Connection, listed: factories.OpenList, site: Site
) -> None:
    def wrong(by: User) -> None:
        raise PasswordRefused("no")

    load_kits(vault_db, listed.key, Pack("01", "A1", EARLY, 1))
    shipment = ship(vault_db, listed.key, site, 1)
    with pytest.raises(PasswordRefused):
        actions.receive_shipment(
            by=person(Role.COORDINATOR, site),
            shipment=shipment,
            missing=(),
            damaged=(),
            temperature=COOL,
            password=wrong,
        )
    assert states(site) == {"SENT": 2}


def test_a_shipment_is_received_once(vault_db: Connection, listed: factories.OpenList, site: Site) -> None:
    load_kits(vault_db, listed.key, Pack("01", "A1", EARLY, 1))
    shipment = receive(ship(vault_db, listed.key, site, 1))
    with pytest.raises(SupplyRefused, match="received"):
        receive(shipment)


@pytest.mark.req("L5")
def test_the_warning_of_low_stock_counts_totals(stocked: Stocked, site: Site) -> None:
    today = clock.today(site.time_zone)
    assert stock_of(site, today).low
    kits = stocked(protocol.LOW_STOCK_DOSES)
    assert not stock_of(site, today).low
    actions.return_kits(
        by=person(Role.COORDINATOR, site),
        site=site,
        kits=[kits[0].KITNO],
        reason="Broken seal",
        password=signs,
    )
    assert stock_of(site, today).low  # one kit is gone, whichever it was
    assert KitState.RETURNED in states(site)
