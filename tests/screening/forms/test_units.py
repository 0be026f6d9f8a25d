"""Every unit that can be typed, with worked conversions."""

from decimal import Decimal

import pytest

from tests.screening.forms.reading import columns_of, problems_at, read_at, visit_of
from tests.screening.forms.test_declarations import every_variable
from trialsite.crf.forms import form_by_code
from trialsite.crf.variables import Number

# (form, variable, typed, unit, in the standard unit)
WORKED = [
    ("VS", "HEIGHT", "162", "cm", "162"),
    ("VS", "HEIGHT", "63", "in", "160.02"),
    ("VS", "WEIGHT", "58", "kg", "58"),
    ("VS", "WEIGHT", "90", "jin", "45"),
    ("VS", "WEIGHT", "90", "斤", "45"),
    ("VS", "WEIGHT", "100", "lb", "45.359237"),
    ("VS", "TEMP", "36.7", "℃", "36.7"),
    ("VS", "TEMP", "98.6", "F", "37"),
    ("VS", "SYSBP", "16", "kPa", "120.00992"),
    ("VS", "SYSBP", "122", "mmHg", "122"),
    ("VS", "PULSE", "82", "beats/min", "82"),
    ("VS", "RESP", "18", "breaths/min", "18"),
    ("OX", "PAO2", "8.0", "kPa", "60.00496"),
    ("OX", "PAO2", "7.99", "kPa", "59.9299538"),
    ("OX", "PACO2", "5", "kPa", "37.5031"),
    ("OX", "SPO2", "96", "%", "96"),
    ("OX", "SPO2_FIO2", "40", "%", "0.4"),
    ("OX", "ABG_FIO2", "0.28", "fraction", "0.28"),
    ("OX", "O2FLOW", "2", "L/min", "2"),
    ("RE", "FVC", "2.4", "L", "2.4"),
    ("RE", "DLCO", "3.348", "mmol/min/kPa", "10"),
    ("RE", "DLCO", "13.2", "mL/min/mmHg", "13.2"),
    ("LB", "WBC", "3000", "/mm3", "3"),
    ("LB", "WBC", "6.2", "×10⁹/L", "6.2"),
    ("LB", "PLAT", "231", "10^9/L", "231"),
    ("LB", "HGB", "9", "g/dL", "90"),
    ("LB", "HGB", "7", "mmol/L", "112.77"),
    ("LB", "HGB", "118", "g/L", "118"),
    ("LB", "ALT", "2", "ukat/L", "120"),
    ("LB", "ALT", "46", "U/L", "46"),
    ("LB", "BILI", "1", "mg/dL", "17.1"),
    ("LB", "BILI", "9.8", "µmol/L", "9.8"),
    ("LB", "CREAT", "1.5", "mg/dL", "132.6"),
    ("LB", "CREAT", "52", "umol/L", "52"),
    ("LB", "ALB", "3.5", "g/dL", "35"),
    ("LB", "ALB", "38", "g/L", "38"),
    ("LB", "GLUC", "90.08", "mg/dL", "5"),
    ("LB", "GLUC", "5.1", "mmol/L", "5.1"),
    ("LB", "KL6", "780", "U/mL", "780"),
    ("LBI", "CRP", "1.2", "mg/dL", "12"),
    ("LBI", "CRP", "6.1", "mg/L", "6.1"),
    ("LBI", "ESR", "31", "mm/h", "31"),
    ("LBI", "FERRITIN", "642", "ng/mL", "642"),
    ("LBI", "IL6", "12", "pg/mL", "12"),
    ("LBI", "CHOL", "193.35", "mg/dL", "5"),
    ("LBI", "CHOL", "5.2", "mmol/L", "5.2"),
    ("LBI", "TRIG", "88.57", "mg/dL", "1"),
    ("LBI", "TRIG", "1.7", "mmol/L", "1.7"),
    ("LBI", "LDL", "116.01", "mg/dL", "3"),
    ("VIR", "HBVDNA", "1000", "copies/mL", "1000"),
    ("VIR", "HBVDNA", "1000", "copies/L", "1"),
    ("INF", "IVAB-0-IVABHALF", "8", "h", "8"),
    ("GC", "RECORDS-0-CMDOSTOT", "40", "mg/day", "40"),
    ("CNI", "RECORDS-0-CMDOSTOT", "3", "mg/d", "3"),
    ("CNI", "TROUGH", "7.5", "ng/mL", "7.5"),
    ("CM", "RECORDS-0-CMDOSE", "500", "", "500"),
]
IU_PER_ML = [("ROCHE", "582"), ("SANSURE", "560"), ("ABBOTT", "341")]


