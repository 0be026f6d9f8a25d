"""IN04 and EX12: glucocorticoids day by day, on both sides of every boundary."""

from datetime import date
from decimal import Decimal

import pytest

from screening.criteria import Outcome, Readings, assess
from screening.criteria.steroids import ex12, in04
from tests.screening.criteria.example import NO_UNIT, Plain, Row, fields, gc, participant, q

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED

# Randomization is planned for 2026-03-16: the 28 days are 2026-02-16 to 2026-03-15.
# Screening is on 2026-03-02: 28 days before is 2026-02-02.


@pytest.mark.parametrize(
    ("steroids", "weight", "outcome", "highest"),
    [
        # the worked values; below 1.0 is strict
        ((gc("48", "2026-01-01", drug="METHYLPREDNISOLONE"),), "60", NOT_MET, "1.000"),
        ((gc("47.9", "2026-01-01", drug="METHYLPREDNISOLONE"),), "60", MET, "0.998"),
        ((gc("9", "2026-01-01", drug="DEXAMETHASONE"),), "60", NOT_MET, "1.000"),
        ((gc("8.99", "2026-01-01", drug="DEXAMETHASONE"),), "60", MET, "0.999"),
        ((gc("200", "2026-01-01", drug="HYDROCORTISONE"),), "50", NOT_MET, "1.000"),
        ((gc("30", "2026-01-01"), gc("30", "2026-01-01")), "60", NOT_MET, "1.000"),
        ((gc("30", "2026-01-01"), gc("29.9", "2026-01-01")), "60", MET, "0.998"),
        ((gc("40", "2026-01-01"), gc("8", "2026-01-01", drug="METHYLPREDNISOLONE")), "58", MET, "0.862"),
        ((gc("500", "2026-01-01", drug="METHYLPREDNISOLONE"),), "66", NOT_MET, "9.470"),
        ((gc("57.99", "2026-01-01"),), "58", MET, "1.000"),
        ((gc("58", "2026-01-01"),), "58", NOT_MET, "1.000"),
        ((gc("0.1", "2026-01-01"),), "58", MET, "0.002"),
    ],
)
def test_every_day_lies_below_1_mg_per_kg(
    steroids: tuple[Row, ...], weight: str, outcome: Outcome, highest: str
) -> None:
    facts = participant({"VS.WEIGHT": q(weight)}, steroids=steroids)
    assert in04(facts).outcome is outcome
    assert assess(facts).derived["GC_MAX_MGKG_28D_PRE_RAND"] == Decimal(highest)


@pytest.mark.parametrize(
    ("first", "last", "outcome"),
    [
        # a pulse on top of the background counts on the days of the window only
        ("2026-02-10", "2026-02-15", MET),
        ("2026-02-15", "2026-02-16", NOT_MET),
        ("2026-02-16", "2026-02-16", NOT_MET),
        ("2026-03-15", "2026-03-15", NOT_MET),
        ("2026-03-16", "2026-03-16", MET),
    ],
)
def test_the_window_is_the_28_days_before_randomization(first: str, last: str, outcome: Outcome) -> None:
    steroids = (
        gc("35", "2026-01-01"),
        gc("500", first, last, drug="METHYLPREDNISOLONE", route="INTRAVENOUS"),
    )
    assert in04(participant(steroids=steroids)).outcome is outcome


@pytest.mark.parametrize("route", ["ORAL", "INTRAVENOUS", "IM"])
def test_all_systemic_routes_count(route: str) -> None:
    assert in04(participant(steroids=(gc("60", "2026-01-01", route=route),))).outcome is NOT_MET


@pytest.mark.parametrize(("complete", "outcome"), [("Y", NOT_MET), ("N", OPEN), ("U", OPEN), (None, OPEN)])
@pytest.mark.parametrize(
    "steroids",
    [
        (),
        (gc("35", "2026-02-17"),),
        (gc("35", "2026-01-01", "2026-03-14"),),
        (gc("35", "2026-01-01", "2026-02-20"), gc("35", "2026-02-22")),
        (gc("35", "2026-01-01", "2026-02-15"),),
    ],
)
def test_a_day_without_any_fails_only_a_complete_history(
    steroids: tuple[Row, ...], complete: Plain, outcome: Outcome
) -> None:
    found = in04(participant({"GC.GCHXCOMP": complete}, steroids=steroids))
    assert found.outcome is outcome
    assert ("GC.GCHXCOMP" in fields(found.missing)) is (outcome is OPEN)


def test_the_first_and_the_last_day_of_the_window_are_enough_to_cover_it() -> None:
    assert in04(participant(steroids=(gc("35", "2026-02-16", "2026-03-15"),))).outcome is MET


