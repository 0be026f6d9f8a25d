"""Compliance: which doses count, and the sums."""

from datetime import date
from decimal import Decimal

import pytest

from visits.dosing.compliance import Dose, compliance, is_due

TODAY = date(2026, 4, 20)
OPEN, CLOSED = date(2026, 4, 20), date(2026, 4, 19)


@pytest.mark.parametrize(
    ("dose", "left_on", "due"),
    [
        (Dose(OPEN), None, False),
        (Dose(CLOSED), None, True),
        (Dose(OPEN, given=True), None, True),
        (Dose(OPEN, given=False), None, True),
        (Dose(CLOSED), date(2026, 4, 19), False),
        (Dose(CLOSED), date(2026, 4, 20), True),
        (Dose(CLOSED, given=True), date(2026, 4, 1), True),
    ],
)
def test_a_dose_is_due_when_it_was_entered_or_its_window_closed_before_an_early_end(
    dose: Dose, left_on: date | None, due: bool
) -> None:
    assert is_due(dose, TODAY, left_on) is due


def test_the_sums_of_two_whole_doses_an_interrupted_one_and_one_not_given() -> None:
    whole = Dose(CLOSED, True, Decimal("23.2"), Decimal("23.2"), "K1", kit_returned=True)
    half = Dose(CLOSED, True, Decimal("23.2"), Decimal("11.6"), "K2", kit_returned=False)
    none = Dose(CLOSED, False, kit="K3", kit_returned=True)
    found = compliance([whole, half, none, Dose(OPEN)], TODAY)
    assert (found.due, found.given, found.kits, found.kits_returned) == (3, 2, 3, 2)
    assert (found.doses_percent, found.volume_percent) == (Decimal("66.7"), Decimal("75.0"))
    assert [dose.percent for dose in (whole, half, none)] == [Decimal(100), Decimal(50), None]


def test_before_the_first_dose_there_is_no_share_of_anything() -> None:
    found = compliance([Dose(OPEN), Dose(OPEN)], TODAY)
    assert (found.due, found.doses_percent, found.volume_percent) == (0, None, None)
