"""Sealed rows: equal arms do not look equal, rows do not open in another place, nothing prints itself."""

import copy
import pickle
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from randomization.vault import keys
from randomization.vault.sealing import (
    SEALED_LENGTH,
    Kit,
    SealBroken,
    Slot,
    open_kit,
    open_slot,
    seal_kit,
    seal_slot,
)
from trialsite import protocol

PRIVATE = PrivateKey.generate()
KEY = PRIVATE.public_key
LIST_ID = uuid.uuid4()
SLOT = Slot(LIST_ID, "ILD", 7, "R12345", protocol.ARMS[0])
KIT = Kit(LIST_ID, "K54321", protocol.ARMS[1])


def test_a_slot_opens_to_what_was_sealed() -> None:
    sealed = seal_slot(SLOT, KEY)
    assert open_slot(sealed, PRIVATE, list_id=LIST_ID, stratum="ILD", sequence=7) == SLOT


def test_a_kit_opens_to_what_was_sealed() -> None:
    sealed = seal_kit(KIT, KEY)
    assert open_kit(sealed, PRIVATE, list_id=LIST_ID, KITNO="K54321") == KIT


@pytest.mark.req("B6", "L15")
def test_sealing_the_same_row_twice_gives_different_ciphertexts_of_one_length() -> None:
    rows = [seal_slot(replace(SLOT, arm=arm), KEY) for arm in protocol.ARMS for _ in range(50)]
    rows += [seal_kit(replace(KIT, arm=arm), KEY) for arm in protocol.ARMS for _ in range(50)]
    rows.append(seal_slot(replace(SLOT, stratum="STRATUM OF12", arm="X"), KEY))
    assert len(set(rows)) == len(rows)
    assert {len(row) for row in rows} == {SEALED_LENGTH}


@pytest.mark.req("B5", "L15")
@pytest.mark.parametrize(
    "place",
    [
        {"list_id": LIST_ID, "stratum": "ILD", "sequence": 8},
        {"list_id": LIST_ID, "stratum": "NOILD", "sequence": 7},
        {"list_id": uuid.uuid4(), "stratum": "ILD", "sequence": 7},
    ],
)
def test_a_slot_that_was_moved_does_not_open(place: dict[str, object]) -> None:
    sealed = seal_slot(SLOT, KEY)
    with pytest.raises(SealBroken):
        open_slot(sealed, PRIVATE, **place)  # type: ignore[arg-type]


@pytest.mark.req("B5", "L15")
def test_a_kit_that_was_renumbered_and_a_slot_passed_off_as_a_kit_do_not_open() -> None:
    with pytest.raises(SealBroken):
        open_kit(seal_kit(KIT, KEY), PRIVATE, list_id=LIST_ID, KITNO="K11111")
    with pytest.raises(SealBroken):
        open_kit(seal_slot(SLOT, KEY), PRIVATE, list_id=LIST_ID, KITNO="ILD")


@pytest.mark.req("B5")
def test_an_altered_or_foreign_row_does_not_open_and_the_message_names_its_place_only() -> None:
    sealed = seal_slot(SLOT, KEY)
    altered = bytes([*sealed[:-1], sealed[-1] ^ 1])
    foreign = seal_slot(SLOT, PrivateKey.generate().public_key)
    for row in (altered, foreign, b"", sealed[:-1]):
        with pytest.raises(SealBroken, match="slot ILD 7") as caught:
            open_slot(row, PRIVATE, list_id=LIST_ID, stratum="ILD", sequence=7)
        assert SLOT.arm not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__


@pytest.mark.req("L11")
def test_opened_rows_and_the_key_do_not_print_themselves() -> None:
    key = keys.VaultKey(PRIVATE)
    shown = f"{SLOT} {SLOT!r} {KIT} {KIT!r} {key} {key!r}"
    assert all(arm not in shown for arm in protocol.ARMS)
    assert "R12345" not in shown
    assert bytes(PRIVATE).hex() not in shown


@pytest.mark.req("L11", "S5")
def test_the_private_key_cannot_be_copied() -> None:
    key = keys.VaultKey(PRIVATE)
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            take(key)


@pytest.mark.parametrize("text", ["", "thirteen byte", "a\0b"])
def test_a_text_that_does_not_fit_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 12 bytes") as caught:
        seal_slot(replace(SLOT, arm=text), KEY)
    assert not text or text not in str(caught.value)


class TestKeyFile:
    def test_a_key_is_made_for_its_owner_only_and_reads_back(self, tmp_path: Path) -> None:
        file = tmp_path / "secrets" / "vault.key"
        public = keys.make(file)
        assert file.stat().st_mode & 0o777 == 0o600
        assert keys.load(file).public == public
        assert keys.load_public(keys.public_path(file)) == public

    @pytest.mark.req("O2")
    def test_an_existing_key_is_never_overwritten(self, tmp_path: Path) -> None:
        file = tmp_path / "vault.key"
        keys.make(file)
        before = file.read_bytes(), keys.public_path(file).read_bytes()
        with pytest.raises(keys.KeyProblem, match="exists already"):
            keys.make(file)
        assert (file.read_bytes(), keys.public_path(file).read_bytes()) == before

    @pytest.mark.req("S5")
    def test_a_key_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "vault.key"
        keys.make(file)
        file.chmod(0o644)
        with pytest.raises(keys.KeyProblem, match="0600"):
            keys.load(file)

    @pytest.mark.parametrize("content", [b"", b"00", b"not hexadecimal at all"])
    def test_a_damaged_key_is_refused_without_being_shown(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "vault.key"
        file.touch(mode=0o600)
        file.write_bytes(content)
        for load in (keys.load, keys.load_public):
            with pytest.raises(keys.KeyProblem, match="does not hold"):
                load(file)

    def test_a_missing_key_says_which_file_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(keys.KeyProblem, match=r"vault\.key cannot be read"):
            keys.load(tmp_path / "vault.key")