@pytest.mark.parametrize("complete", ["N", None])
def test_a_covered_window_does_not_need_a_complete_history(complete: Plain) -> None:
    assert in04(participant({"GC.GCHXCOMP": complete})).outcome is MET


def test_tapering_is_allowed() -> None:
    steroids = (
        gc("50", "2026-02-01", "2026-02-20"),
        gc("40", "2026-02-21", "2026-03-01"),
        gc("30", "2026-03-02"),
    )
    assert in04(participant(steroids=steroids)).outcome is MET


def test_several_records_of_the_same_day_sum() -> None:
    steroids = (gc("35", "2026-01-01", "2026-02-20"), gc("30", "2026-02-20"))
    assert in04(participant(steroids=steroids)).outcome is NOT_MET


@pytest.mark.parametrize(
    ("steroids", "outcome", "missing"),
    [
        # a start or end within the window whose day is not known
        ((gc("35", "2026-02"),), OPEN, {"GC.CMSTDTC"}),
        ((gc("35", "2026-01"),), MET, set()),
        ((gc("35", "2025"),), MET, set()),
        ((gc("35", "2026-01-01", "2026-03"),), OPEN, {"GC.CMENDTC"}),
        ((gc("35", "2026-01-01", "2026-04"),), MET, set()),
        ((gc("35", "2026-01-01", "2026-01"),), NOT_MET, set()),
        ((gc("35", None),), OPEN, {"GC.CMSTDTC"}),
        ((gc("35", "2026-01-01", q(None, missing="UNKNOWN")),), OPEN, {"GC.CMENDTC"}),
        ((gc("35", "2026-01-01", "not a date"),), OPEN, {"GC.CMENDTC"}),
        ((gc("35", "2026-01-01", q(None, missing="NOT APPLICABLE")),), MET, set()),
        # a certain failure beats it
        ((gc("60", "2026-02"),), NOT_MET, set()),
        ((gc("60", "2026-03-01", q(None, missing="UNKNOWN")),), NOT_MET, set()),
        ((gc("60", None, "2026-03-01"),), NOT_MET, set()),
        ((gc("35", "2026-01-01"), gc("60", "2026-03")), OPEN, {"GC.CMSTDTC"}),
        ((gc("30", "2026-01-01"), gc("28", "2026-03")), OPEN, {"GC.CMSTDTC"}),
        ((gc("30", "2026-01-01"), gc("27.9", "2026-03")), MET, set()),
        # too much, or nothing: a complete history fails either way
        ((gc("60", "2026", "2026"),), NOT_MET, set()),
        (
            (gc("30", "2026", "2026"), gc("30", "2026", "2026")),
            OPEN,
            {"GC.CMSTDTC", "GC.CMENDTC"},
        ),
        (
            (gc("35", "2026-01-01"), gc("60", "2026-02-16", "2026-02-16"), gc(None, "2026-03-01")),
            NOT_MET,
            set(),
        ),
        # dose, drug, route
        ((gc(None, "2026-01-01"),), OPEN, {"GC.CMDOSTOT"}),
        ((gc("0", "2026-01-01"),), OPEN, {"GC.CMDOSTOT"}),
        ((gc("35", "2026-01-01"), gc(None, "2026-03-01")), OPEN, {"GC.CMDOSTOT"}),
        ((gc("35", "2026-01-01"), gc(None, "2026-01-01", "2026-02-15")), MET, set()),
        ((gc("60", "2026-01-01"), gc(None, "2026-03-01")), NOT_MET, set()),
        ((gc("35", "2026-01-01", drug=None),), OPEN, {"GC.CMTRT"}),
        ((gc("35", "2026-01-01", drug="SOMETHING"),), OPEN, {"GC.CMTRT"}),
        ((gc("35", "2026-01-01", route=None),), OPEN, {"GC.CMROUTE"}),
        ((gc("60", "2026-01-01", route="TOPICAL"),), OPEN, {"GC.CMROUTE"}),
        # an end before the start contradicts itself
        ((gc("35", "2026-03-01", "2026-01-01"),), OPEN, {"GC.CMSTDTC", "GC.CMENDTC"}),
    ],
)
def test_what_is_not_known_leaves_days_open_unless_failure_is_certain(
    steroids: tuple[Row, ...], outcome: Outcome, missing: set[str]
) -> None:
    found = in04(participant(steroids=steroids))
    assert found.outcome is outcome
    assert fields(found.missing) == missing


@pytest.mark.parametrize("weight", [q(None), NO_UNIT, q("0")])
def test_without_a_weight_only_a_day_without_any_is_certain(weight: Plain) -> None:
    found = in04(participant({"VS.WEIGHT": weight}))
    assert found.outcome is OPEN
    assert fields(found.missing) == {"VS.WEIGHT"}
    assert found.parts[0].derived == {"GC_MAX_MGKG_28D_PRE_RAND": None}
    assert in04(participant({"VS.WEIGHT": weight}, steroids=())).outcome is NOT_MET
    assert ex12(participant({"VS.WEIGHT": weight})).outcome is OPEN
    assert ex12(participant({"VS.WEIGHT": weight}, steroids=())).outcome is NOT_MET


