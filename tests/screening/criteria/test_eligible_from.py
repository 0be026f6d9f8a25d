"""From which day on a participant is eligible: confirmed by judging that day and the day before."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from screening.criteria import Overall, assess
from screening.eligible_from import EligibleFrom, Reference, eligible_from, possible_days
from screening.facts import Fact, Facts
from tests.screening.criteria.example import CNI, Plain, Row, cni, gc, ivab, participant, q
from tests.screening.criteria.test_properties import antibiotics, inhibitors, known_values, steroids
from trialsite.partial_date import PartialDate

DAY = timedelta(days=1)
SCREENED = date(2026, 3, 2)
WINDOW_END = date(2026, 3, 30)


def on(facts: Facts, randomization: date, screening: date | None = None) -> bool:
    """Whether the participant is eligible when both days are these."""
    moved = facts.replacing(Fact("SV", "RANDDTC", PartialDate.of(randomization)))
    if screening:
        moved = moved.replacing(Fact("SV", "SCRNDTC", PartialDate.of(screening)))
    return assess(moved).overall is Overall.ELIGIBLE


def plan(facts: Facts, today: date = SCREENED) -> EligibleFrom:
    found = eligible_from(facts, today=today)
    assert found is not None
    return found


def test_an_eligible_participant_can_be_randomized_on_every_day_of_the_window() -> None:
    found = plan(participant())
    assert found.days == tuple(SCREENED + n * DAY for n in range(1, 29))
    assert found.cures == () == found.uncured
    assert found.screen_again_from is None


def test_days_that_are_over_are_not_offered() -> None:
    found = plan(participant(), today=date(2026, 3, 20))
    assert (found.days[0], found.days[-1]) == (date(2026, 3, 20), WINDOW_END)


def test_after_the_window_a_new_screening_is_offered_from_today() -> None:
    found = plan(participant(), today=date(2026, 4, 2))
    assert found.days == ()
    assert (found.screen_again_from, found.randomize_from) == (date(2026, 4, 2), date(2026, 4, 3))


@pytest.mark.parametrize(
    ("changes", "rows", "first"),
    [
        ({}, {"antibiotics": (ivab("2026-03-10", "8"),)}, date(2026, 3, 13)),
        ({}, {"antibiotics": (ivab("2026-03-10", "8"), ivab("2026-03-12", "1"))}, date(2026, 3, 14)),
        (
            {
                "TB.IGRARES": "POSITIVE",
                "TB.TPTYN": "Y",
                "TB.TPTNDRUG": q("2"),
                "TB.TPTSTDTC": "2026-03-05",
                "TB.TPTCONT": "Y",
            },
            {},
            date(2026, 3, 19),
        ),
        ({}, {"inhibitors": (cni("3", "2026-02-20"),)}, date(2026, 3, 20)),
        ({}, {"steroids": (gc("60", "2026-01-20", "2026-02-15"), gc("35", "2026-02-16"))}, date(2026, 3, 16)),
    ],
    ids=["antibiotic", "two antibiotics", "latent tuberculosis", "CNI", "steroid"],
)
def test_what_time_cures_within_the_window(
    changes: dict[str, Plain], rows: dict[str, tuple[Row, ...]], first: date
) -> None:
    facts = participant(changes, **rows)
    found = plan(facts)
    assert found.first_day == found.days[0] == first
    assert found.days[-1] == WINDOW_END
    assert on(facts, first)
    assert not on(facts, first - DAY)
    assert all(cure.reference is Reference.RANDOMIZATION and cure.day <= first for cure in found.cures)
    assert max(cure.day for cure in found.cures) == first


@pytest.mark.parametrize(
    ("changes", "screening"),
    [
        ({"CM.IVIGYN": "Y", "CM.IVIGENDTC": "2026-02-20"}, date(2026, 3, 22)),
        ({"MH.ACSYN": "Y", "MH.ACSDTC": "2025-10-01"}, date(2026, 3, 19)),
        ({"INF.SINFHOSP": "Y", "INF.SINFENDTC": "2026-02-01"}, date(2026, 4, 3)),
        ({"DM.BRTHDTC": "2008-04-10"}, date(2026, 4, 10)),
    ],
    ids=["immunoglobulin", "acute coronary syndrome", "hospital", "18th birthday"],
)
def test_what_counts_from_screening_needs_another_screening(
    changes: dict[str, Plain], screening: date
) -> None:
    facts = participant(changes)
    found = plan(facts)
    assert found.days == ()
    assert [cure.reference for cure in found.cures] == [Reference.SCREENING]
    assert found.cures[0].day == screening == found.screen_again_from
    assert found.first_day == screening + DAY
    assert on(facts, screening + DAY, screening)
    assert not on(facts, screening, screening - DAY)


def test_what_time_does_not_cure_leaves_no_day() -> None:
    found = plan(participant({"AL.ALLSULF": "Y", "CM.IVIGYN": "Y", "CM.IVIGENDTC": "2026-02-20"}))
    assert (found.days, found.first_day, found.screen_again_from) == ((), None, None)
    assert found.uncured == ("EX10",)
    assert [cure.code for cure in found.cures] == ["EX13"]


def test_the_65th_birthday_is_not_waited_for() -> None:
    found = plan(participant({"DM.BRTHDTC": "1961-03-10"}), today=date(2026, 4, 1))
    assert (found.first_day, found.uncured) == (None, ("IN01",))


def test_a_dose_that_changes_later_closes_the_days_after_it() -> None:
    changing = (cni("3", "2026-01-25", "2026-03-19"), cni("4", "2026-03-20"))
    found = plan(participant(inhibitors=changing))
    assert found.days == tuple(SCREENED + n * DAY for n in range(1, 19))
    assert not on(participant(inhibitors=changing), date(2026, 3, 21))


@pytest.mark.parametrize("screened", [None, "2026-03", "2026"])
def test_without_the_full_day_of_screening_there_is_no_plan(screened: Plain) -> None:
    assert eligible_from(participant({"SV.SCRNDTC": screened}), today=SCREENED) is None


def test_the_planned_day_of_randomization_does_not_matter() -> None:
    assert plan(participant({"SV.RANDDTC": None})) == plan(participant())


@given(known_values, steroids, inhibitors, antibiotics)
@settings(max_examples=60, deadline=None)
def test_the_days_offered_are_those_on_which_the_criteria_say_eligible(
    values: dict[str, Plain],
    some_steroids: tuple[Row, ...],
    some_inhibitors: tuple[Row, ...],
    some_antibiotics: tuple[Row, ...],
) -> None:
    facts = participant(
        values, steroids=some_steroids, inhibitors=some_inhibitors, antibiotics=some_antibiotics
    )
    found = eligible_from(facts, today=SCREENED)
    assert found is not None
    window = [found.screened + n * DAY for n in range(1, 29)]
    assert found.days == tuple(day for day in window if day >= SCREENED and on(facts, day))
    if found.screen_again_from and found.randomize_from:
        assert on(facts, found.randomize_from, found.screen_again_from)


@given(steroids, inhibitors, antibiotics)
@settings(max_examples=60, deadline=None)
def test_the_first_day_is_eligible_and_the_day_before_is_not(
    some_steroids: tuple[Row, ...], some_inhibitors: tuple[Row, ...], some_antibiotics: tuple[Row, ...]
) -> None:
    facts = participant(
        steroids=some_steroids, inhibitors=(*CNI, *some_inhibitors), antibiotics=some_antibiotics
    )
    found = plan(facts)
    if found.days:
        assert on(facts, found.days[0])
        assert found.days[0] == SCREENED + DAY or not on(facts, found.days[0] - DAY)
    elif found.first_day:
        assert found.screen_again_from is not None
        assert on(facts, found.first_day, found.screen_again_from)
        assert not list(possible_days(facts, SCREENED + DAY, WINDOW_END))
