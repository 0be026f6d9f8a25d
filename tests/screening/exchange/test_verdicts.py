"""What a participant of an exchange file gets: verdicts, derived values, and what was refused."""

from typing import Any

import pytest

from screening.criteria import CRITERIA
from tests.screening.exchange.files import DERIVED, PROTOCOL_EXAMPLE, checked, example, findings, outcome

DAY = "2026-03-02"
PREDNISONE = {"CMTRT": "PREDNISONE", "CMDOSTOT": 35, "CMDOSU": "mg/day", "CMROUTE": "ORAL"}
SINCE = {"CMSTDTC": "2026-01-01", "CMENDTC": None}


def _history(*records: Any) -> dict[str, Any]:
    return {"GCHXCOMP": "Y", "RECORDS": list(records)}


def test_the_protocols_example_is_eligible_with_its_derived_values_and_nothing_refused() -> None:
    answer = checked(example()).as_json()
    assert answer["SUBJID"] == "EXAMPLE"
    assert answer["overall"] == "eligible"
    assert answer["criteria"] == {
        criterion.code: "met" if criterion.code.startswith("IN") else "not_met" for criterion in CRITERIA
    }
    assert answer["derived"] == DERIVED
    assert answer["errors"] == []
    assert list(answer) == ["SUBJID", "overall", "criteria", "derived", "errors"]


def test_derived_values_that_cannot_be_computed_are_null() -> None:
    answer = checked({"SUBJID": "01-001"}).as_json()
    assert answer["derived"] == dict.fromkeys(DERIVED)
    assert answer["overall"] == "undetermined"
    assert set(answer["criteria"].values()) == {"undetermined"}


@pytest.mark.req("D1")
@pytest.mark.parametrize(
    ("change", "place", "criterion", "verdict"),
    [
        ({"LB__PLAT": {"value": 0.5, "unit": "10^9/L"}}, ("LB", "PLAT"), "EX03", "undetermined"),
        ({"LB__CRP": {"value": 501, "unit": "mg/L"}}, ("LB", "CRP"), "EX03", "not_met"),
        ({"LB__PLAT": 231}, ("LB", "PLAT"), "EX03", "undetermined"),
        ({"LB__PLAT": {"value": 231}}, ("LB", "PLAT"), "EX03", "undetermined"),
        ({"LB__PLAT": {"value": 231, "unit": "bags"}}, ("LB", "PLAT"), "EX03", "undetermined"),
        ({"LB__ALT": {"value": 46, "unit": "U/L", "uln": 0}}, ("LB", "ALT"), "EX03", "undetermined"),
        ({"OX__SPO2_FIO2": 21}, ("OX", "SPO2_FIO2"), "IN03", "met"),
        ({"DC__ILDYN": "MAYBE"}, ("DC", "ILDYN"), "IN03", "met"),
        ({"DM__BRTHDTC": "14.06.1978"}, ("DM", "BRTHDTC"), "IN01", "undetermined"),
        ({"DM__BRTHDTC": "1925-12-31"}, ("DM", "BRTHDTC"), "IN01", "undetermined"),
        ({"SV__SCRNDTC": "2026-03-01"}, ("SV", "SCRNDTC"), "IN01", "undetermined"),
        ({"SV__RANDDTC": "9999-12-31"}, ("SV", "RANDDTC"), "IN04", "undetermined"),
        ({"VS__SYSBP": {"value": 76, "unit": "mmHg"}}, ("VS", "SYSBP"), "IN01", "met"),
        ({"DC__RESPONDTC": "2026-03-03"}, ("DC", "RESPONDTC"), "IN02", "met"),
        ({"TB__TPTNDRUG": 1.5}, ("TB", "TPTNDRUG"), "EX05", "not_met"),
        ({"LB__CREAT": {"status": "LOST"}}, ("LB", "CREAT"), "EX03", "undetermined"),
        ({"VIR__HBVDNA": {"status": "UNHEARD"}}, ("VIR", "HBVDNASTAT"), "EX06", "not_met"),
    ],
)
def test_a_refused_value_is_reported_and_counts_as_missing(
    change: dict[str, Any], place: tuple[str, str], criterion: str, verdict: str
) -> None:
    data = example(**change)
    assert findings(data) == [place]
    assert outcome(data, criterion) == verdict


def test_the_message_says_what_is_allowed() -> None:
    [finding] = checked(example(LB__PLAT={"value": 231})).findings
    assert "10^9/L, /mm3" in finding.message


@pytest.mark.parametrize("missing", [None, "U", "NOT DONE", {"status": "NOT DONE"}, {"value": None}])
def test_a_missing_value_is_no_error_and_never_normal(missing: object) -> None:
    data = example(LB__CREAT=missing)
    assert findings(data) == []
    assert outcome(data, "EX03") == "undetermined"
    assert checked(data).as_json()["derived"]["CRCL"] is None


def test_soft_findings_are_no_errors() -> None:
    data = example(VS__WEIGHT={"value": 115, "unit": "kg"}, LB__WBC={"value": 5, "unit": "10^9/L"})
    assert findings(data) == []