@pytest.mark.parametrize(
    ("randomized", "outcome"),
    [
        ("2026-03-16", MET),
        (None, OPEN),
        ("2026-03", OPEN),  # from 17 February on the steroid of this participant was stopped
        ("2026-04", NOT_MET),
    ],
)
def test_the_planned_randomization_places_the_window(randomized: str | None, outcome: Outcome) -> None:
    facts = participant({"SV.RANDDTC": randomized}, steroids=(gc("35", "2026-01-01", "2026-03-15"),))
    found = in04(facts)
    assert found.outcome is outcome
    assert ("SV.RANDDTC" in fields(found.missing)) is (outcome is OPEN)


def test_too_much_on_some_day_of_the_window_fails_even_if_not_known_on_which() -> None:
    steroids = (gc("35", "2026-01-01"), gc("58", "2026-02", "2026-02"))
    assert in04(participant({"SV.RANDDTC": "2026-03-01"}, steroids=steroids)).outcome is NOT_MET
    assert in04(participant({"SV.RANDDTC": "2026-03-02"}, steroids=steroids)).outcome is OPEN


@pytest.mark.parametrize(("randomized", "outcome"), [("2026-03-28", OPEN), ("2026-03-29", MET)])
def test_an_end_in_february_may_be_its_last_day(randomized: str, outcome: Outcome) -> None:
    steroids = (gc("35", "2026-01-01"), gc("60", "2026-01-01", "2026-02"))
    assert in04(participant({"SV.RANDDTC": randomized}, steroids=steroids)).outcome is outcome


def test_no_steroid_ever_fails_whatever_the_day_of_randomization() -> None:
    assert in04(participant({"SV.RANDDTC": None}, steroids=())).outcome is NOT_MET
    assert in04(participant({"SV.RANDDTC": None, "GC.GCHXCOMP": "U"}, steroids=())).outcome is OPEN


@pytest.mark.parametrize(
    ("steroids", "complete", "highest"),
    [
        ((), "Y", "0.000"),
        ((), None, None),
        ((gc("35", "2026-03-01"),), "Y", "0.603"),
        ((gc("35", "2026-03"),), "Y", None),
        ((gc("35", "2026-02"),), "Y", "0.603"),
        ((gc("35", "2026-03-02", "2026-03"),), "Y", "0.603"),
        ((gc("35", "2026-01-01"), gc("60", None, "2026-03-01", route=None)), "Y", None),
        ((gc(None, "2026-03-01"),), "Y", None),
        ((gc("35", "2026-01-01"), gc("5", "2026-02")), "Y", "0.690"),
        ((gc("35", "2026-01-01"), gc("5", "2026-01-01", "2026-02-15"), gc("5", "2026-03-15")), "Y", "0.690"),
    ],
)
def test_the_highest_day_is_given_when_the_records_settle_it(
    steroids: tuple[Row, ...], complete: Plain, highest: str | None
) -> None:
    derived = in04(participant({"GC.GCHXCOMP": complete}, steroids=steroids)).parts[0].derived
    assert derived["GC_MAX_MGKG_28D_PRE_RAND"] == (None if highest is None else Decimal(highest))


def test_the_highest_day_may_be_known_though_not_which_day_it_was() -> None:
    facts = participant({"SV.RANDDTC": "2026-03-01"}, steroids=(gc("60", "2026-02", "2026-02"),))
    assert in04(facts).parts[0].derived == {"GC_MAX_MGKG_28D_PRE_RAND": Decimal("1.034")}


@pytest.mark.parametrize(
    ("steroids", "earliest"),
    [
        ((gc("60", "2026-01-01", "2026-02-20"), gc("40", "2026-02-21")), date(2026, 3, 21)),
        ((gc("35", "2026-02-20"),), date(2026, 3, 20)),
        ((gc("35", "2026-01-01", "2026-03-10"),), None),
        ((gc("60", "2026-01-01"),), None),
        ((gc("35", "2026-02"),), date(2026, 3, 28)),
        (
            (gc("35", "2026-01-01", "2026-03-10"), gc("35", "2026-03-12")),
            date(2026, 4, 9),
        ),
    ],
)
def test_the_earliest_day_of_randomization_follows_from_the_records(
    steroids: tuple[Row, ...], earliest: date | None
) -> None:
    found = in04(participant(steroids=steroids))
    assert found.earliest == earliest
    if earliest is not None:
        assert in04(participant({"SV.RANDDTC": earliest.isoformat()}, steroids=steroids)).outcome is MET
        day_before = earliest.replace(day=earliest.day - 1).isoformat()
        assert in04(participant({"SV.RANDDTC": day_before}, steroids=steroids)).outcome is not MET


