"""IN03, EX08 and EX11: both sides of every boundary, and every missing input."""

import pytest

from screening.criteria import Outcome, Readings
from screening.criteria.ild import ex08, ex11, in03
from tests.screening.criteria.example import NO_UNIT, Plain, fields, part, participant, q

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("field", "code", "passes", "fails"),
    [
        ("RE.FVCPP", "IN03b", "60", "59.9"),
        ("RE.DLCOPP", "IN03c", "40", "39.9"),
        ("HRCT.CTEXTPCT", "IN03d", "49", "50"),
        ("HRCT.CTEXTPCT", "IN03d", "49.99", "100"),
        ("HRCT.CTEXTPCT", "IN03d", "0", "50.01"),
    ],
)
def test_limits_on_one_value(field: str, code: str, passes: str, fails: str) -> None:
    for value, outcome in (
        (q(passes), MET),
        (q(fails), NOT_MET),
        (q(None), OPEN),
        (NO_UNIT, OPEN),
        ("U", OPEN),
    ):
        found = in03(participant({field: value}))
        assert part(found, code).outcome is outcome
        assert found.outcome is outcome
        assert fields(found.missing) == ({field} if outcome is OPEN else set())


@pytest.mark.parametrize(
    ("spo2", "spo2_fio2", "pao2", "abg_fio2", "outcome"),
    [
        ("90", "0.21", None, None, MET),
        ("89", "0.21", "60", "0.21", MET),
        ("89", "0.21", "60.00496", "0.21", MET),
        ("89", "0.21", "59.9", "0.21", NOT_MET),
        ("89", "0.21", None, None, OPEN),
        ("90", "0.21", "59.9", "0.21", MET),
        (None, "0.21", "59.9", "0.21", OPEN),
        # on oxygen a value is unusable, neither pass nor failure
        ("96", "0.28", "82", "0.28", OPEN),
        ("96", "0.28", "59", "0.21", OPEN),
        ("85", "0.40", "60", "0.21", MET),
        ("89", "0.21", "70", "0.40", OPEN),
        # without FiO2 it is not known to be room air
        ("96", None, "82", None, OPEN),
        ("96", None, "59", "0.21", OPEN),
        (None, None, None, None, OPEN),
    ],
)
def test_one_passing_value_on_room_air_is_enough(
    spo2: str | None, spo2_fio2: str | None, pao2: str | None, abg_fio2: str | None, outcome: Outcome
) -> None:
    changes = {
        "OX.SPO2": q(spo2),
        "OX.SPO2_FIO2": q(spo2_fio2),
        "OX.PAO2": q(pao2),
        "OX.ABG_FIO2": q(abg_fio2),
    }
    assert part(in03(participant(changes)), "IN03a").outcome is outcome


def test_a_value_on_oxygen_is_named_as_what_would_settle_it() -> None:
    found = in03(participant({"OX.SPO2_FIO2": q("0.28"), "OX.PAO2": q(None)}))
    assert fields(found.missing) == {"OX.SPO2", "OX.SPO2_FIO2", "OX.PAO2"}


FAILING = {
    "RE.FVCPP": q("30"),
    "RE.DLCOPP": q("20"),
    "HRCT.CTEXTPCT": q("80"),
    "OX.SPO2": q("80"),
    "OX.PAO2": q("50"),
}
MISSING = dict.fromkeys(FAILING)


@pytest.mark.parametrize(
    ("ild", "values", "outcome"),
    [
        ("Y", {}, MET),
        ("Y", FAILING, NOT_MET),
        ("Y", MISSING, OPEN),
        ("N", {}, MET),
        ("N", FAILING, MET),
        ("N", MISSING, MET),
        ("U", {}, MET),
        ("U", FAILING, OPEN),
        ("U", MISSING, OPEN),
        (None, {}, MET),
        (None, FAILING, OPEN),
        (None, {"RE.FVCPP": q("59")}, OPEN),
    ],
)
def test_the_limits_apply_only_with_ild(ild: str | None, values: dict[str, Plain], outcome: Outcome) -> None:
    assert in03(participant({"DC.ILDYN": ild, **values})).outcome is outcome


def test_without_ild_nothing_else_is_read() -> None:
    assert fields(in03(participant({"DC.ILDYN": "N"})).read) == {"DC.ILDYN"}


@pytest.mark.parametrize("missing", ["RE.FVCPP", "RE.DLCOPP", "HRCT.CTEXTPCT"])
def test_a_definite_failure_beats_a_missing_value(missing: str) -> None:
    failing = next(field for field in ("RE.FVCPP", "RE.DLCOPP") if field != missing)
    assert in03(participant({missing: None, failing: q("10")})).outcome is NOT_MET


ALL_N = {"RP.RPDYSP": "N", "RP.RPPFT": "N", "RP.RPHRCT": "N", "RP.RPABG": "N"}


