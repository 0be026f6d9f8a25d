"""What is in the kits: to the pharmacist alone, from the vault, once."""

import json
import uuid

import pytest
from nacl.public import PrivateKey

from randomization.models import KitReport
from randomization.supply import contents
from randomization.supply.ledger import SupplyRefused
from randomization.vault import kits_report
from randomization.vault.database import Connection
from randomization.vault.kits_packing import Pack
from tests.randomization import factories
from tests.randomization.supply.conftest import Stocked
from tests.randomization.supply.factories import EARLY, load_kits, person, signs
from trialsite import protocol
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting
from trialsite.audit.events import events
from trialsite.clock import now

BLINDED = [role for role in Role if role not in (Role.PHARMACIST, Role.STATISTICIAN)]


def ask(by: User, key: PrivateKey) -> KitReport:
    return contents.ask(by=by, key=key, report_id=uuid.uuid4(), password=signs)


@pytest.mark.req("L21", "B6", "A6")
def test_the_pharmacist_sees_each_kit_once_and_the_database_never_holds_it_in_clear(
    vault_db: Connection, owner: Connection, stocked: Stocked, listed: factories.OpenList
) -> None:
    kits, key, by = stocked(5), PrivateKey.generate(), person(Role.PHARMACIST)
    report = ask(by, key)
    assert kits_report.answer_waiting(vault_db, listed.key) == 1
    report.refresh_from_db()
    sealed = bytes(report.answer or b"")
    with pytest.raises(SupplyRefused, match="only in the browser"):
        contents.show(by=by, report=report, key=PrivateKey.generate())
    opened = contents.show(by=by, report=report, key=key)
    assert {kit.KITNO: arm for kit, arm in opened.kits} == {kit.KITNO: kit.arm for kit in kits}
    assert sorted((site, arm) for site, arm, _ in opened.counts) == [
        ("01", arm) for arm in sorted(protocol.ARMS)
    ]
    assert [dict(counts)["In stock"] for _, _, counts in opened.counts] == [5, 5]
    with pytest.raises(SupplyRefused, match="shown already"):
        contents.show(by=by, report=report, key=key)
    report.refresh_from_db()
    assert report.answer is None
    said = owner.execute("SELECT string_agg(changes::text, '') FROM audit.history").fetchone()
    assert said
    assert sealed.hex() not in said[0]
    assert not any(arm in said[0] or arm.encode().hex() in said[0] for arm in protocol.ARMS)
    event = next(events(what="contents of kits disclosed"))
    assert event.details == {"report": str(report.pk), "sites": ["01"], "kits": 10}
    assert not any(arm in json.dumps(event.details) for arm in protocol.ARMS)


@pytest.mark.req("L16")
def test_an_answer_has_the_same_length_whatever_is_in_the_kits(
    vault_db: Connection, listed: factories.OpenList, site: Site
) -> None:
    by, lengths = person(Role.PHARMACIST), set()
    load_kits(vault_db, listed.key, Pack("01", "A1", EARLY, 40))
    for _ in range(3):
        report = ask(by, PrivateKey.generate())
        kits_report.answer_waiting(vault_db, listed.key)
        report.refresh_from_db()
        lengths.add(len(bytes(report.answer or b"")))
    assert len(lengths) == 1


@pytest.mark.req("C1", "B1")
@pytest.mark.parametrize("role", BLINDED)
def test_a_blinded_person_cannot_ask(site: Site, role: Role) -> None:
    with pytest.raises(NotAllowed):
        ask(person(role, site), PrivateKey.generate())


@pytest.mark.req("B1", "B6")
def test_the_vault_looks_itself_whether_the_person_is_a_pharmacist_of_those_sites_now(
    vault_db: Connection, stocked: Stocked, listed: factories.OpenList, site: Site
) -> None:
    stocked(1)
    by, key = person(Role.PHARMACIST, site), PrivateKey.generate()
    with acting("system:tests"):
        for asked_by, sites in ((person(Role.INVESTIGATOR, site), ["01"]), (by, ["01", "02"])):
            KitReport.objects.create(
                asked_by=asked_by, asked_at=now(), sites=sites, public_key=bytes(key.public_key)
            )
    report = ask(by, key)
    with acting("system:tests"):
        Membership.objects.filter(user=by).update(ended_at=now())
    assert kits_report.answer_waiting(vault_db, listed.key) == 0
    assert not KitReport.objects.filter(answered_at__isnull=False).exists()
    assert report.answer is None
