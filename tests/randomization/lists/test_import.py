"""A list that was made elsewhere: what is accepted, and what a refusal says and does not say."""

import io
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management.base import CommandError

from randomization import list_file
from randomization.list_file import ListProblem
from randomization.vault import keys, list_csv, loading, sealed_list
from tests.randomization.lists.conftest import sealed_file
from trialsite import protocol

LIST_ID = UUID(int=5)
STRATA = ("ILD", "NOILD")
ARMS = {"X": "one", "Y": "other"}
GOOD = """stratum,order,number,arm,block
ILD,1,R-001,X,1
NOILD,2,R-004,X,1
ILD,2,R-002,Y,1
NOILD,1,R-003,Y,1
NOILD,3,R-005,X,2
NOILD,4,R-006,Y,2
"""


def read(text: str) -> tuple[list[tuple[str, int, str, str]], list_csv.Blocks | None]:
    slots, blocks = list_csv.read(text, list_id=LIST_ID, strata=STRATA, arms=ARMS)
    return [(slot.stratum, slot.sequence, slot.RANDNO, slot.arm) for slot in slots], blocks


def test_lines_in_any_order_become_places_in_their_order_with_their_blocks() -> None:
    slots, blocks = read(GOOD)
    assert slots == [
        ("ILD", 1, "R-001", "one"),
        ("ILD", 2, "R-002", "other"),
        ("NOILD", 1, "R-003", "other"),
        ("NOILD", 2, "R-004", "one"),
        ("NOILD", 3, "R-005", "one"),
        ("NOILD", 4, "R-006", "other"),
    ]
    assert blocks == {"ILD": [("one", "other")], "NOILD": [("other", "one"), ("one", "other")]}


def test_semicolons_other_columns_orders_and_a_missing_block_column_are_fine() -> None:
    lines = [line.rsplit(",", 1)[0].split(",") for line in GOOD.splitlines()]
    text = "\r\n".join(";".join(reversed(line)) for line in lines)
    assert read(text) == (read(GOOD)[0], None)


@pytest.mark.req("D1", "L11")
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("stratum,", "strata,", "Line 1 names the columns"),
        (",block", ",arm", "Line 1 names the columns"),
        ("ILD,1,R-001,X,1\n", "ILD,1,R-001,X\n", "Line 2 has 4 columns, line 1 5"),
        ("ILD,1,R-001", "SITE,1,R-001", "Line 2: the column stratum allows ILD, NOILD"),
        ("ILD,2,R-002", "ILD,two,R-002", "Line 4: the column order holds a whole number"),
        ("ILD,2,R-002", "ILD,0,R-002", "Line 4: the column order holds a whole number"),
        ("ILD,2,R-002", "ILD,3,R-002", "Line 4: the places of stratum ILD are 1 to 2, each once"),
        ("ILD,2,R-002", "ILD,1,R-002", "the places of stratum ILD are 1 to 2, each once"),
        ("R-005", "r 5", "Line 6: the column number allows"),
        ("R-005", "R-001", "Line 6 repeats the treatment number of line 2"),
        ("R-005,X", "R-005,Secretarm", "Line 6: the column arm holds no label of an arm"),
        ("R-005,X", 'R-005,"X"Y', "Line 6 cannot be read"),
    ],
)
def test_a_mistake_is_named_by_its_line_and_never_by_what_stands_there(old: str, new: str, says: str) -> None:
    with pytest.raises(ListProblem, match=says) as caught:
        read(GOOD.replace(old, new, 1))
    assert caught.value.__cause__ is None
    for word in ("Secretarm", "R-0", "r 5"):
        assert word not in str(caught.value)


@pytest.mark.parametrize("text", ["", "\n", "stratum,order,number,arm\n"])
def test_a_file_without_a_list_is_refused(text: str) -> None:
    with pytest.raises(ListProblem):
        read(text)
    with pytest.raises(ListProblem, match="no line for the stratum NOILD"):
        read("stratum,order,number,arm\nILD,1,R-1,X\n")


@pytest.mark.parametrize(
    "given", [["X=one"], ["X=one", "Y=one"], ["X=one", "Y"], ["X=one", "Y=other", "Z=other"]]
)
def test_each_arm_has_one_label(given: list[str]) -> None:
    with pytest.raises(ListProblem, match="once for each arm"):
        list_csv.arms_of_labels(given, ("one", "other"))


def test_without_labels_the_arms_stand_for_themselves() -> None:
    assert list_csv.arms_of_labels([], ("one", "other")) == {"one": "one", "other": "other"}
    assert list_csv.arms_of_labels(["A=one", "B=other"], ("one", "other")) == {"A": "one", "B": "other"}


@pytest.mark.req("B5", "B6")
def test_an_imported_list_is_sealed_as_a_drawn_one_is(key_file: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "list.csv", io.StringIO()
    file.write_text("\ufeff" + GOOD, encoding="utf-8")
    one, other = protocol.ARMS
    sealed = sealed_file(
        key_file, tmp_path / "list.sealed", csv=file, arm=[f"X={one}", f"Y={other}"], stdout=out
    )
    made = list_file.read(sealed.read_bytes())
    key = keys.load(key_file)
    loading.check_opens(made, key, arms=protocol.ARMS)
    slots = sealed_list.open_list(made, key)
    assert [slot.RANDNO for slot in slots] == [f"R-00{number}" for number in range(1, 7)]
    assert [slot.arm for slot in slots] == [one, other, other, one, one, other]
    said = sealed.read_text() + out.getvalue()
    assert not any(word in said for word in (*protocol.ARMS, "R-00"))


def test_a_refused_import_writes_nothing(key_file: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "list.csv", tmp_path / "list.sealed"
    for content, says in ((GOOD.encode(), "Explain labels"), (b"\xff\xfe\x00", "UTF-8")):
        file.write_bytes(content)
        with pytest.raises(CommandError, match=says):
            sealed_file(key_file, out, csv=file)
    with pytest.raises(CommandError, match="cannot be read"):
        sealed_file(key_file, out, csv=tmp_path / "missing.csv")
    assert not out.exists()
