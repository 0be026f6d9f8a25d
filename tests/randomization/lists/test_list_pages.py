"""The page of the allocation list, as the two statisticians get it in a browser."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from randomization import list_forms
from randomization.list_models import HandedInList
from randomization.list_states import ListState
from randomization.vault import keys
from randomization.vault.database import Connection
from randomization.vault.handed_in import load_confirmed
from randomization.vault.loading import check_loaded
from tests.randomization.factories import load_list, make_person, tampering
from tests.randomization.lists.conftest import PASSWORD, commitment_in
from trialsite import protocol
from trialsite.accounts.models import Role, User

UNPROCESSABLE = 422
PAGE = "/allocation-list/"


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def hand_in(client: Client, content: bytes, password: str = PASSWORD) -> Any:
    file = SimpleUploadedFile("list.sealed", content)
    return client.post(f"{PAGE}hand-in/", {"file": file, "password": password}, follow=True)


def confirm(client: Client, handed_in: HandedInList, told: str = "", password: str = PASSWORD) -> Any:
    given = {"commitment": handed_in.commitment, "told": told or handed_in.commitment[:8]}
    url = reverse("randomization:confirm_list", kwargs={"pk": handed_in.pk})
    return client.post(url, given | {"password": password}, follow=True)


@pytest.mark.req("B5", "C8")
def test_from_an_empty_page_to_a_loaded_list(
    vault_db: Connection, maker: User, loader: User, sealed: bytes, key_file: Path
) -> None:
    first, second = sign_in(maker), sign_in(loader)
    assert "No list yet" in first.get(PAGE).content.decode()
    text = hand_in(first, sealed).content.decode()
    assert commitment_in(sealed) in text
    assert "Places, ILD" in text
    assert "Confirm and load" not in text
    handed_in = HandedInList.objects.get()

    text = second.get(PAGE).content.decode()
    assert "Confirm and load" in text
    assert "Places, NOILD" in text
    text = confirm(second, handed_in).content.decode()
    assert "Waits for the vault" in text
    assert 'hx-trigger="load delay:300ms, every 1s"' in text
    load_confirmed(vault_db, keys.load(key_file))
    part = second.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert "hx-trigger" not in part
    assert "Loaded" in part
    assert commitment_in(sealed) in part
    assert not any(arm.lower() in part.lower() for arm in protocol.ARMS)


@pytest.mark.req("B5", "E3")
def test_what_hinders_is_said_where_it_stands_and_nothing_is_kept(
    vault_db: Connection, maker: User, loader: User, sealed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content, password, says in (
        (sealed, "wrong", "not your password"),
        (sealed.replace(b'"NOILD", 1,', b'"NOILD", 2,'), PASSWORD, "changed after it was sealed"),
        (b"no list", PASSWORD, "not a sealed list"),
        (b"", PASSWORD, "This file is empty"),
    ):
        answer = hand_in(sign_in(maker), content, password)
        assert (answer.status_code, says in answer.content.decode()) == (UNPROCESSABLE, True)
    assert "you are loader" in hand_in(sign_in(loader), sealed).content.decode()
    monkeypatch.setattr(list_forms, "LARGEST_FILE", 1024)
    assert "this file is larger" in hand_in(sign_in(maker), sealed).content.decode()
    assert not HandedInList.objects.exists()


@pytest.mark.req("B5", "E3")
def test_the_second_person_needs_the_commitment_and_the_password(
    vault_db: Connection, maker: User, loader: User, sealed: bytes
) -> None:
    hand_in(sign_in(maker), sealed)
    handed_in = HandedInList.objects.get()
    for told, password, says in (
        (handed_in.commitment[:7], PASSWORD, "8 characters at least"),
        ("0" * 8, PASSWORD, "not the list that was made"),
        ("", "wrong", "not your password"),
    ):
        answer = confirm(sign_in(loader), handed_in, told, password)
        assert (answer.status_code, says in answer.content.decode()) == (UNPROCESSABLE, True)
    assert "Somebody else loads it" in confirm(sign_in(maker), handed_in).content.decode()
    assert HandedInList.objects.get().state == ListState.HANDED_IN


@pytest.mark.req("B5")
def test_a_withdrawn_list_makes_room_for_another(
    vault_db: Connection, maker: User, loader: User, sealed: bytes
) -> None:
    hand_in(sign_in(maker), sealed)
    handed_in = HandedInList.objects.get()
    url = reverse("randomization:withdraw_list", kwargs={"pk": handed_in.pk})
    assert "is withdrawn" in sign_in(loader).post(url, follow=True).content.decode()
    assert "It is: withdrawn" in sign_in(loader).post(url, follow=True).content.decode()
    handed_in.refresh_from_db()
    assert handed_in.content == ""
    assert "is handed in" in hand_in(sign_in(maker), sealed).content.decode()


@pytest.mark.req("B5", "A5")
def test_the_page_raises_the_alarm_when_the_loaded_list_was_changed(
    vault_db: Connection, owner: Connection, maker: User
) -> None:
    load_list(vault_db)
    assert "Not checked yet" in sign_in(maker).get(PAGE).content.decode()
    check_loaded(vault_db)
    assert "Unchanged" in sign_in(maker).get(PAGE).content.decode()
    with tampering(owner, "vault.slot"):
        owner.execute(
            "UPDATE vault.slot SET sealed = %s WHERE sequence = 1 AND stratum = 'ILD'", [bytes(117)]
        )
    check_loaded(vault_db)
    assert "is not the one that was loaded" in sign_in(maker).get(PAGE).content.decode()


@pytest.mark.req("C1", "B4")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.STATISTICIAN])
def test_nobody_else_sees_the_page(vault_db: Connection, role: Role) -> None:
    assert sign_in(make_person(role, None)).get(PAGE).status_code == 403


def test_the_page_takes_as_many_queries_for_many_lists_as_for_one(
    vault_db: Connection, maker: User, sealed: bytes
) -> None:
    client, counts = sign_in(maker), []
    for _ in range(3):
        hand_in(client, sealed)
        url = reverse("randomization:withdraw_list", kwargs={"pk": HandedInList.objects.all()[0].pk})
        client.post(url)
        client.get(PAGE)  # takes the message away
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert len(set(counts)) == 1
