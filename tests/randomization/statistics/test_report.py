"""The numbers of the report, against values found by hand or by other means; where it may be written."""

import math
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from randomization.list_file import ListProblem
from randomization.vault import list_report, list_statistics
from randomization.vault.generation import BigStick, PermutedBlocks
from randomization.vault.list_statistics import chi_square_tail
from randomization.vault.origin import Origin
from randomization.vault.sealing import Slot
from tests.randomization.factories import recipe
from trialsite import environment

ARMS = ("X", "Y")
_ID = UUID(int=1)


@pytest.mark.parametrize(
    ("value", "freedom", "tail"),
    # Tables of the chi-square distribution: the values exceeded once in 20, 100 and 1,000 times.
    [
        (3.841459, 1, 0.05),
        (6.634897, 1, 0.01),
        (10.827566, 1, 0.001),
        (11.070498, 5, 0.05),
        (20.515006, 5, 0.001),
        (30.143527, 19, 0.05),
        (43.820196, 19, 0.001),
        (88.250164, 69, 0.059),
    ],
)
def test_the_tail_of_chi_square_is_that_of_the_tables(value: float, freedom: int, tail: float) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(tail, rel=2e-3 if freedom < 60 else 0.02)


def test_the_tail_is_one_at_nothing_and_agrees_with_numerical_integration() -> None:
    assert chi_square_tail(0, 5) == chi_square_tail(3, 0) == 1.0
    for freedom in (1, 2, 3, 4, 7, 10):
        value, step = 6.5, 0.0005
        scale = 2 ** (freedom / 2) * math.gamma(freedom / 2)
        area = sum(
            step * (at ** (freedom / 2 - 1)) * math.exp(-at / 2) / scale
            for at in (value + (each + 0.5) * step for each in range(160_000))
        )
        assert chi_square_tail(value, freedom) == pytest.approx(area, rel=1e-5)


def test_balance_guess_rate_and_runs_of_an_order_by_hand() -> None:
    order = "XXYYX"
    assert list_statistics.differences(order, ARMS) == [1, 2, 1, 0, 1]
    assert list_statistics.guess_rate(order, ARMS) == (0.5 + 0 + 1 + 1 + 0.5) / 5
    assert list_statistics.runs(order) == [2, 2, 1]
    assert list_statistics.expected_runs(order) == pytest.approx(1 + 2 * 3 * 2 / 5)


@pytest.mark.req("R4")
def test_what_is_certain_by_hand() -> None:
    blocks = PermutedBlocks((4,))
    assert list_statistics.certain_share("XXYY", ARMS, blocks) == 0.5
    assert list_statistics.certain_share("XYXY", ARMS, blocks) == 0.25
    # After XX of a block of 4 or 6 nothing is certain, after XXX a block of 6 is known, and its rest with it.
    assert list_statistics.certain_share("XXXYYY", ARMS, PermutedBlocks((4, 6))) == 0.5
    assert list_statistics.certain_share("XXYYXY", ARMS, PermutedBlocks((4, 6))) == 0
    assert list_statistics.certain_share("XXYX", ARMS, BigStick(2)) == 0.25


@pytest.mark.req("R4")
def test_expectations_are_the_means_over_every_possible_list() -> None:
    sizes = PermutedBlocks((2, 4))
    orders = {
        size: [each for each in product("XY", repeat=size) if each.count("X") * 2 == size] for size in (2, 4)
    }
    shares = []
    for length, way in ((4, (2, 2)), (4, (4,)), (6, (2, 4))):
        found = [
            sum((tuple(block) for block in blocks), ()) for blocks in product(*(orders[size] for size in way))
        ]
        shares.append(
            (length, sum(list_statistics.certain_share(each, ARMS, sizes) for each in found) / len(found))
        )
    # Four places: two blocks of 2, one of 4, or the first half of one of 4 after a 2.
    halves = [one + other[:2] for one, other in product(orders[2], orders[4])]
    half = sum(list_statistics.certain_share(each, ARMS, sizes) for each in halves) / len(halves)
    exact = 0.25 * shares[0][1] + 0.5 * shares[1][1] + 0.25 * half
    assert list_statistics.expected_certain_share(sizes, 4) == pytest.approx(exact)

    stick = BigStick(2)
    total = 0.0
    for tosses in product("XY", repeat=5):
        chance, ahead, possible = 1.0, 0, True
        for arm in tosses:
            step = 1 if arm == "X" else -1
            if abs(ahead) == 2:
                possible &= step * ahead < 0
            else:
                chance /= 2
            ahead += step
        total += chance * list_statistics.guess_rate(tosses, ARMS) if possible else 0
    assert list_statistics.expected_guess_rate(stick, 5) == pytest.approx(total)


@pytest.mark.req("R1")
def test_a_list_that_goes_beyond_the_bound_of_its_scheme_is_called_out() -> None:
    whole = recipe(arms=ARMS, strata=("ONE",))
    slots = [
        Slot(list_id=_ID, stratum="ONE", sequence=place, RANDNO=f"R{place}", arm=arm)
        for place, arm in enumerate("XXXXYYYY", start=1)
    ]
    report = list_report.report_of(Origin(bytes(32), bytes(32), whole, imported=True), slots, None, "0" * 64)
    rows = {row[0]: row[1:] for row in report.tables[0].rows}
    assert rows["largest difference"][0] == "4"
    assert rows["within the bound"][0] == "NO"
    assert any("made elsewhere" in note for note in report.notes)
    assert any("blocks are not known" in note for note in report.notes)


@pytest.mark.req("B4", "L18")
def test_a_report_is_never_written_on_a_server_or_below_its_directories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_report.check_place(tmp_path / "r.html")
    for path in (settings.BASE_DIR / "r.txt", environment.var() / "r.json", Path("r.html")):
        with pytest.raises(ListProblem, match="not written below"):
            list_report.check_place(path)
    with pytest.raises(ListProblem, match="ends with"):
        list_report.check_place(tmp_path / "r.pdf")
    monkeypatch.setenv("DEBUG", "0")
    with pytest.raises(ListProblem, match="own machine only"):
        list_report.check_place(tmp_path / "r.html")