# 2 mg/kg of 58 kg is 116 mg; more than that excludes.
@pytest.mark.parametrize(
    ("steroids", "outcome"),
    [
        ((gc("116", "2026-02-20", "2026-02-22"),), NOT_MET),
        ((gc("116.01", "2026-02-20", "2026-02-22"),), MET),
        ((gc("500", "2026-02-20", "2026-02-22", drug="METHYLPREDNISOLONE", route="INTRAVENOUS"),), MET),
        # 28 days before screening still exclude, one day more is for the sponsor
        ((gc("200", "2026-02-02", "2026-02-02"),), MET),
        ((gc("200", "2026-02-01", "2026-02-01"),), OPEN),
        ((gc("200", "2026-01-01", "2026-02-02"),), MET),
        ((gc("200", "2026-01-01", "2026-02-01"),), OPEN),
        ((gc("200", "2020"),), MET),
        ((gc("200", "2020", "2021"),), OPEN),
        # up to the day of screening, not after it
        ((gc("200", "2026-03-02", "2026-03-02"),), MET),
        ((gc("200", "2026-03-03"),), NOT_MET),
        # records of one day sum
        ((gc("60", "2026-02-20", "2026-02-22"), gc("57", "2026-02-22", "2026-02-24")), MET),
        ((gc("60", "2026-02-20", "2026-02-22"), gc("57", "2026-02-23", "2026-02-24")), NOT_MET),
        # never
        ((), NOT_MET),
        # open points
        ((gc("200", "2026-02-01", "2026-02"),), OPEN),
        ((gc("200", "2026-02", "2026-02"),), OPEN),
        ((gc("200", "2026-02-10", "2026-02"),), MET),
        ((gc(None, "2026-02-20", "2026-02-22"),), OPEN),
        ((gc(None, "2020", "2021"),), OPEN),
        ((gc("50", "2026-02-20", "2026-02-22", drug=None),), OPEN),
        ((gc("200", "2026-02-20", "2026-02-22", route=None),), OPEN),
        ((gc("50", "2026-02-20", "2026-02-22", route=None),), NOT_MET),
        ((gc("50", None, None),), NOT_MET),
        ((gc("200", None, "2026-03-01"),), MET),
        ((gc("200", None, None),), OPEN),
    ],
)
def test_more_than_2_mg_per_kg_before_screening(steroids: tuple[Row, ...], outcome: Outcome) -> None:
    assert ex12(participant(steroids=steroids)).outcome is outcome


@pytest.mark.parametrize("complete", ["N", "U", None])
def test_an_incomplete_history_is_open_unless_it_excludes(complete: Plain) -> None:
    found = ex12(participant({"GC.GCHXCOMP": complete}))
    assert found.outcome is OPEN
    assert fields(found.missing) == {"GC.GCHXCOMP"}
    excluded = participant({"GC.GCHXCOMP": complete}, steroids=(gc("200", "2026-02-20"),))
    assert ex12(excluded).outcome is MET


@pytest.mark.parametrize(
    ("screened", "steroids", "outcome"),
    [
        (None, (gc("200", "2026-02-20", "2026-02-22"),), OPEN),
        (None, (gc("35", "2026-02-20", "2026-02-22"),), NOT_MET),
        (None, (), NOT_MET),
        ("2026-03", (gc("200", "2026-03-01"),), MET),
        ("2026-03", (gc("200", "2026-03-01", "2026-03-01"),), OPEN),
        # in February, whichever day it was, lies within 28 days before 1 March
        ("2026-03-01", (gc("200", "2026-02", "2026-02"),), MET),
        ("2026-03-02", (gc("200", "2026-02", "2026-02"),), OPEN),
        ("2026-03", (gc("200", "2026-02-20", "2026-02-20"),), OPEN),
    ],
)
def test_the_look_back_counts_from_screening(
    screened: str | None, steroids: tuple[Row, ...], outcome: Outcome
) -> None:
    assert ex12(participant({"SV.SCRNDTC": screened}, steroids=steroids)).outcome is outcome


def test_windows_and_factors_come_from_the_readings() -> None:
    facts = participant(steroids=(gc("200", "2026-02-01", "2026-02-01"), gc("35", "2026-02-02")))
    assert ex12(facts).outcome is OPEN
    assert ex12(facts, Readings(ex12_lookback_days=29)).outcome is MET
    later = participant(steroids=(gc("35", "2026-02-17"),))
    assert in04(later).outcome is NOT_MET
    assert in04(later, Readings(gc_window_days=27)).outcome is MET
