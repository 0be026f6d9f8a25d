"""EX04: hospital for severe infection, intravenous antibiotics."""

from datetime import date, timedelta

import pytest

from screening.criteria import Outcome
from screening.criteria.infection import ex04
from tests.screening.criteria.example import Plain, Row, fields, ivab, part, participant

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED


# Screening on 2026-03-02: 60 days before is 2026-01-01.
@pytest.mark.parametrize(
    ("hospitalized", "ongoing", "left", "outcome"),
    [
        ("N", "N", None, NOT_MET),
        ("N", None, None, NOT_MET),
        ("Y", "N", "2026-01-01", MET),
        ("Y", "N", "2025-12-31", NOT_MET),
        ("Y", "N", "2026-03-02", MET),
        ("Y", "N", "2026-03-05", MET),
        ("Y", "N", "2026-02", MET),
        ("Y", "N", "2025-12", NOT_MET),
        ("Y", "N", "2026", MET),
        ("Y", "N", "2025", NOT_MET),
        ("Y", "N", None, OPEN),
        ("Y", "Y", None, MET),
        ("Y", "Y", "2025-01-01", MET),
        ("Y", "U", "2025-12-31", OPEN),
        ("Y", None, "2025-12-31", OPEN),
        ("Y", None, "2026-01-01", MET),
        ("U", "N", "2026-02-01", OPEN),
        ("U", "N", "2025-12-31", NOT_MET),
        ("U", "Y", None, MET),
        (None, "Y", None, MET),
        (None, None, None, OPEN),
        # contradiction
        ("N", "Y", None, OPEN),
    ],
)
def test_hospital_within_60_days_before_screening(
    hospitalized: Plain, ongoing: Plain, left: Plain, outcome: Outcome
) -> None:
    changes = {"INF.SINFHOSP": hospitalized, "INF.SINFONGO": ongoing, "INF.SINFENDTC": left}
    found = part(ex04(participant(changes)), "EX04a")
    assert found.outcome is outcome
    assert bool(found.missing) is (outcome is OPEN)


@pytest.mark.parametrize(("screened", "outcome"), [(None, OPEN), ("2026-03", OPEN), ("2026-05", NOT_MET)])
def test_the_60_days_count_from_screening(screened: Plain, outcome: Outcome) -> None:
    changes = {
        "INF.SINFHOSP": "Y",
        "INF.SINFONGO": "N",
        "INF.SINFENDTC": "2026-01-15",
        "SV.SCRNDTC": screened,
    }
    assert part(ex04(participant(changes)), "EX04a").outcome is outcome


def test_a_finished_washout_does_not_rescue_a_hospital_stay() -> None:
    changes = {"INF.SINFHOSP": "Y", "INF.SINFENDTC": "2026-02-20", "INF.IVABYN": "Y"}
    assert ex04(participant(changes, antibiotics=(ivab("2026-02-20", "1"),))).outcome is MET


# Randomization on 2026-03-16; ceftriaxone (8 h) needs 40 h.
@pytest.mark.parametrize(
    ("received", "antibiotics", "free", "outcome"),
    [
        ("N", (), None, NOT_MET),
        ("N", (), "N", NOT_MET),
        ("Y", (ivab("2026-03-13", "8"),), "Y", NOT_MET),
        ("Y", (ivab("2026-03-14", "8"),), "Y", OPEN),
        ("Y", (ivab("2026-03-15", "8"),), "Y", OPEN),
        ("Y", (ivab("2026-03-16", "8"),), "Y", MET),
        ("Y", (ivab("2026-03-14", "8", "08:00"),), "Y", NOT_MET),
        ("Y", (ivab("2026-03-14", "8", "08:01"),), "Y", OPEN),
        ("Y", (ivab("2026-03-15", "8", "08:01"),), "Y", MET),
        ("Y", (ivab("2026-03-14", "8", "morning"),), "Y", OPEN),
        ("Y", (ivab("2026-03", "170"),), "Y", MET),
        ("Y", (ivab("2026-02", "170"),), "Y", OPEN),
        ("Y", (ivab("2026-01", "170"),), "Y", NOT_MET),
        # every single one must be washed out
        ("Y", (ivab("2026-03-01", "8"), ivab("2026-03-14", "8")), "Y", OPEN),
        ("Y", (ivab("2026-03-01", "8"), ivab("2026-03-16", "8")), "Y", MET),
        ("Y", (ivab("2026-03-16", "8"), ivab(None, None)), "Y", MET),
        # absence of infection
        ("Y", (ivab("2026-03-01", "8"),), "N", MET),
        ("Y", (ivab("2026-03-01", "8"),), "U", OPEN),
        ("Y", (ivab("2026-03-01", "8"),), None, OPEN),
        ("Y", (ivab("2026-03-16", "8"),), None, MET),
        # missing
        ("Y", (ivab(None, "8"),), "Y", OPEN),
        ("Y", (ivab("2026-03-01", None),), "Y", OPEN),
        ("Y", (ivab("2026-03-20", None),), "Y", MET),
        ("Y", (ivab("2026-03-01", "0"),), "Y", OPEN),
        ("Y", (), "Y", OPEN),
        ("Y", (), "N", MET),
        ("U", (), "Y", OPEN),
        (None, (), "Y", OPEN),
        (None, (), "N", OPEN),
        # a recorded antibiotic was given
        (None, (ivab("2026-03-16", "8"),), "Y", MET),
        ("U", (ivab("2026-03-01", "8"),), "Y", NOT_MET),
        ("N", (ivab("2026-03-16", "8"),), "Y", OPEN),
        ("N", (ivab("2026-03-01", "8"),), "Y", NOT_MET),
    ],
)
def test_intravenous_antibiotics_need_a_washout_and_no_infection(
    received: Plain, antibiotics: tuple[Row, ...], free: Plain, outcome: Outcome
) -> None:
    found = part(
        ex04(participant({"INF.IVABYN": received, "INF.INFABS": free}, antibiotics=antibiotics)), "EX04b"
    )
    assert found.outcome is outcome
    assert bool(found.missing) is (outcome is OPEN)


