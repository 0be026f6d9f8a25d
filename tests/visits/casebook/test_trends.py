"""Trends: what may be drawn, what the baseline is, and that the drawing says what the table says."""

from datetime import date
from decimal import Decimal

import pytest

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import User
from trialsite.crf.forms import REGISTER
from trialsite.crf.variables import Blinding
from visits.casebook.trend_charts import scale, trend_charts
from visits.casebook.trends import (
    STEROIDS,
    TRENDS,
    Course,
    MaskedTrend,
    Point,
    Trend,
    courses_of_values,
    declared,
    taken_on,
    variables_used,
)

FVC = TRENDS[0]
DAY1, WEEK_8 = date(2026, 3, 16), date(2026, 5, 11)


@pytest.mark.req("L19", "B1")
@pytest.mark.parametrize("trend", [*TRENDS, STEROIDS], ids=lambda trend: trend.title)
def test_every_variable_of_every_trend_is_open(trend: Trend) -> None:
    assert declared(trend) is REGISTER[trend.form]
    used = variables_used(trend)
    assert used
    assert all(variable.blinding is Blinding.OPEN for variable in used)
    form = REGISTER[trend.form]
    assert not any(variable.blinding is Blinding.MASKED for variable in form.variables().values())


@pytest.mark.req("L19", "B1")
@pytest.mark.parametrize("variable", ["CRP", "ESR", "FERRITIN", "IL6"])
def test_a_masked_variable_can_never_be_chosen(variable: str) -> None:
    masked = REGISTER["LBI"].variables()
    assert variable in masked
    with pytest.raises(MaskedTrend):
        declared(Trend("Inflammation", "LBI", variable, "LBIDTC", "mg/L"))


def test_the_baseline_is_day_1_and_before_it_the_last_value_of_screening() -> None:
    early, late = Point("S", date(2026, 3, 3), Decimal(70)), Point("S", date(2026, 3, 10), Decimal(72))
    first, last = Point("D1", DAY1, Decimal(74)), Point("W8", WEEK_8, Decimal(80))
    assert Course(FVC, (early, late, first, last)).baseline is first
    assert Course(FVC, (early, late, last)).baseline is late
    assert Course(FVC, (last,)).baseline is None


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        (("78.4", "82"), ("75", "85")),
        (("95",), ("90", "100")),
        (("0",), ("0", "1")),
        (("0", "60"), ("0", "80")),
        (("310", "420"), ("250", "450")),
        (("2.5", "7.1"), ("2", "8")),
    ],
)
def test_the_axis_has_round_ends_around_the_values(values: tuple[str, ...], ends: tuple[str, str]) -> None:
    low, high = scale([Decimal(value) for value in values])
    assert low <= min(map(Decimal, values))
    assert high >= max(map(Decimal, values))
    assert low < high
    assert (low, high) == tuple(map(Decimal, ends))


def test_a_chart_says_its_values_its_baseline_and_the_change() -> None:
    course = Course(FVC, (Point("S", date(2026, 3, 10), Decimal("78.4")), Point("W8", WEEK_8, Decimal(82))))
    days = {"S": date(2026, 3, 2), "D1": DAY1, "W8": WEEK_8}
    (chart,) = trend_charts([course], days, days["S"], WEEK_8)
    assert chart.latest == "82 % predicted"
    assert chart.summary == "2 values; the last 82 % predicted, baseline 78.4."
    assert [(line.visit, line.value, line.change) for line in chart.lines] == [
        ("Screening", "78.4", ""),
        ("Week 8", "82", "+3.6"),
    ]
    assert chart.baseline_label is not None
    assert [tick.text for tick in chart.ticks] == ["S", "D1", "W8"]
    assert chart.path.count("M") == chart.path.count("L") == 1


@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        ("2026-03-01", "", True),
        ("2026-03-17", "", False),
        ("2026-03-01", "2026-03-16", True),
        ("2026-03-01", "2026-03-15", False),
        ("2026-03", "2026-03", True),
        ("2026", "2026-02", False),
        ("", "", True),
    ],
)
def test_a_period_of_partial_dates_holds_a_day_by_the_longest_it_can_be(
    start: str, end: str, *, taken: bool
) -> None:
    assert taken_on(DAY1, start, end) is taken


@pytest.mark.django_db
def test_values_are_read_from_the_forms_and_steroids_are_added_up_as_prednisone(
    participant: Participant, coordinator: User
) -> None:
    with on(date(2026, 5, 20)):
        cast.enter(coordinator, participant, "OX", "S", OXDTC="2026-03-10", SPO2="93")
        cast.enter(coordinator, participant, "OX", "D1", OXDTC="2026-03-16", SPO2="95")
        cast.enter(
            coordinator,
            participant,
            "GC",
            "W2",
            **{
                "GCDTC": "2026-03-30",
                "GCHXCOMP": "Y",
                "RECORDS-0-CMTRT": "PREDNISONE",
                "RECORDS-0-CMDOSTOT": "20",
                "RECORDS-0-CMROUTE": "ORAL",
                "RECORDS-0-CMSTDTC": "2026-03-01",
                "RECORDS-1-CMTRT": "METHYLPREDNISOLONE",
                "RECORDS-1-CMDOSTOT": "8",
                "RECORDS-1-CMROUTE": "ORAL",
                "RECORDS-1-CMSTDTC": "2026-03-01",
                "RECORDS-2-CMTRT": "PREDNISONE",
                "RECORDS-2-CMDOSTOT": "60",
                "RECORDS-2-CMROUTE": "ORAL",
                "RECORDS-2-CMSTDTC": "2026-03-01",
                "RECORDS-2-CMENDTC": "2026-03-10",
            },
        )
    found = {course.trend.title: course for course in courses_of_values(participant)}
    assert set(found) == {"SpO2", "Glucocorticoids, as prednisone"}
    assert [point.value for point in found["SpO2"].points] == [93, 95]
    assert [point.value for point in found["Glucocorticoids, as prednisone"].points] == [30]