@pytest.mark.parametrize(("code", "name", "typed", "unit", "standard"), WORKED)
def test_a_typed_value_becomes_exactly_the_standard_value(
    code: str, name: str, typed: str, unit: str, standard: str
) -> None:
    form, (section, own) = (
        form_by_code(code),
        (name.split("-", maxsplit=1)[0] if "-" in name else "", name.rsplit("-", maxsplit=1)[-1]),
    )
    visit = visit_of(form.variables()[own]) if not section else "S"
    reading = read_at(form, {name: typed, f"{name}_UNIT": unit}, visit)
    assert columns_of(reading, section)[own] == Decimal(standard)
    assert not problems_at(reading, name, hard=True)


def test_what_was_typed_is_kept_beside_the_standard_value() -> None:
    columns = read_at(form_by_code("VS"), {"WEIGHT": "90.0", "WEIGHT_UNIT": "斤"}).columns
    assert (columns["WEIGHT_ORRES"], columns["WEIGHT_ORRESU"]) == ("90.0", "jin")


def test_every_unit_of_every_number_has_a_worked_conversion() -> None:
    offered = {
        unit.name
        for *_, variable in every_variable()
        if isinstance(variable, Number)
        for unit in variable.units
    }
    shown = {unit for _, _, _, unit, _ in WORKED}
    spelled_otherwise = {"C", "umol/L", "10^9/L", "ug/L", "/min"}
    assert offered - shown - spelled_otherwise == {"IU/mL"}


@pytest.mark.parametrize(("assay", "copies"), IU_PER_ML)
def test_iu_of_hepatitis_b_dna_become_copies_by_the_factor_of_the_assay(assay: str, copies: str) -> None:
    typed = {"HBVDNASTAT": "QUANTIFIED", "HBVASSAY": assay, "HBVDNA": "100", "HBVDNA_UNIT": "IU/mL"}
    assert read_at(form_by_code("VIR"), typed).columns["HBVDNA"] == Decimal(copies)


@pytest.mark.parametrize("assay", ["", "OTHER"])
def test_iu_without_a_known_assay_have_no_standard_value_but_stay_as_typed(assay: str) -> None:
    typed = {"HBVDNASTAT": "QUANTIFIED", "HBVASSAY": assay, "HBVDNA": "100", "HBVDNA_UNIT": "IU/mL"}
    reading = read_at(form_by_code("VIR"), typed)
    assert reading.columns["HBVDNA"] is None
    assert reading.columns["HBVDNA_ORRES"] == "100"
    assert not reading.refused


def test_the_upper_limit_of_normal_is_converted_with_its_value() -> None:
    typed = {"BILI": "1", "BILI_UNIT": "mg/dL", "BILI_ULN": "1.2"}
    assert read_at(form_by_code("LB"), typed).columns["BILI_ULN"] == Decimal("20.52")


@pytest.mark.req("D1")
def test_a_number_that_could_be_in_two_units_is_refused_without_one() -> None:
    for form, section, name, variable in every_variable():
        if not isinstance(variable, Number) or variable.unit_implied:
            continue
        own = f"{section}-0-{name}" if section else name
        reading = read_at(form, {own: "50"}, visit_of(variable))
        [problem] = problems_at(reading, own, hard=True)
        assert all(unit.name in problem.message for unit in variable.units)
        assert columns_of(reading, section)[name] is None


@pytest.mark.req("D1")
def test_a_unit_that_the_variable_does_not_have_is_refused() -> None:
    reading = read_at(form_by_code("VS"), {"WEIGHT": "58", "WEIGHT_UNIT": "stone"})
    [problem] = problems_at(reading, "WEIGHT", hard=True)
    assert "kg, jin, lb" in problem.message
