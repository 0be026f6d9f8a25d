"""Handing in, confirming and loading a list: two people, once, and what the vault makes of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from randomization import list_actions
from randomization.list_file import ListProblem, commitment_of, read, write
from randomization.list_models import HandedInList
from randomization.list_states import LIST_MOVES, LIST_MOVES_OF_THE_VAULT, NOT_HANDED_IN, ListKind, ListState
from randomization.vault import keys, sealed_list
from randomization.vault.database import Connection
from randomization.vault.handed_in import load_confirmed
from randomization.vault.loading import check_loaded
from randomization.vault.origin import unseal
from tests.randomization.factories import load_list, make_person, tampering
from tests.randomization.lists.conftest import commitment_in, sealed_file
from tests.randomization.processes import running_vault, wait_until
from trialsite import protocol
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.audit.events import events

LISTS = "randomization_handedinlist"


def right(by: User) -> None:
    """A password that was right."""


def wrong(by: User) -> None:
    raise PasswordRefused("This is not your password.")


@pytest.fixture
def handed_in(vault_db: Connection, maker: User, sealed: bytes) -> HandedInList:
    return list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=sealed, password=right)


def confirm(handed_in: HandedInList, by: User) -> HandedInList:
    return list_actions.confirm(by=by, handed_in=handed_in, commitment=handed_in.commitment, password=right)


@pytest.mark.req("B5", "C8")
def test_two_people_load_a_list_and_the_vault_keeps_it(
    vault_db: Connection, handed_in: HandedInList, loader: User, key_file: Path, sealed: bytes
) -> None:
    assert (handed_in.state, handed_in.counts) == (ListState.HANDED_IN, read(sealed).per_stratum())
    assert load_confirmed(vault_db, keys.load(key_file)) is None
    confirm(handed_in, loader)
    assert load_confirmed(vault_db, keys.load(key_file)) is ListState.LOADED
    assert load_confirmed(vault_db, keys.load(key_file)) is None
    row = vault_db.execute("SELECT commitment, maker, loader FROM vault.list").fetchone()
    assert row == (commitment_in(sealed), "maker", "loader")
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.content) == (ListState.LOADED, "")
    event = list_actions.loaded()
    assert event
    assert (event.details["commitment"], event.details["loader"]) == (commitment_in(sealed), "loader")
    with pytest.raises(ListProblem, match="loaded already"):
        list_actions.hand_in(
            by=handed_in.handed_in_by, kind=ListKind.ALLOCATION, content=sealed, password=right
        )


@pytest.mark.req("B5", "C8")
def test_the_maker_cannot_confirm_and_nobody_hands_in_what_another_made(
    handed_in: HandedInList, maker: User, loader: User, key_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(ListProblem, match="Somebody else loads it"):
        confirm(handed_in, maker)
    list_actions.withdraw(by=maker, handed_in=handed_in)
    of_loader = sealed_file(key_file, tmp_path / "other.sealed", maker="loader").read_bytes()
    with pytest.raises(ListProblem, match="Only its maker hands it in; you are maker"):
        list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=of_loader, password=right)


@pytest.mark.req("B5", "C8")
def test_the_database_refuses_that_the_maker_loads(
    handed_in: HandedInList, maker: User, loader: User, web_db: psycopg.Connection[Any]
) -> None:
    for person, name in ((maker, "loader"), (loader, "maker")):
        values = "state = 'CONFIRMED', confirmed_by_id = %s, confirmed_at = now(), loader = %s"
        with pytest.raises(errors.CheckViolation):
            update(web_db, values, person.pk, name)


def update(connection: psycopg.Connection[Any], values: str, *given: object) -> None:
    with connection.transaction():
        connection.execute("SELECT set_config('edc.actor', 'system:tests', true)")
        connection.execute(f"UPDATE {LISTS} SET {values}", given)


@pytest.mark.req("C1", "E3")
def test_only_statisticians_with_their_password_hand_in_and_confirm(
    vault_db: Connection, maker: User, loader: User, sealed: bytes
) -> None:
    pharmacist = make_person(Role.PHARMACIST, None)
    with pytest.raises(NotAllowed):
        list_actions.hand_in(by=pharmacist, kind=ListKind.ALLOCATION, content=sealed, password=right)
    with pytest.raises(PasswordRefused):
        list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=sealed, password=wrong)
    assert not HandedInList.objects.exists()
    kept = list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=sealed, password=right)
    with pytest.raises(NotAllowed):
        confirm(kept, pharmacist)
    with pytest.raises(NotAllowed):
        list_actions.withdraw(by=pharmacist, handed_in=kept)
    with pytest.raises(PasswordRefused):
        list_actions.confirm(by=loader, handed_in=kept, commitment=kept.commitment, password=wrong)
    with pytest.raises(ListProblem, match="not the one of the page"):
        list_actions.confirm(by=loader, handed_in=kept, commitment="0" * 64, password=right)
    assert HandedInList.objects.get().state == ListState.HANDED_IN


@pytest.mark.req("B5")
def test_a_second_list_is_refused_at_every_point(
    vault_db: Connection, handed_in: HandedInList, maker: User, loader: User, key_file: Path, tmp_path: Path
) -> None:
    other = sealed_file(key_file, tmp_path / "other.sealed").read_bytes()
    with pytest.raises(ListProblem, match="handed in already"):
        list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=other, password=right)
    confirm(handed_in, loader)
    load_list(vault_db)  # somebody loads another one by the command, at this moment
    assert load_confirmed(vault_db, keys.load(key_file)) is ListState.REFUSED
    handed_in.refresh_from_db()
    assert "A list is loaded already" in handed_in.refusal
    with pytest.raises(ListProblem, match="loaded already"):
        list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=other, password=right)


def broken_inside(content: bytes, key: keys.VaultKey, change: str) -> bytes:
    """A list whose maker sealed something wrong, with everything on the outside as it should be."""
    outside = read(content)
    slots = sealed_list.open_list(outside, key)
    origin = unseal(outside.head.origin, key.private)
    if change == "number":
        slots[3] = replace(slots[3], RANDNO=slots[7].RANDNO)
    elif change == "arm":
        slots[0] = replace(slots[0], arm="WATER")
    made = sealed_list.seal(
        slots, origin, maker=outside.head.maker, made_at=outside.head.made_at, key=key.public
    )
    if change == "content":
        made = replace(made, head=replace(made.head, content="0" * 64))
    return write(made).encode()


@pytest.mark.req("B5")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("number", "a treatment number twice"),
        ("arm", "something else than an arm"),
        ("content", "its salted hash was published for"),
    ],
)
def test_what_only_the_vault_can_see_is_refused_by_the_vault_without_saying_what_it_saw(
    vault_db: Connection,
    maker: User,
    loader: User,
    sealed: bytes,
    key_file: Path,
    change: str,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    key = keys.load(key_file)
    content = broken_inside(sealed, key, change)
    handed_in = list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=content, password=right)
    confirm(handed_in, loader)
    assert load_confirmed(vault_db, key) is ListState.REFUSED
    handed_in.refresh_from_db()
    assert reason in handed_in.refusal
    assert vault_db.execute("SELECT count(*) FROM vault.slot").fetchone() == (0,)
    said = handed_in.refusal + caplog.text
    assert not any(word in said for word in (*protocol.ARMS, "WATER"))
    assert (
        list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=sealed, password=right).state
        == ListState.HANDED_IN
    )


@pytest.mark.req("B5")
def test_a_list_sealed_to_another_key_is_refused(
    vault_db: Connection, handed_in: HandedInList, loader: User, tmp_path: Path
) -> None:
    keys.make(tmp_path / "other.key")
    confirm(handed_in, loader)
    assert load_confirmed(vault_db, keys.load(tmp_path / "other.key")) is ListState.REFUSED
    handed_in.refresh_from_db()
    assert "another key" in handed_in.refusal


@pytest.mark.req("B5")
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[[[[" * 20_000])
def test_something_else_than_a_list_is_not_kept(maker: User, content: bytes) -> None:
    with pytest.raises(ListProblem):
        list_actions.hand_in(by=maker, kind=ListKind.ALLOCATION, content=content, password=right)
    assert not HandedInList.objects.exists()


@pytest.mark.req("B5")
@pytest.mark.parametrize("before", ListState)
def test_the_database_allows_the_moves_of_the_table_to_the_role_that_makes_them_and_no_other(
    before: ListState,
    vault_db: Connection,
    owner: Connection,
    web_db: psycopg.Connection[Any],
    handed_in: HandedInList,
    loader: User,
) -> None:
    if before != ListState.HANDED_IN:
        with tampering(owner, LISTS):
            values = "state = %s, confirmed_by_id = %s, confirmed_at = now(), loader = 'loader'"
            owner.execute(f"UPDATE {LISTS} SET {values}", [before, loader.pk])
    for after in ListState:
        for connection, of_vault in ((web_db, False), (vault_db, True)):
            allowed = any(
                start == before and end == after and (how in LIST_MOVES_OF_THE_VAULT) == of_vault
                for (start, how), end in LIST_MOVES.items()
                if start != NOT_HANDED_IN
            )
            assert moves(connection, handed_in, after, loader) == allowed, (before, after, of_vault)


def moves(connection: Connection, handed_in: HandedInList, after: ListState, loader: User) -> bool:
    """Whether a role may move the list there."""
    values = "state = %s" + (", content = ''" if after != ListState.CONFIRMED else "")
    given: list[object] = [after]
    if connection.info.user == "trial_web":
        values += ", confirmed_by_id = %s, confirmed_at = now(), loader = 'loader'"
        given.append(loader.pk)
    with connection.transaction(force_rollback=True):
        connection.execute("SELECT set_config('edc.actor', 'system:tests', true)")
        try:
            connection.execute(f"UPDATE {LISTS} SET {values} WHERE id = %s", [*given, handed_in.pk])
        except errors.IntegrityConstraintViolation:
            return False
    return True


@pytest.mark.req("B5")
def test_a_handed_in_list_is_never_swapped_or_removed(
    web_db: psycopg.Connection[Any], handed_in: HandedInList
) -> None:
    for change in ("commitment = repeat('0', 64)", "content = 'other'", "maker = 'other'", "counts = '{}'"):
        with pytest.raises(errors.IntegrityConstraintViolation):
            update(web_db, f"state = 'WITHDRAWN', {change}")
    with pytest.raises(errors.InsufficientPrivilege):
        web_db.execute(f"DELETE FROM {LISTS}")


@pytest.mark.req("B5", "A5")
def test_the_nightly_check_finds_a_list_that_was_changed_with_its_commitment_and_writes_an_event(
    vault_db: Connection, owner: Connection
) -> None:
    assert check_loaded(vault_db) is None
    made = load_list(vault_db)
    check = check_loaded(vault_db)
    assert check
    assert check.holds
    assert check.found == commitment_of(made.sealed)
    last = list_actions.last_check()
    assert last
    assert last.what == "list checked"
    with tampering(owner, "vault.slot"):
        owner.execute(
            "UPDATE vault.slot SET sealed = %s WHERE sequence = 2 AND stratum = 'ILD'", [bytes(117)]
        )
    check = check_loaded(vault_db)
    assert check
    assert not check.holds
    last, loaded = list_actions.last_check(), list_actions.loaded()
    assert last
    assert loaded
    assert last.what == "list differs"
    # Whoever changes the commitment too is found by the event of the loading.
    with tampering(owner, "vault.list"):
        owner.execute("UPDATE vault.list SET commitment = %s", [check.found])
    assert (check_loaded(vault_db) or check).holds
    newest = next(events(what="list checked"))
    assert newest.details["found"] != loaded.details["commitment"]


def test_the_running_vault_loads_a_confirmed_list_by_itself(
    vault_db: Connection, handed_in: HandedInList, loader: User, key_file: Path, broker: str
) -> None:
    with running_vault(key_file, broker):
        confirm(handed_in, loader)
        wait_until(lambda: HandedInList.objects.get().state == ListState.LOADED, "the loading of the list")
    assert list_actions.loaded() is not None