@pytest.mark.parametrize(
    ("record", "place"),
    [
        (PREDNISONE | SINCE | {"CMDOSU": None}, "RECORDS[0].CMDOSTOT"),
        (PREDNISONE | SINCE | {"CMDOSU": "mg"}, "RECORDS[0].CMDOSTOT"),
        (PREDNISONE | SINCE | {"CMDOSTOT": 2001}, "RECORDS[0].CMDOSTOT"),
        (PREDNISONE | SINCE | {"CMTRT": "ASPIRIN"}, "RECORDS[0].CMTRT"),
        (PREDNISONE | SINCE | {"CMENDTC": "2025-12-31"}, "RECORDS[0].CMSTDTC"),
        (PREDNISONE | SINCE | {"CMENDTC": ["2026-03-01"]}, "RECORDS[0].CMENDTC"),
        (PREDNISONE | SINCE | {"BATCH": "A"}, "RECORDS[0].BATCH"),
        ("prednisone", "RECORDS[0]"),
        (None, "RECORDS[0]"),
    ],
)
def test_a_refused_answer_of_a_row_is_reported_with_its_row(record: object, place: str) -> None:
    assert findings(example(GC=_history(record))) == [("GC", place)]


@pytest.mark.parametrize(
    "record",
    [
        PREDNISONE | SINCE | {"CMDOSU": None},
        PREDNISONE | SINCE | {"CMENDTC": "2025-12-31"},
        PREDNISONE | SINCE | {"CMTRT": "ASPIRIN"},
        {},
        "prednisone",
    ],
)
def test_a_row_that_cannot_be_read_is_not_a_day_without_the_drug(record: object) -> None:
    steady = PREDNISONE | SINCE
    assert outcome(example(GC=_history(steady)), "IN04") == "met"
    assert outcome(example(GC=_history(steady, record)), "IN04") == "undetermined"


def test_a_refused_end_date_does_not_mean_that_the_drug_goes_on() -> None:
    refused = PREDNISONE | SINCE | {"CMENDTC": "soon"}
    assert outcome(example(GC=_history(PREDNISONE | SINCE)), "IN04") == "met"
    assert outcome(example(GC=_history(refused)), "IN04") == "undetermined"


def test_rows_that_are_no_list_are_reported_and_leave_the_history_open() -> None:
    data = example(GC={"GCHXCOMP": "Y", "RECORDS": {"CMTRT": "PREDNISONE"}})
    assert findings(data) == [("GC", "RECORDS")]
    assert outcome(data, "IN04") == "undetermined"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"XX": {"A": 1}}, ("XX", "")),
        ({"VS": [1, 2]}, ("VS", "")),
        ({"VS": "tall"}, ("VS", "")),
        ({"VS__SHOESIZE": 42}, ("VS", "SHOESIZE")),
        ({"LB__SHOESIZE": 42}, ("LB", "SHOESIZE")),
    ],
)
def test_an_unknown_form_or_field_is_reported(change: dict[str, Any], place: tuple[str, str]) -> None:
    assert findings(example(**change)) == [place]


@pytest.mark.parametrize("form", ["IM", "MMT", "HAQ", "CD", "PE", "SY"])
def test_forms_of_the_schedule_that_no_criterion_reads_are_passed_over(form: str) -> None:
    assert findings(example(**{form: {"ANYTHING": 1}})) == []


def test_a_form_that_is_null_is_a_form_without_answers() -> None:
    data = example(LB=None)
    assert findings(data) == []
    assert outcome(data, "EX03") == "undetermined"


def test_values_are_refused_that_lie_before_the_consent_of_the_file() -> None:
    data = example(DS__RFICDTC="2026-03-03", SV__SCRNDTC="2026-03-03")
    assert findings(data) == [("LB", "LBDTC")]


def test_without_a_readable_consent_no_date_is_refused_for_lying_before_it() -> None:
    assert findings(example(DS__RFICDTC="yesterday")) == [("DS", "RFICDTC")]


def test_only_the_planned_randomization_may_lie_after_today() -> None:
    assert findings(example(SV__RANDDTC="2026-03-30")) == []
    assert findings(example(LB__LBDTC="2026-03-21")) == [("LB", "LBDTC")]


def test_hepatitis_b_dna_is_judged_by_unit_and_assay() -> None:
    quantified = {"status": "QUANTIFIED", "value": 200, "unit": "IU/mL"}
    assert outcome(example(VIR__HBVDNA=quantified, VIR__HBVASSAY="ROCHE"), "EX06") == "met"
    assert outcome(example(VIR__HBVDNA=quantified, VIR__HBVASSAY="ABBOTT"), "EX06") == "undetermined"
    assert outcome(example(VIR__HBVDNA=quantified), "EX06") == "undetermined"
    assert findings(example(VIR__HBVDNA=quantified)) == []
    litre = {"status": "QUANTIFIED", "value": 1000, "unit": "copies/L"}
    assert outcome(example(VIR__HBVDNA=litre), "EX06") == "not_met"


def test_codes_may_be_written_as_names_are() -> None:
    written = {"IGRATYPE": "T-Spot.TB", "IGRARES": "negative"}
    data = example(
        TB=PROTOCOL_EXAMPLE["TB"] | written, GC=_history(PREDNISONE | SINCE | {"CMTRT": "Prednisone"})
    )
    assert findings(data) == []
    assert (outcome(data, "EX05"), outcome(data, "IN04")) == ("not_met", "met")


def test_numbers_are_compared_as_decimals() -> None:
    limit = {"value": 105.3, "unit": "U/L", "uln": 35.1}
    assert outcome(example(LB__ALT=limit), "EX03") == "undetermined"
    assert outcome(example(LB__ALT=limit, LB__ALT_DMREL="N"), "EX03") == "met"
    assert outcome(example(LB__ALT=limit | {"value": 105.2}), "EX03") == "not_met"


def test_a_participant_that_is_no_object_is_reported() -> None:
    nobodies: list[Any] = [None, 7, "01-001", [], [{}]]
    for nobody in nobodies:
        answer = checked(nobody).as_json()
        assert answer["overall"] == "undetermined"
        assert [error["form"] for error in answer["errors"]] == [""]
