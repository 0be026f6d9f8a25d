"""Code-break sheets: printed beforehand, opened by passphrase with everything stopped."""

import os
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from randomization.vault.code_break import CodeBreakProblem, make_sheets, open_sheet, page
from randomization.vault.database import Connection
from randomization.vault.sealing import Slot
from tests.randomization.factories import OpenList
from tests.randomization.processes import vault_environment
from trialsite import environment, protocol

PASSPHRASE = "seven grey herons over the lake"
MANAGE = str(environment.ROOT / "manage.py")
DRILL_SECONDS = 15 * 60


def slots(count: int = 6) -> list[Slot]:
    list_id = uuid.uuid4()
    return [
        Slot(list_id, "ILD", place + 1, f"R{731 - place}", protocol.ARMS[place % 2]) for place in range(count)
    ]


@pytest.fixture(scope="module")
def printed() -> tuple[list[Slot], str]:
    made = slots()
    text = page(make_sheets(made, PASSPHRASE), trial="TEST", commitment="0" * 64, made_at=datetime.now(UTC))
    return made, text


@pytest.mark.req("U3")
def test_each_sheet_opens_to_its_arm(printed: tuple[list[Slot], str]) -> None:
    made, text = printed
    for slot in made[:3]:
        assert open_sheet(text, slot.RANDNO, PASSPHRASE) == slot.arm


@pytest.mark.req("U3")
def test_a_code_that_was_typed_from_paper_opens_in_any_case_and_with_any_breaks(
    printed: tuple[list[Slot], str],
) -> None:
    made, text = printed
    code = text.split(f'data-number="{made[1].RANDNO}">')[1].split("<")[0]
    typed = code.lower().replace(" ", "-").replace("\n", "  \n")
    assert open_sheet(typed, made[1].RANDNO, PASSPHRASE) == made[1].arm


@pytest.mark.req("B6", "L15", "L1")
def test_the_file_says_nothing_without_the_passphrase(printed: tuple[list[Slot], str]) -> None:
    made, text = printed
    assert not any(arm.lower() in text.lower() for arm in protocol.ARMS)
    codes = [part.split("</pre>")[0] for part in text.split("<pre data-number=")[1:]]
    assert len({len(code) for code in codes}) == 1
    assert len(set(codes)) == len(made)
    shown = [code.split('"')[1] for code in codes]
    assert shown == sorted(shown)  # not in the order of the list


@pytest.mark.req("U3")
def test_a_wrong_passphrase_number_or_character_is_said(printed: tuple[list[Slot], str]) -> None:
    made, text = printed
    number, other = made[0].RANDNO, made[1].RANDNO
    with pytest.raises(CodeBreakProblem, match="passphrase is another one"):
        open_sheet(text, number, PASSPHRASE.title())
    with pytest.raises(CodeBreakProblem, match="no sheet of R000"):
        open_sheet(text, "R000", PASSPHRASE)
    code = text.split(f'data-number="{other}">')[1].split("<")[0]
    with pytest.raises(CodeBreakProblem, match="another sheet"):
        open_sheet(code, number, PASSPHRASE)
    with pytest.raises(CodeBreakProblem, match="letters A to Z and digits 2 to 7"):
        open_sheet(code[:-5], other, PASSPHRASE)
    with pytest.raises(CodeBreakProblem, match="at least 16"):
        make_sheets(made, "short")


@pytest.mark.req("U3")
def test_the_drill_from_printing_to_the_arm_with_everything_stopped(
    vault_db: Connection, opened: OpenList, key_file: Path, broker: str, tmp_path: Path
) -> None:
    sheets, passphrase = tmp_path / "sheets.html", tmp_path / "passphrase"
    passphrase.write_text(f"{PASSPHRASE}\n")
    made = subprocess.run(
        [
            sys.executable,
            MANAGE,
            "make_code_breaks",
            "--out",
            str(sheets),
            "--passphrase-file",
            str(passphrase),
        ],
        env=vault_environment(key_file, broker),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stderr
    assert f"{len(opened.slots)} sheets" in made.stdout
    assert not any(arm in made.stdout + made.stderr for arm in protocol.ARMS)
    assert sheets.stat().st_mode & 0o077 == 0

    slot = opened.slots[7]
    nothing_runs = {"EDC_VAR": str(tmp_path / "var"), "PATH": os.environ["PATH"]}
    began = time.monotonic()
    done = subprocess.run(
        [
            sys.executable,
            MANAGE,
            "open_code_break",
            str(sheets),
            slot.RANDNO,
            "--passphrase-file",
            str(passphrase),
        ],
        env=nothing_runs,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DRILL_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert f"{slot.RANDNO}: {slot.arm}" in done.stdout
    assert time.monotonic() - began < 60  # of the fifteen minutes, the rest is for people
    assert not (tmp_path / "var" / "postgres").exists()  # nothing was started for it


@pytest.mark.req("U3", "B6")
def test_sheets_are_made_by_the_vault_only_and_never_over_a_file(
    vault_db: Connection, opened: OpenList, key_file: Path, broker: str, tmp_path: Path
) -> None:
    passphrase, there = tmp_path / "passphrase", tmp_path / "there.html"
    passphrase.write_text(PASSPHRASE)
    there.write_text("kept")
    command = [sys.executable, MANAGE, "make_code_breaks", "--passphrase-file", str(passphrase), "--out"]
    as_vault = vault_environment(key_file, broker)
    for environ, out, told in (
        (as_vault, there, "File exists"),
        (as_vault | {"DATABASE_ROLE": "web"}, tmp_path / "new.html", ""),
    ):
        done = subprocess.run([*command, str(out)], env=environ, capture_output=True, text=True, timeout=120)
        assert done.returncode != 0
        assert told in done.stderr
        assert "Traceback" not in done.stderr
    assert there.read_text() == "kept"
    assert not (tmp_path / "new.html").exists()
