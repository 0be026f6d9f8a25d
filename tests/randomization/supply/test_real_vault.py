"""The real vault process: shipments and reports are answered by it, as the pages need them."""

import uuid
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from randomization.models import KitReport, Shipment
from randomization.supply import contents
from randomization.supply.actions import order_shipment
from randomization.supply.states import ShipmentState
from randomization.vault.database import Connection
from randomization.vault.keys import load
from randomization.vault.kits_packing import Pack
from tests.randomization.processes import running_vault, wait_until
from tests.randomization.supply.factories import EARLY, load_kits, person, signs
from trialsite.accounts.models import Role, Site


@pytest.mark.req("O3", "B6")
def test_the_vault_prepares_a_shipment_and_answers_the_pharmacist(
    vault_db: Connection, key_file: Path, broker: str, site: Site
) -> None:
    kits = load_kits(vault_db, load(key_file), Pack("01", "A1", EARLY, 3))
    pharmacist, key = person(Role.PHARMACIST), PrivateKey.generate()
    shipment = order_shipment(by=pharmacist, site=site, pairs=2)
    report = contents.ask(by=pharmacist, key=key, report_id=uuid.uuid4(), password=signs)
    with running_vault(key_file, broker):
        wait_until(
            lambda: Shipment.objects.filter(pk=shipment.pk, state=ShipmentState.PREPARED).exists(),
            "the shipment",
        )
        wait_until(
            lambda: KitReport.objects.filter(pk=report.pk, answered_at__isnull=False).exists(), "the report"
        )
    shown = contents.show(by=pharmacist, report=report, key=key)
    assert {kit.KITNO: arm for kit, arm in shown.kits} == {kit.KITNO: kit.arm for kit in kits}
