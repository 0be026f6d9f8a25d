"""Of several results the latest within the window counts: the rule alone, for any order of entry."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.facts import Fact, Source
from screening.forms.laboratory import Laboratory
from screening.retests import OUT_OF_WINDOW, Sample, in_force

RANDDTC = date(2026, 3, 16)
FIRST = RANDDTC - timedelta(days=28)


def sample(repeat: int, taken: date | None, **values: str) -> Sample:
    source = Source(str(repeat), 1, "S", "Dr Who", "2026-03-02T08:00:00+00:00", str(taken or ""), repeat)
    facts = {
        name: Fact("LB", name, Decimal(text) if text else None, source=source)
        for name, text in values.items()
    }
    return Sample(repeat, facts, taken)


def counting(samples: list[Sample], on: date | None = RANDDTC) -> dict[str, Fact]:
    retest = Laboratory.retest
    assert retest is not None
    return {fact.field: fact for fact in in_force(retest, samples, on)}


def test_the_latest_by_date_counts_and_keeps_what_it_replaced() -> None:
    found = counting([sample(0, date(2026, 3, 2), NEUT="0.8"), sample(1, date(2026, 3, 9), NEUT="1.4")])
    assert found["NEUT"].value == Decimal("1.4")
    assert [earlier.value for earlier in found["NEUT"].earlier] == [Decimal("0.8")]


def test_only_what_was_measured_again_is_replaced() -> None:
    planned = sample(0, date(2026, 3, 2), NEUT="0.8", PLAT="231")
    assert counting([planned, sample(1, date(2026, 3, 9), NEUT="1.4", PLAT="")]).keys() == {"NEUT"}


def test_an_older_sample_that_is_entered_later_replaces_nothing() -> None:
    found = counting([sample(0, date(2026, 3, 9), NEUT="1.4"), sample(1, date(2026, 3, 2), NEUT="0.8")])
    assert found["NEUT"].value == Decimal("1.4")


def test_of_one_day_the_later_entered_counts() -> None:
    on = date(2026, 3, 9)
    found = counting([sample(2, on, NEUT="1.2"), sample(0, on, NEUT="0.8"), sample(1, on, NEUT="0.9")])
    assert found["NEUT"].value == Decimal("1.2")


@pytest.mark.parametrize("taken", [FIRST - timedelta(days=1), RANDDTC + timedelta(days=1)])
def test_a_retest_outside_the_window_does_not_count(taken: date) -> None:
    found = counting([sample(0, date(2026, 3, 2), NEUT="0.8"), sample(1, taken, NEUT="1.4")])
    assert found["NEUT"].value == Decimal("0.8")
    assert [earlier.value for earlier in found["NEUT"].earlier] == [Decimal("1.4")]


@pytest.mark.parametrize("taken", [FIRST, RANDDTC])
def test_both_ends_of_the_window_belong_to_it(taken: date) -> None:
    found = counting([sample(0, FIRST, NEUT="0.8"), sample(1, taken, NEUT="1.4")])
    assert found["NEUT"].value == Decimal("1.4")


def test_an_old_result_does_not_come_back_because_a_newer_one_is_old_too() -> None:
    passed, failed = FIRST - timedelta(days=9), FIRST - timedelta(days=2)
    found = counting([sample(0, passed, NEUT="6.0"), sample(1, failed, NEUT="0.8")])
    assert (found["NEUT"].value, found["NEUT"].missing) == (None, OUT_OF_WINDOW)


def test_the_clearance_counts_the_age_on_the_day_of_its_creatinine() -> None:
    planned = sample(0, date(2026, 3, 2), NEUT="0.8", CREAT="52", LBDTC="")
    assert "LBDTC" not in counting([planned, sample(1, date(2026, 3, 9), NEUT="1.4", LBDTC="")])
    again = counting([planned, sample(1, date(2026, 3, 9), CREAT="60", LBDTC="")])
    assert again["LBDTC"].source
    assert again["LBDTC"].source.repeat == 1


def test_a_judgement_belongs_to_its_result() -> None:
    planned = sample(0, date(2026, 3, 2), ALT="168", ALT_DMREL="1")
    found = counting([planned, sample(1, date(2026, 3, 9), ALT="170", ALT_DMREL="")])
    assert found["ALT_DMREL"].value is None, "it has to be given again"


days = st.dates(FIRST - timedelta(days=5), RANDDTC + timedelta(days=5))


@given(
    st.lists(st.tuples(days, st.integers(0, 99)), min_size=2, max_size=6, unique_by=lambda each: each[0]),
    st.data(),
)
def test_no_order_of_entry_changes_which_result_counts(
    results: list[tuple[date, int]], data: st.DataObject
) -> None:
    entered = data.draw(st.permutations(results))

    def value(order: list[tuple[date, int]]) -> object:
        samples = [sample(repeat, on, NEUT=str(number)) for repeat, (on, number) in enumerate(order)]
        return counting(samples)["NEUT"].value

    assert value(results) == value(entered)
