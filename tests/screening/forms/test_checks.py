"""Every rule over several answers, on both sides."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from screening.criteria.tables import Attestation
from screening.forms import EVERY_FORM
from screening.forms.running_log import Before
from tests.screening.forms.reading import read_at, rows_of
from trialsite.crf.forms import form_by_code

Typed = dict[str, str]
# (form, section, check, answers that pass, answers that it finds, context)
CASES: list[tuple[str, str, str, Typed, Typed, dict[str, Any]]] = [
    ("DS", "", "consent_is_given", {"RFICYN": "Y"}, {"RFICYN": "N"}, {}),
    (
        "DS",
        "",
        "before_any_procedure",
        {"RFICDTC": "2026-03-02"},
        {"RFICDTC": "2026-03-03"},
        {"FIRST_PROCEDURE": date(2026, 3, 2)},
    ),
    (
        "SV",
        "",
        "randomization_after_screening",
        {"SCRNDTC": "2026-03-02", "RANDDTC": "2026-03-30"},
        {"SCRNDTC": "2026-03-02", "RANDDTC": "2026-03-31"},
        {},
    ),
    (
        "SV",
        "",
        "randomization_after_screening",
        {"SCRNDTC": "2026-03-02", "RANDDTC": "2026-03-03"},
        {"SCRNDTC": "2026-03-02", "RANDDTC": "2026-03-02"},
        {},
    ),
    (
        "PA",
        "RECORDS",
        "asked_by_the_version",
        {"ATTCD": "IN06", "ATTEXT": "Is it so?"},
        {"ATTCD": "IN06", "ATTEXT": "Is it otherwise?"},
        {"ATTESTATIONS": (Attestation("IN06", "It is so.", "Is it so?"),)},
    ),
    ("DM", "", "age_of_the_trial", {"BRTHDTC": "2008-03-02"}, {"BRTHDTC": "2008-03-03"}, {}),
    ("DM", "", "age_of_the_trial", {"BRTHDTC": "1961-03-03"}, {"BRTHDTC": "1961-03-02"}, {}),
    ("MH", "", "not_pregnant", {"PREGTEST": "NEG"}, {"PREGTEST": "POS"}, {}),
    (
        "MH",
        "RECORDS",
        "end_on_or_after_start",
        {"MHSTDTC": "2026-02", "MHENDTC": "2026-02-01", "MHONGO": "N"},
        {"MHSTDTC": "2026-02", "MHENDTC": "2026-01-31", "MHONGO": "N"},
        {},
    ),
    (
        "DC",
        "",
        "on_or_before_screening",
        {"DXDTC": "2026-03", "ONSETDTC": "2026-03-02", "RESPONDTC": "2026"},
        {"DXDTC": "2026-03-03"},
        {"SCRNDTC": date(2026, 3, 2)},
    ),
    (
        "VS",
        "",
        "systolic_above_diastolic",
        {"SYSBP": "91", "DIABP": "90"},
        {"SYSBP": "90", "DIABP": "90"},
        {},
    ),
    (
        "OX",
        "",
        "device_fits_fio2",
        {"O2DEV": "NONE", "SPO2_FIO2": "0.21"},
        {"O2DEV": "NONE", "SPO2_FIO2": "0.28"},
        {},
    ),
    (
        "OX",
        "",
        "device_fits_fio2",
        {"O2DEV": "NASAL", "SPO2_FIO2": "0.28"},
        {"O2DEV": "NASAL", "SPO2_FIO2": "0.21"},
        {},
    ),
    (
        "OX",
        "",
        "nasal_flow_fits_fio2",
        {"O2DEV": "NASAL", "O2FLOW": "2", "SPO2_FIO2": "0.33"},
        {"O2DEV": "NASAL", "O2FLOW": "2", "SPO2_FIO2": "0.34"},
        {},
    ),
    (
        "OX",
        "",
        "nasal_flow_fits_fio2",
        {"O2DEV": "HFNC", "O2FLOW": "40", "SPO2_FIO2": "0.5"},
        {"O2DEV": "NASAL", "O2FLOW": "7", "SPO2_FIO2": "0.48"},
        {},
    ),
    (
        "OX",
        "",
        "pao2_on_room_air",
        {"PAO2": "110", "ABG_FIO2": "0.21"},
        {"PAO2": "110.1", "ABG_FIO2": "0.21"},
        {},
    ),
    (
        "OX",
        "",
        "pao2_on_room_air",
        {"PAO2": "59.9", "ABG_FIO2": "0.28"},
        {"PAO2": "59.9", "ABG_FIO2": "0.21"},
        {},
    ),
    ("OX", "", "gas_has_fio2", {"PAO2": "82", "ABG_FIO2": "0.21"}, {"PAO2": "82"}, {}),
    ("OX", "", "gases_with_ild", {"SPO2": "96", "PAO2": "82"}, {"SPO2": "96"}, {"ILDYN": "Y"}),
    ("OX", "", "gases_with_ild", {"SPO2": "96", "PAO2_ND": "NOT DONE"}, {"SPO2": "96"}, {"ILDYN": "Y"}),
    (
        "RP",
        "",
        "answer_fits_pulmonary_function",
        {"RPWORS4W": "Y", "PRFVCPP": "80", "RPPFT": "U"},
        {"RPWORS4W": "Y", "PRFVCPP": "80", "RPPFT": "Y"},
        {"FVCPP": Decimal(71)},
    ),
    (
        "RP",
        "",
        "answer_fits_pulmonary_function",
        {"RPWORS4W": "Y", "PRFVCPP": "85", "RPPFT": "Y"},
        {"RPWORS4W": "Y", "PRFVCPP": "85", "RPPFT": "N"},
        {"FVCPP": Decimal(70)},
    ),
    (
        "RP",
        "",
        "answer_fits_pao2",
        {"RPWORS4W": "Y", "PRPAO2": "85", "RPABG": "N"},
        {"RPWORS4W": "Y", "PRPAO2": "85.1", "RPABG": "N"},
        {"PAO2": Decimal(75)},
    ),
    ("LB", "", "has_upper_limit", {"ALT": "46", "ALT_ULN": "40"}, {"ALT": "46"}, {}),
    ("LB", "", "has_upper_limit", {"BILI": "9", "BILI_ULN": "21"}, {"AST": "46"}, {}),
    (
        "LB",
        "",
        "parts_within_white_cells",
        {"WBC": "5", "NEUT": "4", "LYM": "1"},
        {"WBC": "5", "NEUT": "4", "LYM": "1.01"},
        {},
    ),
    (
        "LB",
        "",
        "bilirubin_within_limit",
        {"BILI": "30", "BILI_ULN": "20"},
        {"BILI": "30.1", "BILI_ULN": "20"},
        {},
    ),
    (
        "VIR",
        "",
        "dna_with_core_antibody",
        {"HBCAB": "NEGATIVE", "HBVDNASTAT": "NOT DONE"},
        {"HBCAB": "POSITIVE", "HBVDNASTAT": "NOT DONE"},
        {},
    ),
    *(
        (
            form,
            "RECORDS",
            "end_on_or_after_start",
            {"CMSTDTC": "2026-02-01", "CMENDTC": "2026-02-01"},
            {"CMSTDTC": "2026-02-02", "CMENDTC": "2026-02-01"},
            {},
        )
        for form in ("GC", "CNI", "CM")
    ),
    *(
        ("CNI", "RECORDS", "dose_possible_for_drug", {"CMTRT": drug, "CMDOSTOT": inside}, outside, {})
        for drug, inside, outside in (
            ("TACROLIMUS", "30", {"CMTRT": "TACROLIMUS", "CMDOSTOT": "30.1"}),
            ("CICLOSPORIN", "10", {"CMTRT": "CICLOSPORIN", "CMDOSTOT": "9.9"}),
        )
    ),
    *(
        ("CNI", "RECORDS", "dose_usual_for_drug", {"CMTRT": drug, "CMDOSTOT": inside}, outside, {})
        for drug, inside, outside in (
            ("TACROLIMUS", "6", {"CMTRT": "TACROLIMUS", "CMDOSTOT": "6.1"}),
            ("CICLOSPORIN", "50", {"CMTRT": "CICLOSPORIN", "CMDOSTOT": "49.9"}),
        )
    ),
    *(
        (
            form,
            "",
            "fits_the_visit_before",
            {f"{form}DTC": "2026-03-16", "RECORDS-0-CMTRT": drug},
            {f"{form}DTC": "2026-03-16"},
            {"BEFORE": Before("S", date(2026, 3, 2), ({"CMTRT": drug, dose: None},))},
        )
        for form, drug, dose in (
            ("GC", "PREDNISONE", "CMDOSTOT"),
            ("CNI", "TACROLIMUS", "CMDOSTOT"),
            ("CM", "Folic acid", "CMDOSE"),
        )
    ),
]
HARD = {
    "before_any_procedure",
    "end_on_or_after_start",
    "on_or_before_screening",
    "systolic_above_diastolic",
    "dose_possible_for_drug",
    "asked_by_the_version",
}
UNITS = {"SYSBP": "mmHg", "DIABP": "mmHg", "WEIGHT": "kg", "PAO2": "mmHg", "PRPAO2": "mmHg"} | {
    "ALT": "U/L",
    "AST": "U/L",
    "BILI": "umol/L",
    "WBC": "10^9/L",
    "NEUT": "10^9/L",
    "LYM": "10^9/L",
}
WINDOW = {"DAY1": date(2026, 3, 16), "VISIT": "W2", "TODAY": date(2026, 5, 1)}


def _found(
    code: str, section: str, answers: Typed, context: dict[str, Any], visit: str = "S"
) -> set[tuple[str, bool]]:
    prefix = f"{section}-0-" if section else ""
    typed = {prefix + name: text for name, text in answers.items()}
    typed |= {f"{prefix}{name}_UNIT": unit for name, unit in UNITS.items() if name in answers}
    problems = read_at(form_by_code(code), typed, visit, **context).problems
    return {(each.check, each.hard) for each in problems}


@pytest.mark.req("D1")
@pytest.mark.parametrize(("code", "section", "check", "passing", "found", "context"), CASES)
def test_a_rule_passes_on_one_side_and_speaks_on_the_other(
    code: str, section: str, check: str, passing: Typed, found: Typed, context: dict[str, Any]
) -> None:
    assert (check, check in HARD) in _found(code, section, found, context)
    assert check not in {name for name, _ in _found(code, section, passing, context)}


@pytest.mark.parametrize(
    ("day", "asked"),
    [("2026-03-26", True), ("2026-03-27", False), ("2026-04-02", False), ("2026-04-03", True)],
)
def test_a_visit_outside_its_window_is_asked_about(day: str, asked: bool) -> None:
    assert (("within_window", False) in _found("SV", "", {"SVSTDTC": day}, WINDOW, "W2")) is asked


def test_every_rule_of_every_form_is_tried() -> None:
    declared = {(form.code, "", check.name) for form in EVERY_FORM for check in form.checks()}
    for form in EVERY_FORM:
        for section in form.repeating:
            checks = rows_of(form, section.name).checks()
            declared |= {(form.code, section.name, check.name) for check in checks}
    assert declared == {(code, section, check) for code, section, check, *_ in CASES} | {
        ("SV", "", "within_window")
    }


@pytest.mark.req("B2")
@pytest.mark.parametrize(
    ("code", "name"),
    [
        (form.code, name)
        for form in EVERY_FORM
        for name, variable in form.variables().items()
        if getattr(variable, "procedure", False)
    ],
)
def test_no_procedure_is_dated_before_consent(code: str, name: str) -> None:
    form = form_by_code(code)
    visit = "W2" if name == "SVSTDTC" else "S"
    for day, refused in (("2026-03-01", True), ("2026-03-02", False)):
        reading = read_at(form, {name: day}, visit)
        assert ("consent" in {each.check for each in reading.refused}) is refused


def test_results_from_before_consent_may_be_entered() -> None:
    assert not read_at(form_by_code("DC"), {"MDA5DTC": "2026-01-12"}).refused
    assert not read_at(form_by_code("TB"), {"IGRADTC": "2026-02-20"}).refused


def test_only_the_planned_randomization_may_lie_in_the_future() -> None:
    assert not read_at(form_by_code("SV"), {"RANDDTC": "2026-03-25"}).refused
    assert read_at(form_by_code("SV"), {"SCRNDTC": "2026-03-25"}).refused


def test_body_mass_index_and_pf_ratio_are_computed() -> None:
    body = {"HEIGHT": "160", "HEIGHT_UNIT": "cm", "WEIGHT": "64", "WEIGHT_UNIT": "kg"}
    assert read_at(form_by_code("VS"), body).columns["BMI"] == 25
    gases = {"PAO2": "78", "PAO2_UNIT": "mmHg", "ABG_FIO2": "0.21"}
    ratio = read_at(form_by_code("OX"), gases).columns["PFRATIO"]
    assert round(ratio, 1) == Decimal("371.4")
    assert read_at(form_by_code("OX"), {"ABG_FIO2": "0.21"}).columns["PFRATIO"] is None