@pytest.mark.parametrize(
    ("antibiotic", "missing"),
    [
        (ivab(None, "8"), {"INF.IVABENDTC"}),
        (ivab("2026-03-14", "8"), {"INF.IVABENTIM"}),
        (ivab("2026-03-14", "8", "08:01"), {"SV.RANDDTC"}),
        (ivab("2026-03", "8"), {"INF.IVABENDTC", "INF.IVABENTIM"}),
        (ivab("2026-03-01", None), {"INF.IVABHALF"}),
    ],
)
def test_what_would_settle_a_washout_is_named(antibiotic: Row, missing: set[str]) -> None:
    found = ex04(participant({"INF.IVABYN": "Y"}, antibiotics=(antibiotic,)))
    assert fields(found.missing) == missing


def test_that_no_antibiotic_is_recorded_is_named_too() -> None:
    assert fields(ex04(participant({"INF.IVABYN": "Y"})).missing) == {"INF.IVAB"}


@pytest.mark.parametrize(
    ("randomized", "outcome"),
    [("2026-03-16", NOT_MET), (None, OPEN), ("2026-03", OPEN), ("2026-04", NOT_MET)],
)
def test_the_washout_counts_to_randomization(randomized: Plain, outcome: Outcome) -> None:
    changes = {"INF.IVABYN": "Y", "SV.RANDDTC": randomized}
    assert ex04(participant(changes, antibiotics=(ivab("2026-03-10", "8"),))).outcome is outcome


@pytest.mark.parametrize(
    ("antibiotics", "earliest"),
    [
        ((ivab("2026-03-15", "8"),), date(2026, 3, 18)),
        ((ivab("2026-03-15", "8", "07:00"),), date(2026, 3, 17)),
        ((ivab("2026-03-15", "8"), ivab("2026-03-14", "170")), date(2026, 4, 20)),
        ((ivab("2026-03", "1"),), date(2026, 4, 2)),
        ((ivab("2026-03-15", "8"), ivab("2026-03-14", None)), None),
        ((ivab("2026-03-01", "8"),), None),
    ],
)
def test_the_first_day_after_the_washout(antibiotics: tuple[Row, ...], earliest: date | None) -> None:
    changes: dict[str, Plain] = {"INF.IVABYN": "Y"}
    assert ex04(participant(changes, antibiotics=antibiotics)).earliest == earliest
    if earliest is not None:
        on_that_day = changes | {"SV.RANDDTC": earliest.isoformat()}
        assert ex04(participant(on_that_day, antibiotics=antibiotics)).outcome is NOT_MET
        day_before = changes | {"SV.RANDDTC": (earliest - timedelta(days=1)).isoformat()}
        assert ex04(participant(day_before, antibiotics=antibiotics)).outcome is not NOT_MET


def test_time_does_not_cure_an_infection() -> None:
    facts = participant({"INF.IVABYN": "Y", "INF.INFABS": "N"}, antibiotics=(ivab("2026-03-15", "8"),))
    assert ex04(facts).earliest is None


def test_time_cures_a_hospital_stay_after_60_days() -> None:
    changes: dict[str, Plain] = {"INF.SINFHOSP": "Y", "INF.SINFENDTC": "2026-02-10"}
    assert ex04(participant(changes)).earliest == date(2026, 4, 12)
    assert ex04(participant(changes | {"SV.SCRNDTC": "2026-04-12"})).outcome is NOT_MET
    assert ex04(participant(changes | {"SV.SCRNDTC": "2026-04-11"})).outcome is MET
    assert ex04(participant({"INF.SINFHOSP": "Y", "INF.SINFONGO": "Y"})).earliest is None


def test_both_parts_are_cured_when_the_later_one_is() -> None:
    changes: dict[str, Plain] = {"INF.SINFHOSP": "Y", "INF.SINFENDTC": "2026-02-10", "INF.IVABYN": "Y"}
    verdict = ex04(participant(changes, antibiotics=(ivab("2026-03-15", "8"),)))
    assert [each.earliest for each in verdict.parts] == [date(2026, 4, 12), date(2026, 3, 18)]
    assert verdict.earliest == date(2026, 4, 12)
