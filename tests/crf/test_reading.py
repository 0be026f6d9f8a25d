"""Reading what was typed: formats, units, ranges, conditions."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.forms.vital_signs import VitalSigns
from tests.cast import VITAL_SIGNS
from trialsite.crf.reading import Reading, read
from trialsite.crf.units import BILIRUBIN, COUNT, CREATININE, ENZYME, MASS, PRESSURE, TEMPERATURE, Unit

CONTEXT = {"TODAY": date(2026, 3, 10), "CONSENT": date(2026, 3, 2), "DAY1": None}


def read_vital_signs(**changed: str) -> Reading:
    return read(VitalSigns, VITAL_SIGNS | changed, visit="S", context=dict(CONTEXT))


@pytest.mark.parametrize(
    ("units", "name", "typed", "standard"),
    [
        (MASS, "jin", "90", "45"),
        (MASS, "lb", "100", "45.359237"),
        (PRESSURE, "kPa", "8.0", "60.004960"),
        (PRESSURE, "kPa", "7.99", "59.92995380"),
        (COUNT, "/mm3", "3000", "3"),
        (CREATININE, "mg/dL", "1.5", "132.6"),
        (BILIRUBIN, "mg/dL", "1", "17.1"),
        (ENZYME, "ukat/L", "2", "120"),
        (TEMPERATURE, "F", "98.6", "37"),
    ],
)
def test_units_convert_exactly(units: tuple[Unit, ...], name: str, typed: str, standard: str) -> None:
    unit = next(each for each in units if each.name == name)
    assert unit.to_standard(Decimal(typed), {}) == Decimal(standard)


@pytest.mark.parametrize("text", ["abc", "1,5", "1 000", "--2", "5e", "١٢a", "NaN", "Infinity", "9" * 20])
def test_what_is_no_number_is_refused_and_counts_as_missing(text: str) -> None:
    reading = read_vital_signs(WEIGHT=text)
    assert [problem.field for problem in reading.refused] == ["WEIGHT"]
    assert reading.columns["WEIGHT"] is None


@pytest.mark.parametrize(
    ("text", "refused"), [("30", False), ("180", False), ("29.9", True), ("180.1", True)]
)
def test_hard_limits_are_inclusive(text: str, refused: bool) -> None:
    assert bool(read_vital_signs(WEIGHT=text).refused) is refused


def test_the_limit_holds_in_the_standard_unit() -> None:
    assert not read_vital_signs(WEIGHT="100", WEIGHT_UNIT="jin").refused
    assert read_vital_signs(WEIGHT="50", WEIGHT_UNIT="jin").refused


def test_a_number_without_its_unit_counts_as_missing() -> None:
    reading = read_vital_signs(WEIGHT_UNIT="")
    assert reading.columns["WEIGHT"] is None
    assert "kg, jin, lb" in reading.refused[0].message


def test_an_unknown_unit_is_refused_with_the_allowed_ones() -> None:
    assert "kg, jin, lb" in read_vital_signs(WEIGHT_UNIT="stone").refused[0].message


def test_value_and_reason_for_missing_exclude_each_other() -> None:
    assert read_vital_signs(PULSE_ND="NOT DONE").refused


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-02-30", "year-month-day"),
        ("2.3.2026", "year-month-day"),
        ("2026-03-11", "future"),
        ("2026-03-01", "before consent"),
    ],
)
def test_dates_are_full_past_and_not_before_consent(text: str, message: str) -> None:
    assert message in read_vital_signs(VSDTC=text).refused[0].message


def test_diastolic_above_systolic_is_refused() -> None:
    reading = read_vital_signs(SYSBP="80", DIABP="90")
    assert {problem.field for problem in reading.refused} & {"SYSBP", "DIABP"}


@given(st.dictionaries(st.sampled_from([*VITAL_SIGNS, "WEIGHT_ND", "RECORDS-0-X"]), st.text(max_size=30)))
def test_reading_never_fails_on_any_text(typed: dict[str, str]) -> None:
    reading = read(VitalSigns, typed, visit="S", context=dict(CONTEXT))
    assert {problem.field for problem in reading.refused} <= {*VITAL_SIGNS}
