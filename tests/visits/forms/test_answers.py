"""Answers to the visit forms: worked scores, what is refused, what asks, what is asked when."""

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.visits.derived import second
from tests.visits.forms.reading import asked, daily_life, read_at, skin, strength
from trialsite.crf.exchange import typed_from
from trialsite.crf.forms import form_by_code
from trialsite.crf.typed import known_inputs
from trialsite.protocol import FORMS
from visits.forms.every import EVERY_FORM
from visits.forms.health_questionnaire import FIELDS as QUESTIONS
from visits.forms.muscle_test import MUSCLE_OF
from visits.forms.skin_index import FIELDS as PLACES

WEAK = {
    "MMTNECK": "6",
    **dict.fromkeys(("MMTDELTR", "MMTDELTL"), "8"),
    **dict.fromkeys(("MMTBICER", "MMTBICEL"), "9"),
    **dict.fromkeys(("MMTGMAXR", "MMTGMAXL"), "6"),
    **dict.fromkeys(("MMTGMEDR", "MMTGMEDL"), "7"),
}
SOME_DIFFICULTY = {"HAQ0101": "1", "HAQ0201": "1", "HAQ0402": "1", "HAQ0601": "1"}
FACE_AND_HANDS = {
    "CD02ERY": "2",
    "CD02SCA": "1",
    "CD05ERY": "2",
    "CDHNDERY": "2",
    "CDHNDPAP": "Y",
    "CDPERIUN": "2",
}
WITH_KNEE = FACE_AND_HANDS | {"CD11ERY": "2", "CD11ULC": "1"}


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("typed", "total"),
    [
        (strength(), 150),
        (strength(**WEAK), 126),
        (strength(MMTNECK="8", MMTGMAXR="9", MMTGMAXL="9"), 146),
        (strength(MMTDELTR="", MMTDELTR_ND="NOT DONE"), None),
        (strength(MMTANKLL=""), None),
    ],
)
def test_the_worked_totals_of_strength(typed: dict[str, str], total: int | None) -> None:
    assert read_at("MMT", typed).columns["MMT8TOT"] == total


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("typed", "index"),
    [
        (daily_life(**SOME_DIFFICULTY), "0.5"),
        (daily_life(**SOME_DIFFICULTY, HAQ04AID="Y"), "0.625"),
        (daily_life(), "0"),
        (dict.fromkeys(("HAQ0101", "HAQ0201", "HAQ0301", "HAQ0401", "HAQ0501"), "3"), None),
    ],
)
def test_the_worked_indices_of_disability(typed: dict[str, str], index: str | None) -> None:
    found = read_at("HAQ", typed).columns["HAQDI"]
    assert found == (None if index is None else Decimal(index))


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("typed", "scores"),
    [
        (skin(**FACE_AND_HANDS), (11, 0)),
        (skin(**WITH_KNEE), (14, 0)),
        (skin(CDHNDDAM="2", CD01POI="1", CD15CAL="1"), (0, 4)),
        (skin(CD07SCA="", CD07SCA_ND="NOT DONE"), (None, 0)),
        (skin(CDHNDERY="1"), (None, 0)),
    ],
)
def test_the_worked_scores_of_the_skin(typed: dict[str, str], scores: tuple[int | None, int | None]) -> None:
    columns = read_at("CD", typed).columns
    assert (columns["CDASIACT"], columns["CDASIDAM"]) == scores