@pytest.mark.parametrize(
    ("gate", "items", "outcome"),
    [
        ("N", {}, NOT_MET),
        ("N", ALL_N, NOT_MET),
        ("Y", ALL_N, NOT_MET),
        ("Y", ALL_N | {"RP.RPDYSP": "Y"}, MET),
        ("Y", ALL_N | {"RP.RPPFT": "Y"}, MET),
        ("Y", ALL_N | {"RP.RPHRCT": "Y"}, MET),
        ("Y", ALL_N | {"RP.RPABG": "Y"}, MET),
        ("Y", {"RP.RPABG": "Y"}, MET),
        ("Y", {}, OPEN),
        ("Y", ALL_N | {"RP.RPDYSP": "U"}, OPEN),
        ("Y", ALL_N | {"RP.RPPFT": None}, OPEN),
        ("Y", ALL_N | {"RP.RPHRCT": "U"}, OPEN),
        ("Y", ALL_N | {"RP.RPABG": None}, OPEN),
        ("U", {}, OPEN),
        (None, {}, OPEN),
        (None, {"RP.RPABG": "Y"}, OPEN),
        ("U", ALL_N, NOT_MET),
    ],
)
def test_rapid_progression_is_the_gate_and_any_item(
    gate: str | None, items: dict[str, Plain], outcome: Outcome
) -> None:
    assert ex08(participant({"RP.RPWORS4W": gate, **items})).outcome is outcome


@pytest.mark.parametrize(
    ("pao2", "fio2", "gate", "items", "outcome"),
    [
        ("42", "0.21", "N", {}, NOT_MET),  # exactly 200
        ("41.9", "0.21", "N", {}, OPEN),
        ("41.9", "0.21", "Y", ALL_N, OPEN),
        ("41.9", "0.21", "Y", ALL_N | {"RP.RPDYSP": "Y"}, MET),
        ("41.9", "0.21", "N", {"RP.RPDYSP": "Y"}, OPEN),
        ("70", "0.40", "N", {}, OPEN),
        (None, "0.40", "N", {}, NOT_MET),
        ("70", None, "N", {}, NOT_MET),
        ("70", "0", "N", {}, NOT_MET),
    ],
)
def test_a_low_ratio_without_rapid_progression_is_inconsistent(
    pao2: str | None, fio2: str | None, gate: str, items: dict[str, Plain], outcome: Outcome
) -> None:
    changes = {"OX.PAO2": q(pao2), "OX.ABG_FIO2": q(fio2), "RP.RPWORS4W": gate, **items}
    found = ex08(participant(changes))
    assert found.outcome is outcome
    if outcome is OPEN:
        assert {"OX.PAO2", "OX.ABG_FIO2", "RP.RPWORS4W"} <= fields(found.missing)


@pytest.mark.parametrize(
    ("pao2", "reading_a", "reading_b"),
    [("82", MET, NOT_MET), ("42", MET, NOT_MET), ("41.9", MET, MET), (None, MET, OPEN)],
)
def test_reading_b_excludes_only_below_200(pao2: str | None, reading_a: Outcome, reading_b: Outcome) -> None:
    facts = participant({"RP.RPWORS4W": "Y", "RP.RPDYSP": "Y", "OX.PAO2": q(pao2)})
    assert ex08(facts).outcome is reading_a
    found = ex08(facts, Readings(ex08="B"))
    assert found.outcome is reading_b
    assert ("OX.PAO2" in fields(found.missing)) is (reading_b is OPEN)


def test_reading_c_does_not_exist() -> None:
    with pytest.raises(ValueError, match="A or as B"):
        Readings(ex08="C")


def test_a_resolved_episode_is_flagged_and_does_not_exclude() -> None:
    found = ex08(participant({"RP.RPWORS4W": "N", "RP.RPDYSP": "Y"}))
    assert found.outcome is NOT_MET
    assert len(found.alerts) == 1
    assert ex08(participant()).alerts == ()


@pytest.mark.parametrize(
    ("done", "reason", "outcome"),
    [
        ("Y", None, NOT_MET),
        ("Y", "UNABLE TO COMPLETE", NOT_MET),
        ("N", "UNABLE TO COMPLETE", MET),
        ("N", "NOT YET DONE", OPEN),
        ("N", "OTHER", OPEN),
        ("N", None, OPEN),
        (None, None, OPEN),
        (None, "UNABLE TO COMPLETE", OPEN),
        ("U", "NOT YET DONE", OPEN),
    ],
)
@pytest.mark.parametrize("ild", ["Y", "N"])
def test_unable_to_complete_lung_function(
    done: str | None, reason: str | None, ild: str, outcome: Outcome
) -> None:
    found = ex11(participant({"RE.PFTDONE": done, "RE.PFTREASND": reason, "DC.ILDYN": ild}))
    assert found.outcome is outcome
    assert bool(found.missing) is (outcome is OPEN)
