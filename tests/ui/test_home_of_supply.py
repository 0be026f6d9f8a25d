"""The first page of the pharmacist and of the statistician: lists, shipments, kits set aside, approvals."""

from datetime import UTC, datetime

import pytest
from nacl.public import PrivateKey

from randomization import kit_list_file
from randomization.list_actions import confirm, hand_in
from randomization.list_states import ListKind, ListState
from randomization.supply.actions import (
    Temperature,
    decide_quarantine,
    order_shipment,
    receive_shipment,
    send_shipment,
)
from randomization.supply.models import Quarantine
from randomization.unblinding.final_actions import approve_unblinding, ask_final_unblinding
from randomization.vault import kits_loading, kits_shipping
from randomization.vault.database import Connection
from randomization.vault.handed_in import load_confirmed
from randomization.vault.keys import VaultKey
from randomization.vault.kits_packing import Pack, draw
from tests.randomization.supply.factories import LATE, sealed_list, signs
from tests.screening.factories import Cast
from trialsite import clock, protocol
from trialsite.accounts.models import User
from trialsite.crf.study_lock import lock_study
from trialsite.home.queue import Queue, scope_of
from trialsite.home.work import work_of

TODAY = datetime(2026, 3, 16, 4, tzinfo=UTC)
TOO_WARM = Temperature(protocol.KIT_TEMPERATURE[0], protocol.KIT_TEMPERATURE[1] + 5)


def queue(user: User, title: str) -> Queue:
    return next(each for each in work_of(scope_of(user)) if each.title == title)


def words(user: User, title: str) -> list[str]:
    return [item.word for item in queue(user, title).items]


@pytest.mark.req("B5", "C1")
def test_kits_go_from_the_list_to_the_site_over_the_first_pages(
    vault_db: Connection, owner: Connection, cast: Cast
) -> None:
    key, pharmacist, statistician = VaultKey(PrivateKey.generate()), cast.pharmacist, cast.statistician
    with clock.set_to(TODAY):
        kits = draw([Pack("01", "A1", LATE, 4)], protocol.ARMS)
        content = kit_list_file.write(sealed_list(kits, key.public, pharmacist.username)).encode()
        made = hand_in(by=pharmacist, kind=ListKind.KITS, content=content, password=signs)
        assert words(pharmacist, "Lists to load") == ["Tell the commitment"]
        assert words(statistician, "Lists to load") == ["Confirm"]
        confirm(by=statistician, handed_in=made, commitment=made.commitment, password=signs)
        assert queue(statistician, "Lists to load").count == 0
        assert load_confirmed(vault_db, key) is ListState.LOADED

        shipment = order_shipment(by=cast.coordinator, site=cast.site, pairs=2)
        kits_shipping.prepare(vault_db, key, shipment.pk)
        (item,) = queue(pharmacist, "Shipments to send").items
        assert item.url.endswith(f"/shipments/{shipment.pk}/")
        send_shipment(by=pharmacist, shipment=shipment, password=signs)
        assert queue(pharmacist, "Shipments to send").count == 0
        assert words(cast.coordinator, "Shipments under way") == ["Receive"]
        receive_shipment(
            by=cast.coordinator,
            shipment=shipment,
            missing=(),
            damaged=(),
            temperature=TOO_WARM,
            password=signs,
        )
        assert queue(cast.coordinator, "Shipments under way").count == 0
        (item,) = queue(pharmacist, "Kits set aside").items
        assert item.note.startswith("4 kits since")
        decide_quarantine(
            by=pharmacist,
            quarantine=Quarantine.objects.get(),
            decision=Quarantine.Decision.RELEASE,
            reason="The maker says that they may be used",
            password=signs,
        )
        assert queue(pharmacist, "Kits set aside").count == 0

        kits_loading.check_loaded(vault_db)
        assert queue(statistician, "Changed lists").count == 0
        owner.execute("UPDATE randomization_kit SET lot = 'B2'")
        kits_loading.check_loaded(vault_db)
        for person in (pharmacist, statistician):
            assert words(person, "Changed lists") == ["Not the one that was loaded"]


@pytest.mark.req("U5")
def test_the_final_unblinding_waits_on_the_first_page_of_who_has_not_signed(
    transactional_db: None, cast: Cast
) -> None:
    people = (cast.statistician, cast.data_manager)
    assert [queue(each, "Final unblinding").count for each in people] == [0, 0]
    lock_study(by=cast.data_manager, reason="All is clean", password=signs)
    ask_final_unblinding(by=cast.data_manager, reason="The analysis begins", password=signs)
    assert words(cast.statistician, "Final unblinding") == ["Approve, or not"]
    assert words(cast.data_manager, "Final unblinding") == ["Waits for the other hand"]
    approve_unblinding(by=cast.statistician, password=signs)
    assert [queue(each, "Final unblinding").count for each in people] == [0, 0]