@pytest.mark.req("D5")
def test_the_forms_agree_with_the_second_implementation() -> None:
    dice = random.Random("forms")

    def points(most: int) -> int | None:
        return None if dice.random() < 0.01 else dice.randint(0, most)

    def text(value: int | None) -> str:
        return "" if value is None else str(value)

    for _ in range(60):
        muscles = {name: points(10) for name in MUSCLE_OF}
        found = read_at("MMT", {name: text(value) for name, value in muscles.items()}).columns
        assert found["MMT8TOT"] == second.mmt8(list(muscles.values()))
        answers = {item: points(3) for items, _ in QUESTIONS.values() for item in items}
        aids = {aid: dice.choice(("Y", "N", "")) for _, aid in QUESTIONS.values()}
        found = read_at("HAQ", {name: text(value) for name, value in answers.items()} | aids).columns
        flags = {"Y": True, "N": False, "": None}
        index = second.haq(
            [([answers[item] for item in items], flags[aids[aid]]) for items, aid in QUESTIONS.values()]
        )
        assert (found["HAQDI"] is None) == (index is None)
        assert index is None or abs(Fraction(found["HAQDI"]) - index) < Fraction(1, 10**9)
        signs = {
            name: points(most)
            for fields in PLACES.values()
            for name, most in zip(fields.values(), (3, 2, 1, 1, 1), strict=True)
        }
        rest = {
            "CDHNDERY": points(3),
            "CDHNDULC": points(1),
            "CDHNDDAM": points(2),
            "CDPERIUN": points(2),
            "CDALOPEC": points(1),
        }
        papules = dice.choice(("Y", "N", ""))
        typed = {name: text(value) for name, value in (signs | rest).items()} | {"CDHNDPAP": papules}
        found = read_at("CD", typed).columns
        rows = [tuple(signs[name] for name in fields.values()) for fields in PLACES.values()]
        hands = (rest["CDHNDERY"], flags[papules], rest["CDHNDULC"], rest["CDHNDDAM"])
        expected = second.cdasi(rows, hands, rest["CDPERIUN"], rest["CDALOPEC"])  # type: ignore[arg-type]
        assert (found["CDASIACT"], found["CDASIDAM"]) == expected


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("MMT", "MMTNECK", "11"),
        ("MMT", "MMTNECK", "9.5"),
        ("HAQ", "HAQ0101", "4"),
        ("CD", "CD01SCA", "3"),
        ("SY", "MMRC", "5"),
        ("SY", "ITCHNRS", "-1"),
        ("IM", "PHGA", "10.1"),
        ("PE", "PESKIN", "FINE"),
    ],
)
@pytest.mark.req("D1")
def test_what_is_outside_its_scale_is_refused(code: str, name: str, text: str) -> None:
    reading = read_at(code, {name: text})
    assert [problem.field for problem in reading.refused] == [name]


def test_a_scale_may_be_measured_in_millimetres() -> None:
    assert read_at("IM", {"PHGA": "37", "PHGA_UNIT": "mm"}).columns["PHGA"] == Decimal("3.7")
    assert read_at("IM", {"PHGA": "3.7"}).columns["PHGA"] == Decimal("3.7")


def test_a_short_reason_stands_in_the_cell_of_a_value() -> None:
    form = form_by_code("MMT")
    sent = known_inputs(
        form,
        {"MMTDELTR": "nd", "MMTNECK": "8", "MMTDELTL": "UNK", "MMTBICER": "ND", "MMTBICER_ND": "UNKNOWN"},
        "W4",
    )
    assert {name: text for name, text in sent.items() if text} == {
        "MMTNECK": "8",
        "MMTDELTR_ND": "NOT DONE",
        "MMTDELTL_ND": "UNKNOWN",
        "MMTBICER": "ND",
        "MMTBICER_ND": "UNKNOWN",
    }
    reading = read_at("MMT", strength(MMTDELTR="", MMTDELTR_ND="NOT DONE", MMTDTC="2026-04-13"))
    assert (reading.refused, reading.unanswered) == ([], [])
    # A code of its own is an answer, not a reason.
    assert known_inputs(form_by_code("PE"), {"PESKIN": "ND"}, "W4") == {"PESKIN": "ND"}


def test_a_finding_is_described_only_when_something_is_abnormal() -> None:
    systems = dict.fromkeys(("PESKIN", "PELUNG", "PEHEART", "PEABD", "PEMSK", "PEOTH"), "NORMAL")
    assert "PEDESC" in read_at("PE", systems).not_asked
    assert "PEDESC" in read_at("PE", systems | {"PELUNG": "ABNORMAL"}).unanswered


