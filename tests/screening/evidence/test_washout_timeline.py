"""Waits, the days on which they are over, and their drawing."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.boundaries.participant import Plain
from screening.criteria import Verdict
from screening.criteria.derived import Elimination
from screening.criteria.exhibits import Wait
from screening.criteria.history import ex02, ex13
from screening.criteria.infection import ex04
from screening.criteria.tuberculosis import ex05
from screening.evidence.washout_timeline import LEFT, RIGHT, Timeline, timeline
from tests.screening.criteria.example import ivab, participant, q
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth


def waits_of(verdict: Verdict) -> list[Wait]:
    return [each for part in verdict.parts for each in part.exhibits if isinstance(each, Wait)]


def drawn(verdict: Verdict) -> Timeline:
    (wait,) = waits_of(verdict)
    return timeline(verdict.code, 1, wait)


days = st.dates(date(2025, 6, 1), date(2026, 6, 1))
LATENT: dict[str, Plain] = {
    "TB.IGRARES": "POSITIVE",
    "TB.TPTYN": "Y",
    "TB.TPTNDRUG": q("2"),
    "TB.TPTCONT": "Y",
}


@given(days, days)
@settings(max_examples=60, deadline=None)
def test_on_the_day_a_wait_is_over_the_criterion_says_so_and_not_on_the_day_before(
    since: date, asked: date
) -> None:
    """For each wait that is counted in days: ACS, hospital, immunoglobulin, preventive therapy."""
    for judge, reference, changes in (
        (ex02, "SV.SCRNDTC", {"MH.ACSYN": "Y", "MH.ACSDTC": since.isoformat()}),
        (ex04, "SV.SCRNDTC", {"INF.SINFHOSP": "Y", "INF.SINFENDTC": since.isoformat()}),
        (ex13, "SV.SCRNDTC", {"CM.IVIGYN": "Y", "CM.IVIGENDTC": since.isoformat()}),
        (ex05, "SV.RANDDTC", {**LATENT, "TB.TPTSTDTC": since.isoformat()}),
    ):
        (wait,) = waits_of(judge(participant({**changes, reference: asked.isoformat()})))
        assert wait.over is not None
        assert wait.over == wait.possible_from
        assert wait.passed is (Truth.YES if asked >= wait.over else Truth.NO)
        assert judge(participant({**changes, reference: wait.over.isoformat()})).favourable
        before = (wait.over - timedelta(days=1)).isoformat()
        assert not judge(participant({**changes, reference: before})).favourable


@given(
    ended=days,
    ended_at=st.one_of(st.none(), st.integers(0, 24 * 60 - 1)),
    half_life=st.decimals(Decimal("0.2"), 300, places=1),
)
@settings(max_examples=100, deadline=None)
def test_a_washout_is_impossible_before_possible_from_and_sure_from_over_on(
    ended: date, ended_at: int | None, half_life: Decimal
) -> None:
    hour = None if ended_at is None else Fraction(ended_at, 60)

    def on(day: date) -> Elimination:
        return Elimination(PartialDate.of(ended), half_life, PartialDate.of(day), hour)

    first = on(ended)
    assert first.possible_from is not None
    assert first.over is not None
    assert on(first.possible_from - timedelta(days=1)).complete is Truth.NO
    assert on(first.possible_from).complete is not Truth.NO
    assert on(first.over).complete is Truth.YES
    assert on(first.over - timedelta(days=1)).complete is not Truth.YES


def test_a_washout_between_its_windows_shows_the_days_that_it_depends_on() -> None:
    shown = drawn(
        ex04(participant({"INF.IVABYN": "Y"}, antibiotics=(ivab("2026-03-14", "8", drug="CEFTRIAXONE"),)))
    )
    assert (shown.what, shown.needed, shown.word) == ("Ceftriaxone", "5 × half-life 8 h", "not certain")
    assert shown.drawing is not None
    assert shown.drawing.perhaps_width > 0
    assert shown.drawing.over.text == "over from 17 Mar 2026"
    assert (
        shown.drawing.perhaps_x
        <= shown.drawing.reference_x
        < shown.drawing.perhaps_x + shown.drawing.perhaps_width
    )
    assert "last dose 14 Mar 2026" in shown.summary


@pytest.mark.parametrize("since", ["2026-02-20", "2026-02", "2020-01-01", "2026-04-01"])
def test_everything_drawn_stays_within_the_picture(since: str) -> None:
    shown = drawn(ex13(participant({"CM.IVIGYN": "Y", "CM.IVIGENDTC": since})))
    assert shown.drawing is not None
    for x, width in (
        (shown.drawing.wait_x, shown.drawing.wait_width),
        (shown.drawing.perhaps_x, shown.drawing.perhaps_width),
        (shown.drawing.reference_x, shown.drawing.reference_width),
    ):
        assert LEFT <= x <= RIGHT
        assert 0 <= width <= RIGHT - x + 2


def test_without_a_date_the_wait_is_told_in_words() -> None:
    shown = drawn(ex13(participant({"CM.IVIGYN": "Y", "CM.IVIGENDTC": None})))
    assert shown.drawing is None
    assert "a date not known" in shown.summary
    assert "cannot be told" in shown.summary


def test_no_event_has_no_wait() -> None:
    for verdict in (ex02(participant()), ex04(participant()), ex05(participant()), ex13(participant())):
        assert waits_of(verdict) == []
