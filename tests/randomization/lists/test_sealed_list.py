"""The sealed list as a file, and the commands that make a key and a list without database or private key."""

import io
import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from randomization import list_file
from randomization.list_file import ListProblem
from randomization.vault import keys, loading
from trialsite import protocol

STRATA = [stratum.code for stratum in protocol.STRATA]


@pytest.fixture
def list_path(tmp_path: Path, key_file: Path) -> Path:
    file = tmp_path / "list.json"
    call_command(
        "seal_list",
        public_key=keys.public_path(key_file),
        out=file,
        maker="maker",
        per_stratum=12,
        stdout=io.StringIO(),
    )
    return file


def test_make_vault_key_prints_the_public_half_and_refuses_a_second_time(tmp_path: Path) -> None:
    file, out = tmp_path / "new" / "vault.key", io.StringIO()
    call_command("make_vault_key", out=file, stdout=out)
    assert keys.public_path(file).read_text().strip() in out.getvalue()
    assert file.read_text().strip() not in out.getvalue()
    with pytest.raises(CommandError, match="exists already"):
        call_command("make_vault_key", out=file)


@pytest.mark.req("B5", "B6", "L18")
def test_a_sealed_list_says_nothing_readable_of_arms_or_treatment_numbers(
    tmp_path: Path, key_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out, file = io.StringIO(), tmp_path / "list.json"
    call_command(
        "seal_list",
        public_key=keys.public_path(key_file),
        out=file,
        maker="maker",
        per_stratum=12,
        stdout=out,
    )
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in {".key", ".pub"}] == ["list.json"]
    said = file.read_text() + out.getvalue() + caplog.text
    assert all(arm.lower() not in said.lower() for arm in protocol.ARMS)
    assert not re.search(r'"R\d{5}', said)
    opened = list_file.read(file.read_text())
    rows = [slot.sealed for slot in opened.slots]
    assert len(set(rows)) == len(rows)
    assert len({len(row) for row in rows}) == 1


def test_a_list_has_complete_blocks_in_each_stratum(list_path: Path, key_file: Path) -> None:
    made = list_file.read(list_path.read_text())
    assert sorted(made.per_stratum()) == sorted(STRATA)
    assert all(12 <= count < 12 + max(protocol.BLOCK_SIZES) for count in made.per_stratum().values())
    list_file.check_fits(made, trial=protocol.TRIAL, strata=STRATA)
    loading.check_opens(made, keys.load(key_file), arms=protocol.ARMS)


def test_two_lists_for_one_key_differ(tmp_path: Path, key_file: Path) -> None:
    commitments = set()
    for name in ("one.json", "two.json"):
        call_command(
            "seal_list",
            public_key=keys.public_path(key_file),
            out=tmp_path / name,
            maker="maker",
            per_stratum=4,
            stdout=io.StringIO(),
        )
        commitments.add(list_file.commitment_of(list_file.read((tmp_path / name).read_text())))
    assert len(commitments) == 2


def test_an_existing_file_is_not_overwritten_by_another_list(list_path: Path, key_file: Path) -> None:
    before = list_path.read_bytes()
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("seal_list", public_key=keys.public_path(key_file), out=list_path, maker="maker")
    assert list_path.read_bytes() == before


def _drop_a_slot(content: dict[str, Any]) -> None:
    del content["slots"][1]


def _swap_two_arms(content: dict[str, Any]) -> None:
    one, other = content["slots"][:2]
    one[2], other[2] = other[2], one[2]


@pytest.mark.req("B5")
@pytest.mark.parametrize("change", [_drop_a_slot, _swap_two_arms])
def test_a_file_changed_after_sealing_is_refused(
    list_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    content = json.loads(list_path.read_text())
    change(content)
    with pytest.raises(ListProblem, match="changed after it was sealed"):
        list_file.read(json.dumps(content))


def _with_fresh_commitment(list_path: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """A file whose maker sealed it wrongly in the first place."""
    content = json.loads(list_path.read_text())
    change(content)
    made = list_file.read(list_path.read_text())
    content["commitment"] = list_file.commitment(
        made.head.text(),
        [list_file.SealedSlot(s, n, b64decode(c)) for s, n, c in content["slots"]],
    )
    return json.dumps(content)


def _shorten_a_row(content: dict[str, Any]) -> None:
    content["slots"][0][2] = content["slots"][0][2][:-8]


def _copy_a_row(content: dict[str, Any]) -> None:
    content["slots"][0][2] = content["slots"][1][2]


@pytest.mark.req("B5")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_drop_a_slot, "without gap"),
        (_shorten_a_row, "117 bytes"),
        (_copy_a_row, "a sealed row twice"),
    ],
)
def test_a_list_that_is_wrong_in_itself_is_refused_with_the_reason(
    list_path: Path, change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    with pytest.raises(ListProblem, match=reason):
        list_file.read(_with_fresh_commitment(list_path, change))


@pytest.mark.req("B5")
def test_rows_swapped_before_the_commitment_was_made_are_found_when_the_list_is_opened(
    list_path: Path, key_file: Path
) -> None:
    swapped = list_file.read(_with_fresh_commitment(list_path, _swap_two_arms))
    with pytest.raises(Exception, match="sealed for another place"):
        loading.check_opens(swapped, keys.load(key_file), arms=protocol.ARMS)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "not json", '{"format": "sealed-list-1"}', b"\xff\xfe\x00\xd8"]
)
def test_something_else_than_a_list_is_refused(text: str | bytes) -> None:
    with pytest.raises(ListProblem):
        list_file.read(text)


def test_a_list_of_another_trial_or_with_other_strata_is_refused(list_path: Path) -> None:
    made = list_file.read(list_path.read_text())
    with pytest.raises(ListProblem, match="for the trial"):
        list_file.check_fits(made, trial="ANOTHER", strata=STRATA)
    with pytest.raises(ListProblem, match="strata"):
        list_file.check_fits(made, trial=protocol.TRIAL, strata=["ILD"])


def test_a_list_sealed_to_another_key_is_found_before_it_is_needed(list_path: Path, tmp_path: Path) -> None:
    keys.make(tmp_path / "other.key")
    made = list_file.read(list_path.read_text())
    with pytest.raises(ListProblem, match="another key"):
        loading.check_opens(made, keys.load(tmp_path / "other.key"), arms=protocol.ARMS)


@pytest.mark.req("B5")
def test_the_commitment_does_not_depend_on_the_order_of_rows(list_path: Path) -> None:
    made = list_file.read(list_path.read_text())
    assert list_file.commitment_of(made) == list_file.commitment(made.head.text(), reversed(made.slots))
