"""The command check_eligibility, as it is typed."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.screening.exchange.files import DERIVED, PROTOCOL_EXAMPLE


def _run(file: Path, var: Path) -> subprocess.CompletedProcess[str]:
    """The command with nothing else running, and nothing but a fresh directory to work in."""
    return subprocess.run(
        [sys.executable, "manage.py", "check_eligibility", str(file)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "EDC_VAR": str(var)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def _written(folder: Path, data: Any) -> Path:
    file = folder / "participants.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return file


def test_it_prints_the_verdicts_and_nothing_else_and_starts_no_server(tmp_path: Path) -> None:
    ran = _run(_written(tmp_path, PROTOCOL_EXAMPLE), tmp_path / "var")
    [answer] = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert answer["overall"] == "eligible"
    assert answer["derived"] == DERIVED
    assert not list((tmp_path / "var").rglob("PG_VERSION")), "no database was made"


@pytest.mark.parametrize(
    ("shape", "SUBJIDs"),
    [
        ({"SUBJID": "A"}, ["A"]),
        ([{"SUBJID": "B"}, {"SUBJID": "A"}], ["B", "A"]),
        ({"participants": [{"SUBJID": "C"}, {"SUBJID": "A"}]}, ["C", "A"]),
        ([], []),
    ],
)
def test_one_participant_a_list_and_a_wrapped_list_keep_their_order(
    tmp_path: Path, shape: Any, SUBJIDs: list[str]
) -> None:
    printed = io.StringIO()
    call_command("check_eligibility", str(_written(tmp_path, shape)), stdout=printed)
    assert [answer["SUBJID"] for answer in json.loads(printed.getvalue())] == SUBJIDs


def test_a_file_that_is_not_there_is_one_line_on_stderr_and_code_2(tmp_path: Path) -> None:
    ran = _run(tmp_path / "absent.json", tmp_path / "var")
    assert (ran.returncode, ran.stdout) == (2, "")
    [line] = ran.stderr.splitlines()
    assert "absent.json cannot be read" in line


@pytest.mark.parametrize(
    ("content", "says"),
    [(b'{"DM": ', "not JSON"), (b"", "not JSON"), (b"[" * 100_000, "nested"), (b"\xff\xfe", "UTF-8")],
)
def test_a_file_that_cannot_be_read_is_refused_with_code_2(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "participants.json"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=says) as refused:
        call_command("check_eligibility", str(file))
    assert refused.value.returncode == 2
