"""EX: kit and volume of a dose, and what its checks refuse or ask."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from trialsite.crf.reading import Problem, Reading, read
from trialsite.protocol import DOSE_VISITS, FORMS
from visits.forms.dose_given import DoseGiven

CONTEXT: dict[str, Any] = {
    "TODAY": date(2026, 5, 1),
    "CONSENT": date(2026, 3, 2),
    "DAY1": date(2026, 3, 16),
    "KITS": frozenset({"K1234"}),
    "WINDOW": (date(2026, 3, 27), date(2026, 4, 2)),
    "OTHER_DOSES": [("Day 1", date(2026, 3, 16))],
    "GATE": None,
}
DOSE = {
    "EXPERF": "Y",
    "EXKIT": "K1234",
    "EXROUTE": "INTRAVENOUS",
    "EXLOC": "FOREARM",
    "EXDOSPLN": "100",
    "EXVOL": "100",
    "EXINTP": "N",
    "EXSTDTC": "2026-03-30",
    "EXSTTIM": "10:00",
    "EXENDTC": "2026-03-30",
    "EXENTIM": "11:00",
    "EXREACT": "N",
}


def reading(context: dict[str, Any] | None = None, **changed: str) -> Reading:
    return read(DoseGiven, DOSE | changed, visit="W2", context=CONTEXT | (context or {}))


def only(found: Reading) -> Problem:
    assert len(found.problems) == 1, found.problems
    return found.problems[0]


def test_a_dose_by_the_book_raises_no_question_and_leaves_none_open() -> None:
    found = reading()
    assert (found.problems, found.unanswered) == ([], [])
    assert found.columns["EXVOL"] == Decimal(100)


@pytest.mark.req("L2")
def test_the_form_asks_for_volume_and_kit_and_never_for_milligrams() -> None:
    variables = DoseGiven.variables()
    assert {unit for name in ("EXDOSPLN", "EXVOL") for unit in [variables[name].standard_unit]} == {"mL"}  # type: ignore[attr-defined]
    words = " ".join(f"{variable.label} {variable.hint}" for variable in variables.values()).lower()
    assert "mg" not in words.split()
    assert "tocilizumab" not in words
    assert "placebo" not in words


@pytest.mark.req("B1")
@pytest.mark.parametrize("kit", ["K9999", "k1234", "1234"])
def test_another_kit_than_the_given_one_is_refused_without_saying_anything_about_it(kit: str) -> None:
    problem = only(reading(EXKIT=kit))
    assert (problem.field, problem.hard) == ("EXKIT", True)
    assert problem.message == (
        "This kit was not given for this visit. Allowed is the kit number that the casebook shows for it."
    )


def test_a_dose_without_a_kit_from_the_vault_is_refused() -> None:
    problem = only(reading({"KITS": frozenset()}))
    assert problem.hard
    assert problem.message.startswith("No kit has been given for this visit yet.")


@pytest.mark.parametrize(
    ("start", "end", "asks"),
    [
        ("10:00", "10:44", True),
        ("10:00", "10:45", False),
        ("10:00", "12:00", False),
        ("10:00", "12:01", True),
    ],
)
def test_an_infusion_of_45_to_120_minutes_is_usual(start: str, end: str, asks: bool) -> None:
    found = reading(EXSTTIM=start, EXENTIM=end)
    assert [problem.check for problem in found.problems] == (["usual_infusion_time"] if asks else [])
    assert not found.refused


def test_an_infusion_across_midnight_is_counted_in_minutes() -> None:
    assert not reading(EXSTTIM="23:30", EXENTIM="00:30", EXENDTC="2026-03-31").problems


def test_an_injection_has_no_usual_length() -> None:
    assert not reading(EXROUTE="SUBCUTANEOUS", EXLOC="ABDOMEN", EXENTIM="10:01").problems


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"EXENTIM": "09:59"}, "EXENTIM"), ({"EXENDTC": "2026-03-29"}, "EXENDTC")],
)
def test_an_end_before_the_start_is_refused(changed: dict[str, str], field: str) -> None:
    problem = only(reading(None, **changed))
    assert (problem.field, problem.hard) == (field, True)


@pytest.mark.parametrize(
    ("day", "asks"),
    [("2026-03-26", True), ("2026-03-27", False), ("2026-04-02", False), ("2026-04-03", True)],
)
def test_a_dose_outside_its_window_is_asked_about(day: str, asks: bool) -> None:
    found = reading({"OTHER_DOSES": []}, EXSTDTC=day, EXENDTC=day)
    assert [problem.check for problem in found.problems] == (["dose_in_window"] if asks else [])


@pytest.mark.req("D5")
@pytest.mark.parametrize(("other", "asks"), [(19, False), (20, True), (30, True)])
def test_fewer_than_11_days_between_two_doses_are_asked_about(other: int, asks: bool) -> None:
    found = reading({"OTHER_DOSES": [("Day 1", date(2026, 3, other))]})
    assert [problem.check for problem in found.problems] == (["days_between_doses"] if asks else [])


@pytest.mark.req("D5")
def test_a_later_dose_entered_first_is_seen_too() -> None:
    """Days 18 and 26 both lie in their windows and are 8 days apart (clinical content, 4.10)."""
    problem = only(
        reading({"OTHER_DOSES": [("Week 4", date(2026, 4, 10))]}, EXSTDTC="2026-04-02", EXENDTC="2026-04-02")
    )
    assert problem.check == "days_between_doses"
    assert "The dose of Week 4 was given on 2026-04-10, 8 days away" in problem.message


@pytest.mark.parametrize(
    ("volume", "interrupted", "asks"),
    [("100", "N", False), ("100.1", "N", True), ("99.9", "N", True), ("60", "Y", False)],
)
def test_a_volume_that_differs_from_the_plan_is_asked_about(
    volume: str, interrupted: str, asks: bool
) -> None:
    found = reading(EXVOL=volume, EXINTP=interrupted)
    assert [problem.check for problem in found.problems] == (["volume_as_planned"] if asks else [])


def test_a_dose_that_was_not_given_asks_for_the_reason_and_nothing_else() -> None:
    found = read(DoseGiven, {"EXPERF": "N", "EXHOLD": "Y", "EXREASND": "Fever"}, visit="W2", context=CONTEXT)
    assert (found.problems, found.unanswered) == ([], [])
    assert read(DoseGiven, {"EXPERF": "N"}, visit="W2", context=CONTEXT).unanswered == ["EXHOLD", "EXREASND"]


def test_every_variable_stands_in_one_section_and_the_form_belongs_to_the_dose_visits() -> None:
    placed = [name for section in DoseGiven.sections for name in section.fields]
    assert sorted(placed) == sorted(DoseGiven.variables())
    assert next(form.visits for form in FORMS if form.code == "EX") == DOSE_VISITS
