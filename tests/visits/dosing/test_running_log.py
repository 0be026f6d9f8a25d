"""Medication of all visits as one log: one course, who confirms it, what contradicts, what is a day."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from screening.forms.running_log import Before, contradiction, goes_on
from visits.dosing.medication import Interview, running_log
from visits.dosing.steroid_days import spans_of, steroid_days

PREDNISONE: dict[str, Any] = {
    "CMTRT": "PREDNISONE",
    "CMDOSTOT": Decimal(40),
    "CMROUTE": "ORAL",
    "CMSTDTC": "2026-02-01",
    "CMENDTC": "",
    "CMENDTC_ND": "",
}
LESS = PREDNISONE | {"CMDOSTOT": Decimal(30), "CMSTDTC": "2026-03-21"}
ENDED = PREDNISONE | {"CMENDTC": "2026-03-20"}


def at(label: str, day: date, *rows: dict[str, Any]) -> Interview:
    """An interview about glucocorticoids."""
    return Interview("GC", label, label, day, tuple(rows))


D1, W2, W4 = date(2026, 3, 16), date(2026, 3, 30), date(2026, 4, 13)


def test_a_course_that_three_visits_list_is_one_line_with_its_last_end() -> None:
    log = running_log([at("Day 1", D1, PREDNISONE), at("Week 2", W2, ENDED, LESS), at("Week 4", W4, LESS)])
    assert [(each.row["CMDOSTOT"], each.confirmed, each.ongoing) for each in log.courses] == [
        (Decimal(30), ("Week 2", "Week 4"), True),
        (Decimal(40), ("Day 1", "Week 2"), False),
    ]
    assert log.courses[1].row["CMENDTC"] == "2026-03-20"
    assert log.contradictions == ()


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("now", "asks"),
    [
        ([PREDNISONE], ""),
        ([ENDED], ""),
        ([], "it is not listed here"),
        ([LESS], "it is not listed here"),
        ([PREDNISONE | {"CMENDTC": "2026-03-10"}], "was over when Day 1 recorded"),
        ([PREDNISONE | {"CMENDTC": "2026-03"}], ""),
        ([PREDNISONE | {"CMTRT": "prednisone "}], ""),
    ],
)
def test_what_went_on_and_is_left_out_or_ended_before_asks(now: list[dict[str, Any]], asks: str) -> None:
    found = contradiction(tuple(now), Before("D1", D1, (PREDNISONE,)))
    assert (found is None) is (not asks)
    assert asks in (found or "")


def test_what_had_ended_before_need_not_be_listed_again() -> None:
    assert contradiction((), Before("D1", D1, (ENDED,))) is None


@pytest.mark.parametrize(
    ("end", "missing", "ongoing"),
    [("", "", True), ("", "NOT APPLICABLE", True), ("", "UNKNOWN", False), ("2026-03", "", False)],
)
def test_a_course_goes_on_without_an_end_but_not_with_an_unknown_one(
    end: str, missing: str, ongoing: bool
) -> None:
    assert goes_on(PREDNISONE | {"CMENDTC": end, "CMENDTC_ND": missing}) is ongoing


def test_each_day_has_its_prednisone_equivalent_in_mg_and_per_kg() -> None:
    pulse = PREDNISONE | {
        "CMTRT": "METHYLPREDNISOLONE",
        "CMDOSTOT": Decimal(500),
        "CMSTDTC": "2026-03-10",
        "CMENDTC": "2026-03-12",
    }
    spans = spans_of([ENDED, LESS, pulse], date(2026, 3, 1), date(2026, 3, 30))
    assert all(span.least == span.most for span in spans)
    assert [(span.first.day, span.last.day, int(span.least)) for span in spans] == [
        (1, 9, 40),
        (10, 12, 665),
        (13, 20, 40),
        (21, 30, 30),
    ]
    chart = steroid_days([ENDED, LESS, pulse], date(2026, 3, 1), date(2026, 3, 30), Decimal(50))
    assert [(line.milligrams, line.per_kg) for line in chart.lines] == [
        ("40 mg", "0.8 mg/kg"),
        ("665 mg", "13.3 mg/kg"),
        ("40 mg", "0.8 mg/kg"),
        ("30 mg", "0.6 mg/kg"),
    ]


def test_a_partial_date_leaves_its_days_between_nothing_and_the_dose() -> None:
    spans = spans_of([PREDNISONE | {"CMENDTC": "2026-03"}], date(2026, 3, 1), date(2026, 4, 2))
    assert (spans[0].least, spans[0].most) == (Fraction(40), Fraction(40))
    assert (spans[1].first, spans[1].least, spans[1].most) == (date(2026, 3, 2), Fraction(0), Fraction(40))
    assert (spans[-1].first, spans[-1].most) == (date(2026, 4, 1), Fraction(0))
