"""The chart of glucocorticoids shows what IN04 and EX12 decided on, day by day."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.criteria import Outcome, Part
from screening.criteria.evidence import Evidence
from screening.criteria.exhibits import Doses
from screening.criteria.glucocorticoids import read_history
from screening.criteria.readings import DEFAULT
from screening.criteria.steroids import ex12, in04
from screening.evidence.steroid_chart import BOTTOM, TOP, Day, each_day, steroid_chart
from screening.facts import Facts
from tests.screening.criteria.example import Plain, Row, gc, participant, q
from tests.screening.criteria.test_second_opinion import Recorded, end_of, per_kg, steroid_rows, written
from trialsite.truth import Truth

FIRST = date(2026, 2, 16)
PULSE = gc("500", "2026-03-01", "2026-03-03", drug="METHYLPREDNISOLONE", route="INTRAVENOUS")


def doses_of(part: Part) -> Doses:
    (doses,) = [each for each in part.exhibits if isinstance(each, Doses)]
    return doses


def facts_of(rows: Recorded, weight: str = "58", complete: str = "Y") -> Facts:
    steroids: tuple[Row, ...] = tuple(
        gc(dose, start.isoformat(), written(end_of(start, length)), drug)
        for (start, length), dose, drug in rows
    )
    return participant({"VS.WEIGHT": q(weight), "GC.GCHXCOMP": complete}, steroids=steroids)


@given(steroid_rows, st.sampled_from([50, 58, 60]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_each_of_the_28_days_shows_the_dose_of_a_second_computation_and_the_verdict(
    rows: Recorded, weight: int, complete: bool
) -> None:
    verdict = in04(facts_of(rows, str(weight), "Y" if complete else "N"))
    doses = doses_of(verdict.parts[0])
    days = list(each_day(doses))
    assert [each.day for each in days] == [FIRST + timedelta(days=number) for number in range(28)]
    for each in days:
        assert each.least == each.most == per_kg(rows, each.day, weight)
    assert verdict.outcome is outcome_of_days(days, met=Outcome.MET, failed=Outcome.NOT_MET)


@given(steroid_rows)
@settings(max_examples=100, deadline=None)
def test_the_days_before_screening_show_the_verdict_of_ex12(rows: Recorded) -> None:
    verdict = ex12(facts_of(rows))
    doses = doses_of(verdict.parts[0])
    days = list(each_day(doses))
    assert (days[0].day, days[-1].day) == (date(2026, 2, 2), date(2026, 3, 2))
    expected = outcome_of_days(days, met=Outcome.NOT_MET, failed=Outcome.MET)
    assert verdict.outcome is (
        Outcome.UNDETERMINED if expected is Outcome.NOT_MET and doses.earlier else expected
    )


def outcome_of_days(days: list[Day], *, met: Outcome, failed: Outcome) -> Outcome:
    answers = {each.in_order for each in days}
    if Truth.NO in answers:
        return failed
    return Outcome.UNDETERMINED if Truth.UNKNOWN in answers else met


vague_dates = st.sampled_from(["2026-02-20", "2026-02", "2026-03", "2026-03-10", "2026", "2025-12"])
vague_rows = st.lists(
    st.builds(
        gc,
        st.sampled_from(["5", "35", "58", "500", None]),
        vague_dates,
        st.one_of(st.none(), vague_dates, st.just(q(None, missing="UNKNOWN"))),
        st.sampled_from(["PREDNISONE", "METHYLPREDNISOLONE", None]),
        st.sampled_from(["ORAL", None]),
    ),
    max_size=3,
).map(tuple)


@given(vague_rows, st.sampled_from(["58", None]), st.sampled_from(["Y", "N", None]))
@settings(max_examples=150, deadline=None)
def test_where_records_are_vague_the_band_is_that_of_the_history(
    rows: tuple[Row, ...], weight: str | None, complete: Plain
) -> None:
    facts = participant({"VS.WEIGHT": q(weight), "GC.GCHXCOMP": complete}, steroids=rows)
    history = read_history(Evidence(facts), DEFAULT.prednisone_factors)
    verdict = in04(facts)
    doses = doses_of(verdict.parts[0])
    for each in each_day(doses):
        sure = [course for course in history.courses if course.period.surely_on(each.day)]
        possible = [course for course in history.courses if course.period.possibly_on(each.day)]
        least = history.per_kg(sum((course.least for course in sure), Fraction(0)))
        bounds = [course.most for course in possible]
        known = [bound for bound in bounds if bound is not None]
        most = history.per_kg(sum(known, Fraction(0))) if len(known) == len(bounds) else None
        assert (each.least, each.most) == (least or 0, most)
    if any(each.in_order is Truth.NO for each in each_day(doses)) or doses.reached:
        assert verdict.outcome is Outcome.NOT_MET
    if all(each.in_order is Truth.YES for each in each_day(doses)):
        assert verdict.outcome is (Outcome.NOT_MET if doses.reached else Outcome.MET)
    chart = steroid_chart("IN04", doses)
    assert len(chart.ticks) <= 5
    assert TOP <= chart.limit_y < BOTTOM


def test_a_day_at_fault_is_marked_by_a_cross_and_a_doubtful_one_by_a_ring() -> None:
    fault = steroid_chart(
        "IN04", doses_of(in04(participant(steroids=(gc("35", "2026-01-01"), PULSE))).parts[0])
    )
    assert fault.crosses.count("M") == fault.at_fault.count("M") == 3
    assert fault.rings == ""
    assert [label.text for label in fault.cut] == ["↑ 11.38"]
    doubt = steroid_chart("IN04", doses_of(in04(participant(steroids=(gc("35", "2026-02"),))).parts[0]))
    assert doubt.rings.count("m") == 0
    assert doubt.rings.count("M") == 13 - 1
    assert doubt.crosses == ""
    assert doubt.uncertain.count("M") == 12


def test_the_table_says_what_the_drawing_says() -> None:
    chart = steroid_chart(
        "IN04", doses_of(in04(participant(steroids=(gc("35", "2026-01-01"), PULSE))).parts[0])
    )
    assert [(line.days, line.word) for line in chart.lines] == [
        ("16 Feb to 28 Feb 2026", "within"),
        ("1 Mar to 3 Mar 2026", "at fault"),
        ("4 Mar to 15 Mar 2026", "within"),
    ]
    assert chart.lines[1].amount == "660 mg / 58 kg = 11.379 mg/kg"
    assert chart.lines[1].taken == ("prednisone 35 mg", "methylprednisolone 500 mg × 1.25 = 625 mg")
    assert "3 at fault, 0 not certain" in chart.summary


def test_a_dose_just_below_the_limit_is_not_rounded_onto_it() -> None:
    doses = doses_of(in04(participant(steroids=(gc("57.99", "2026-01-01"),))).parts[0])
    assert steroid_chart("IN04", doses).lines[0].amount == "57.99 mg / 58 kg = 0.9998 mg/kg"


def test_a_pulse_before_the_look_back_stands_in_the_table() -> None:
    pulse = gc("500", "2026-01-05", "2026-01-07", drug="METHYLPREDNISOLONE")
    chart = steroid_chart("EX12", doses_of(ex12(participant(steroids=(pulse,))).parts[0]))
    assert chart.crosses == ""
    assert (chart.lines[0].days, chart.lines[0].word) == ("5 Jan to 7 Jan 2026", "at fault")
    assert any("before the window" in note for note in chart.notes)


@pytest.mark.parametrize(("answer", "mark"), [("Y", "crosses"), ("N", "rings")])
def test_days_without_any_glucocorticoid_are_marked_at_the_axis(answer: str, mark: str) -> None:
    facts = participant({"GC.GCHXCOMP": answer}, steroids=())
    chart = steroid_chart("IN04", doses_of(in04(facts).parts[0]))
    assert getattr(chart, mark).count("M") == 28
    assert chart.known == chart.at_fault == ""
