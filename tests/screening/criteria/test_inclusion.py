"""IN01 age and weight, IN02 diagnosis: both sides of every boundary, and every missing input."""

from datetime import date

import pytest

from screening.criteria import Outcome
from screening.criteria.inclusion import in01, in02
from tests.screening.criteria.example import NO_UNIT, Plain, fields, part, participant, q

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("born", "outcome", "age"),
    [
        ("2008-03-02", MET, 18),
        ("2008-03-03", NOT_MET, 17),
        ("1961-03-03", MET, 64),
        ("1961-03-02", NOT_MET, 65),
        ("2007", MET, None),
        ("2008", OPEN, None),
        ("2008-03", OPEN, None),
        ("2008-04", NOT_MET, 17),
        ("1961", OPEN, None),
        ("1960", NOT_MET, None),
        (None, OPEN, None),
        ("unknown", OPEN, None),
    ],
)
def test_age_is_18_to_64_completed_years_at_screening(
    born: str | None, outcome: Outcome, age: int | None
) -> None:
    found = part(in01(participant({"DM.BRTHDTC": born})), "IN01a")
    assert found.outcome is outcome
    assert found.derived == {"AGE": age}


@pytest.mark.parametrize(
    ("screened", "outcome"),
    [("2026-03-02", MET), ("2026", MET), (None, OPEN)],
)
def test_age_needs_the_day_of_screening(screened: str | None, outcome: Outcome) -> None:
    assert part(in01(participant({"SV.SCRNDTC": screened})), "IN01a").outcome is outcome


def test_too_young_today_says_when_18_is_completed() -> None:
    verdict = in01(participant({"DM.BRTHDTC": "2008-04-10"}))
    assert verdict.outcome is NOT_MET
    assert verdict.earliest == date(2026, 4, 10)


def test_too_old_is_not_cured_by_time() -> None:
    assert in01(participant({"DM.BRTHDTC": "1960-01-01"})).earliest is None


@pytest.mark.parametrize(
    ("weight", "outcome"),
    [
        ("45.0", MET),
        ("45", MET),
        ("44.9", NOT_MET),
        ("44.999999", NOT_MET),
        (None, OPEN),
        ("0", OPEN),
        ("-50", OPEN),
    ],
)
def test_weight_is_at_least_45_kg(weight: str | None, outcome: Outcome) -> None:
    assert part(in01(participant({"VS.WEIGHT": q(weight)})), "IN01b").outcome is outcome


def test_a_weight_without_its_unit_is_missing() -> None:
    found = in01(participant({"VS.WEIGHT": NO_UNIT}))
    assert found.outcome is OPEN
    assert fields(found.missing) == {"VS.WEIGHT"}


@pytest.mark.parametrize(
    ("born", "weight", "outcome"),
    [(None, "44", NOT_MET), ("1950-01-01", None, NOT_MET), (None, None, OPEN), (None, "58", OPEN)],
)
def test_a_definite_failure_beats_an_unknown(born: str | None, weight: str | None, outcome: Outcome) -> None:
    assert in01(participant({"DM.BRTHDTC": born, "VS.WEIGHT": q(weight)})).outcome is outcome


@pytest.mark.parametrize(
    ("born", "warned"),
    [("1961-03-02", False), ("1961-03-03", True), ("1961-03-16", True), ("1961-03-17", False)],
)
def test_reaching_65_before_randomization_warns_and_changes_nothing(born: str, warned: bool) -> None:
    verdict = in01(participant({"DM.BRTHDTC": born}))
    assert bool(verdict.alerts) is warned
    assert verdict.outcome is (NOT_MET if born == "1961-03-02" else MET)


def test_no_warning_about_65_without_the_dates() -> None:
    assert in01(participant({"DM.BRTHDTC": "1961-03-10", "SV.RANDDTC": None})).alerts == ()


@pytest.mark.parametrize(
    ("papules", "rash", "erythema", "heliotrope", "outcome"),
    [
        ("Y", "N", "N", "N", MET),
        ("N", "Y", "N", "N", MET),
        ("N", "N", "Y", "N", MET),
        ("Y", None, "U", None, MET),
        ("N", "N", "N", "N", NOT_MET),
        ("N", "N", "N", "Y", OPEN),
        ("N", "N", "N", None, OPEN),
        ("N", "N", "N", "U", OPEN),
        ("U", "N", "N", "N", OPEN),
        ("N", None, "N", "N", OPEN),
        ("N", "N", "garbage", "N", OPEN),
    ],
)
def test_one_registered_skin_sign_is_required(
    papules: Plain, rash: Plain, erythema: Plain, heliotrope: Plain, outcome: Outcome
) -> None:
    changes = {"DC.GOTTPAP": papules, "DC.GOTTRSH": rash, "DC.ERYABIG": erythema, "DC.HELIOT": heliotrope}
    assert part(in02(participant(changes)), "IN02a").outcome is outcome


@pytest.mark.parametrize(
    ("result", "outcome"),
    [("POSITIVE", MET), ("NEGATIVE", NOT_MET), ("EQUIVOCAL", OPEN), ("NOT DONE", OPEN), (None, OPEN)],
)
def test_the_antibody_is_positive(result: str | None, outcome: Outcome) -> None:
    found = part(in02(participant({"DC.MDA5RES": result})), "IN02b")
    assert found.outcome is outcome
    assert fields(found.missing) == ({"DC.MDA5RES"} if outcome is OPEN else set())
