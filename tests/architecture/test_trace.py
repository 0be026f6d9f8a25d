"""The trace from requirements to tests tells what was proved, what was not, and what has no test."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trace import listed
from trialsite import environment

TESTS = """
import pytest

@pytest.mark.req("F10", "A2")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_small(number):
    assert number < 3

@pytest.mark.req("A2")
def test_true():
    pass

@pytest.mark.req("B1")
def test_left_out():
    pytest.skip("not now")

def test_of_nothing():
    pass
"""
ASKED = ("--trace-requirements", "test_some.py")


@pytest.mark.req("D6")
def test_each_requirement_is_listed_with_its_tests_and_results(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = req(*ids): proves", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.trace", "-p", "no:django", "-n", "2", *ASKED],
        env=os.environ | {"EDC_VAR": str(tmp_path / "var"), "PYTHONPATH": str(environment.ROOT)},
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )
    lines = (tmp_path / "var" / "trace.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "no test" not in line] == [
        "A2   1 failed, 2 passed test_some.py::test_small",
        "A2   1 passed     test_some.py::test_true",
        "B1   1 skipped    test_some.py::test_left_out",
        "F10  1 failed, 2 passed test_some.py::test_small",
    ]
    assert "A1   no test" in lines
    assert {line.split()[0] for line in lines} == set(listed())


def test_no_test_claims_a_requirement_that_does_not_exist() -> None:
    marks = [
        mark
        for path in (environment.ROOT / "tests").rglob("test_*.py")
        for mark in re.findall(r"mark\.req\(([^)]*)\)", path.read_text(encoding="utf-8"))
    ]
    claimed = {number for mark in marks for number in re.findall(r'"([^"]+)"', mark)}
    assert claimed
    assert claimed - set(listed()) == set()
