"""The page of the kit lists: two people, as for the allocation list, and as many lists as lots are packed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from nacl.public import PrivateKey

from randomization import kit_list_file
from randomization.list_models import HandedInList
from randomization.list_states import ListKind, ListState
from randomization.supply.models import Kit, KitMove
from randomization.vault import kits_loading
from randomization.vault.database import Connection
from randomization.vault.handed_in import load_confirmed
from randomization.vault.keys import VaultKey
from randomization.vault.kits_packing import Pack, draw
from tests.randomization.factories import make_person
from tests.randomization.lists.conftest import PASSWORD, statistician
from tests.randomization.lists.test_list_pages import sign_in
from tests.randomization.supply.factories import LATE, sealed_list
from trialsite import protocol
from trialsite.accounts import actions
from trialsite.accounts.models import Role, Site, User

PAGE = "/kit-lists/"
UNPROCESSABLE, NOT_FOUND = 422, 404


@pytest.fixture
def packer(site: Site) -> User:
    """The pharmacist who fills the kits, and makes their list."""
    user = actions.add_person(
        by="system:tests", username="packer", full_name="Packer", email="packer@example.org"
    )
    actions.give_role(by="system:tests", user=user, role=Role.PHARMACIST, site=None)
    actions.set_password(by="system:tests", user=user, password=PASSWORD)
    return user


@pytest.fixture
def key() -> VaultKey:
    """The vault's key."""
    return VaultKey(PrivateKey.generate())


def packed(
    key: VaultKey, *, site: str = "01", maker: str = "packer", lot: str = "A1", short: int = 0
) -> bytes:
    """The content of a sealed file of six pairs, without the first `short` kits."""
    kits = draw([Pack(site, lot, LATE, 6)], protocol.ARMS)[short:]
    return kit_list_file.write(sealed_list(kits, key.public, maker)).encode()


def hand_in(client: Client, content: bytes, password: str = PASSWORD) -> Any:
    given = {"file": SimpleUploadedFile("kits.sealed", content), "password": password}
    return client.post(f"{PAGE}hand-in/", given, follow=True)


def confirm(client: Client, told: str = "", name: str = "confirm_kits") -> Any:
    handed_in = HandedInList.objects.get(state=ListState.HANDED_IN)
    given = {"commitment": handed_in.commitment, "told": told or handed_in.commitment[:8]}
    url = reverse(f"randomization:{name}", kwargs={"pk": handed_in.pk})
    return client.post(url, given | {"password": PASSWORD}, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.req("B5", "C8", "A1")
def test_two_people_load_one_kit_list_after_the_other(
    vault_db: Connection, packer: User, loader: User, key: VaultKey
) -> None:
    first, second = sign_in(packer), sign_in(loader)
    assert "No kit list is loaded" in text(first.get(PAGE))
    for place, lot in enumerate(("A1", "B2"), start=1):
        content = packed(key, lot=lot)
        shown = text(hand_in(first, content))
        assert "Pairs of kits, site 01" in shown
        assert kit_list_file.read(content).commitment in shown
        assert "Confirm and load" not in shown
        assert "Waits for the vault" in text(confirm(second))
        assert load_confirmed(vault_db, key) is ListState.LOADED
        part = second.get(PAGE, headers={"HX-Request": "true"})
        assert text(part).count("Not checked yet") == 1
        kits_loading.check_loaded(vault_db)
        assert text(second.get(PAGE)).count("Unchanged") == place
        assert not any(arm.lower() in text(part).lower() for arm in protocol.ARMS)
    assert Kit.objects.count() == KitMove.objects.filter(verb="LOAD").count() == 24
    assert set(HandedInList.objects.values_list("kind", "content")) == {(ListKind.KITS, "")}


@pytest.mark.req("B5", "E3", "C8")
def test_what_hinders_is_said_where_it_stands_and_nothing_is_kept(
    vault_db: Connection, packer: User, loader: User, key: VaultKey, sealed: bytes
) -> None:
    client = sign_in(packer)
    for content, password, says in (
        (packed(key), "wrong", "not your password"),
        (packed(key, maker="loader"), PASSWORD, "you are packer"),
        (packed(key, site="77"), PASSWORD, "no site 77"),
        (packed(key).replace(b'"A1"', b'"A2"'), PASSWORD, "changed after it was sealed"),
        (sealed, PASSWORD, "not in the format"),
    ):
        answer = hand_in(client, content, password)
        assert (answer.status_code, says in text(answer)) == (UNPROCESSABLE, True), says
    assert not HandedInList.objects.exists()
    hand_in(client, packed(key))
    assert "handed in already" in text(hand_in(client, packed(key, lot="B2")))
    assert "Somebody else loads it" in text(confirm(client))
    assert "not the list that was made" in text(confirm(sign_in(loader), told="0" * 8))
    assert HandedInList.objects.get().state == ListState.HANDED_IN


@pytest.mark.req("B5", "L5")
def test_what_only_the_vault_can_see_is_refused_without_saying_what_it_saw(
    vault_db: Connection, packer: User, loader: User, key: VaultKey
) -> None:
    first, second = sign_in(packer), sign_in(loader)
    hand_in(first, packed(key, short=1))
    confirm(second)
    assert load_confirmed(vault_db, key) is ListState.REFUSED
    shown = text(second.get(PAGE))
    assert "do not come in pairs" in shown
    assert not any(arm.lower() in shown.lower() for arm in protocol.ARMS)
    assert not Kit.objects.exists()
    content = packed(key)
    hand_in(first, content)
    confirm(second)
    load_confirmed(vault_db, key)
    assert "a number is used once" in text(hand_in(first, content))


@pytest.mark.req("B5", "C1")
def test_a_kit_list_is_not_confirmed_or_withdrawn_where_the_allocation_list_is(
    vault_db: Connection, packer: User, loader: User, key: VaultKey
) -> None:
    hand_in(sign_in(packer), packed(key))
    assert confirm(sign_in(loader), name="confirm_list").status_code == NOT_FOUND
    assert confirm(sign_in(loader), name="withdraw_list").status_code == NOT_FOUND
    assert "is withdrawn" in text(confirm(sign_in(loader), name="withdraw_kits"))


@pytest.mark.req("A5", "B5")
def test_the_page_raises_the_alarm_when_a_loaded_label_was_changed(
    vault_db: Connection, owner: Connection, packer: User, key: VaultKey
) -> None:
    statistician("second")
    hand_in(sign_in(packer), packed(key))
    confirm(sign_in(User.objects.get(username="second")))
    load_confirmed(vault_db, key)
    owner.execute("UPDATE randomization_kit SET lot = 'B2'")
    kits_loading.check_loaded(vault_db)
    assert "Changed: call the person who runs the system" in text(sign_in(packer).get(PAGE))


@pytest.mark.req("C1", "B4")
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.STATISTICIAN, Role.PHARMACIST)])
def test_nobody_else_sees_the_page(vault_db: Connection, role: Role) -> None:
    assert sign_in(make_person(role, None)).get(PAGE).status_code == 403