def test_papules_are_asked_only_of_red_hands() -> None:
    assert "CDHNDPAP" in read_at("CD", skin()).not_asked
    assert "CDHNDPAP" in read_at("CD", skin(CDHNDERY="1")).unanswered


@pytest.mark.parametrize(
    ("typed", "check"),
    [
        ({"LASTDOSE": "2026-04-13", "EOTDTC": "2026-04-12"}, "treatment_ends_after_last_dose"),
        ({"EOTDTC": "2026-04-13", "DSSTDTC": "2026-04-12"}, "study_ends_after_treatment"),
        ({"LASTDOSE": "2026-03-15"}, "no_dose_before_day_1"),
    ],
)
def test_the_days_of_the_end_follow_each_other(typed: dict[str, str], check: str) -> None:
    assert asked(read_at("DSE", typed, "E"), check)
    same = dict.fromkeys(typed, "2026-03-16")
    assert read_at("DSE", same, "E").refused == []


CHANGES = [
    ("VS", "WEIGHT", {"WEIGHT_UNIT": "kg"}, "58", "63.8", "63.9"),
    ("VS", "WEIGHT", {"WEIGHT_UNIT": "kg"}, "58", "52.2", "52.1"),
    ("LB", "CREAT", {"CREAT_UNIT": "umol/L"}, "52", "103.9", "104"),
    ("LB", "HGB", {"HGB_UNIT": "g/L"}, "130", "90", "89"),
    ("IM", "PHGA", {}, "8", "2", "1.9"),
]


@pytest.mark.parametrize(("code", "name", "unit", "before", "believed", "doubted"), CHANGES)
def test_an_implausible_change_from_baseline_asks(
    code: str, name: str, unit: dict[str, str], before: str, believed: str, doubted: str
) -> None:
    baseline = {name: before}
    assert asked(read_at(code, {name: believed} | unit, baseline=baseline), "change") == []
    (problem,) = asked(read_at(code, {name: doubted} | unit, baseline=baseline), "change")
    assert (problem.field, problem.hard) == (name, False)
    assert "since Day 1 (" + before in problem.message
    assert asked(read_at(code, {name: doubted} | unit), "change") == []


def test_a_change_of_a_score_asks_as_well() -> None:
    weak = strength(**dict.fromkeys(list(MUSCLE_OF)[:6], "1"))
    (problem,) = asked(read_at("MMT", weak, baseline={"MMT8TOT": "150"}), "change")
    assert problem.field == "MMT8TOT"
    assert "more than 50 points" in problem.message


EXCHANGED: dict[str, dict[str, Any]] = {
    "MMT": {"MMT8TOT": 146, **dict.fromkeys(MUSCLE_OF, 9), "MMTNECK": "ND"},
    "HAQ": {"HAQDI": "0.5", "HAQ0101": 2, "HAQ01AID": "Y"},
    "CD": {"CDASIACT": 18, "CD01ERY": 3},
    "IM": {"PHGA": {"value": "37", "unit": "mm"}, "PTGA": "5.0"},
    "SY": {"MMRC": 2, "FEVER": "N"},
    "PE": {"PESKIN": "ND"},
    "UN": {"UNREAS": "LAB REPEAT"},
    "DSE": {"DSDECOD": "LOST", "LASTDOSE": "NOT APPLICABLE"},
}


def test_the_exchange_format_has_every_form_that_is_not_the_dose() -> None:
    assert EXCHANGED.keys() == {form.code for form in EVERY_FORM} - {"EX"}


@pytest.mark.parametrize(("code", "data"), EXCHANGED.items(), ids=EXCHANGED)
def test_a_form_is_read_from_the_exchange_format(code: str, data: dict[str, Any]) -> None:
    visit = next(each.visits[-1] for each in FORMS if each.code == code)
    typed, problems = typed_from(form_by_code(code), data)
    reading = read_at(code, typed, visit)
    assert (problems, reading.refused) == ([], [])
    for name in data.keys() - {"MMT8TOT", "HAQDI", "CDASIACT"}:
        assert reading.columns[name] not in (None, "") or reading.columns[f"{name}_ND"]
