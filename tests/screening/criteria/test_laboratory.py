"""EX03: both sides of every laboratory limit, and every missing input."""

from decimal import Decimal

import pytest

from screening.criteria import Outcome
from screening.criteria.laboratory import ex03
from tests.screening.criteria.example import NO_UNIT, Plain, fields, part, participant, q

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("code", "field", "allowed", "excluded"),
    [
        ("EX03a", "LB.WBC", "3.0", "2.99"),
        ("EX03b", "LB.NEUT", "1.0", "0.99"),
        ("EX03c", "LB.LYM", "0.5", "0.49"),
        ("EX03d", "LB.HGB", "90", "89.99"),
        ("EX03e", "LB.PLAT", "50", "49"),
    ],
)
def test_blood_counts_below_the_limit_exclude(code: str, field: str, allowed: str, excluded: str) -> None:
    for value, outcome in (
        (q(allowed), NOT_MET),
        (q(excluded), MET),
        (q("0"), MET),
        (q(None), OPEN),
        (NO_UNIT, OPEN),
        (q("-1"), OPEN),
        (q("NaN"), OPEN),
        (q("Infinity"), OPEN),
        ("NOT DONE", OPEN),
    ):
        verdict = ex03(participant({field: value}))
        assert part(verdict, code).outcome is outcome
        assert verdict.outcome is outcome
        assert fields(verdict.missing) == ({field} if outcome is OPEN else set())


@pytest.mark.parametrize(("code", "enzyme"), [("EX03f", "ALT"), ("EX03g", "AST")])
@pytest.mark.parametrize(
    ("value", "uln", "due_to_dm", "outcome", "missing"),
    [
        ("119", "40", None, NOT_MET, ""),
        ("119.99", "40", "N", NOT_MET, ""),
        ("120", "40", "N", MET, ""),
        ("120", "40", "Y", NOT_MET, ""),
        ("120", "40", None, OPEN, "_DMREL"),
        ("120", "40", "U", OPEN, "_DMREL"),
        ("400", "40", None, OPEN, "_DMREL"),
        # boundaries that binary floats get wrong
        ("3.3", "1.1", "N", MET, ""),
        ("105.3", "35.1", "N", MET, ""),
        ("105.29", "35.1", "N", NOT_MET, ""),
        # missing is never normal, and never excused
        (None, "40", "Y", OPEN, ""),
        (None, "40", None, OPEN, ""),
        ("46", None, None, OPEN, ""),
        ("46", "0", None, OPEN, ""),
        ("400", None, "Y", OPEN, ""),
    ],
)
def test_transaminases_from_3_times_the_limit_unless_due_to_dermatomyositis(
    code: str,
    enzyme: str,
    value: str | None,
    uln: str | None,
    due_to_dm: Plain,
    outcome: Outcome,
    missing: str,
) -> None:
    facts = participant({f"LB.{enzyme}": q(value, uln=uln), f"LB.{enzyme}_DMREL": due_to_dm})
    found = part(ex03(facts), code)
    assert found.outcome is outcome
    assert fields(found.missing) == ({f"LB.{enzyme}{missing}"} if outcome is OPEN else set())


@pytest.mark.parametrize("enzyme", ["ALT", "AST"])
def test_the_excuse_is_read_only_when_the_enzyme_is_raised(enzyme: str) -> None:
    code = {"ALT": "EX03f", "AST": "EX03g"}[enzyme]
    low = part(ex03(participant()), code)
    high = part(ex03(participant({f"LB.{enzyme}": q("500", uln="40")})), code)
    assert f"LB.{enzyme}_DMREL" not in fields(low.read)
    assert f"LB.{enzyme}_DMREL" in fields(high.read)


def test_each_enzyme_has_its_own_excuse() -> None:
    raised: dict[str, Plain] = {
        "LB.ALT": q("200", uln="40"),
        "LB.AST": q("200", uln="35"),
        "LB.ALT_DMREL": "Y",
    }
    assert ex03(participant(raised)).outcome is OPEN
    assert ex03(participant(raised | {"LB.AST_DMREL": "Y"})).outcome is NOT_MET
    assert ex03(participant(raised | {"LB.AST_DMREL": "N"})).outcome is MET


@pytest.mark.parametrize(
    ("value", "uln", "outcome"),
    [
        ("31.4", "21", NOT_MET),
        ("31.5", "21", MET),
        ("1.65", "1.1", MET),
        ("1.6499", "1.1", NOT_MET),
        (None, "21", OPEN),
        ("9.8", None, OPEN),
    ],
)
def test_bilirubin_from_1_5_times_the_limit_without_excuse(
    value: str | None, uln: str | None, outcome: Outcome
) -> None:
    facts = participant({"LB.BILI": q(value, uln=uln), "LB.ALT_DMREL": "Y", "LB.AST_DMREL": "Y"})
    assert part(ex03(facts), "EX03h").outcome is outcome


# A man of 50 years and 54 kg: 132.6 umol/L (1.5 mg/dL) is exactly 45 mL/min.
MAN_OF_50: dict[str, Plain] = {"DM.SEX": "M", "DM.BRTHDTC": "1976-01-15", "VS.WEIGHT": q("54")}


@pytest.mark.parametrize(
    ("changes", "outcome", "clearance"),
    [
        ({"LB.CREAT": q("132.6")}, MET, "45.00"),
        ({"LB.CREAT": q("132.5")}, NOT_MET, "45.03"),
        ({"LB.CREAT": q("132.59999")}, NOT_MET, "45.00"),
        ({"LB.CREAT": q("132.6"), "VS.WEIGHT": q("54.001")}, NOT_MET, "45.00"),
        ({"LB.CREAT": q("132.6"), "DM.SEX": "F"}, MET, "38.25"),
        # one year younger or older on the day of the sample
        ({"LB.CREAT": q("132.6"), "DM.BRTHDTC": "1976-03-03"}, NOT_MET, "45.50"),
        ({"LB.CREAT": q("132.6"), "DM.BRTHDTC": "1976-03-02"}, MET, "45.00"),
        ({"LB.CREAT": q("132.6"), "DM.BRTHDTC": "1976-03-03", "LB.LBDTC": "2026-03-03"}, MET, "45.00"),
        ({"LB.CREAT": q("132.6"), "DM.BRTHDTC": "1976"}, OPEN, None),
        ({"LB.CREAT": q("200"), "DM.BRTHDTC": "1976"}, MET, None),
        ({"LB.CREAT": q("80"), "LB.LBDTC": "2026"}, NOT_MET, None),
        ({"LB.CREAT": q("80"), "LB.LBDTC": "2026-03"}, NOT_MET, "74.59"),
        ({"LB.CREAT": q(None)}, OPEN, None),
        ({"LB.CREAT": NO_UNIT}, OPEN, None),
        ({"LB.CREAT": q("0")}, OPEN, None),
        ({"LB.LBDTC": None}, OPEN, None),
        ({"DM.BRTHDTC": None}, OPEN, None),
        ({"DM.SEX": None}, OPEN, None),
        ({"VS.WEIGHT": q(None)}, OPEN, None),
        ({"VS.WEIGHT": NO_UNIT}, OPEN, None),
    ],
)
def test_creatinine_clearance_of_45_or_less_excludes(
    changes: dict[str, Plain], outcome: Outcome, clearance: str | None
) -> None:
    found = part(ex03(participant(MAN_OF_50 | changes)), "EX03i")
    assert found.outcome is outcome
    assert found.derived == {"CRCL": None if clearance is None else Decimal(clearance)}
    assert bool(found.missing) is (outcome is OPEN)


@pytest.mark.parametrize(
    ("sex", "born", "weight", "creatinine", "clearance", "outcome"),
    [
        ("F", "1978-06-14", "58", "52", "108.25", NOT_MET),
        ("M", "1976-01-15", "54", "132.6", "45.00", MET),
        ("F", "1962-01-01", "47", "130", "28.68", MET),
        ("F", "1996-01-01", "45", "53.04", "97.40", NOT_MET),
    ],
)
def test_worked_clearances(
    sex: str, born: str, weight: str, creatinine: str, clearance: str, outcome: Outcome
) -> None:
    changes: dict[str, Plain] = {
        "DM.SEX": sex,
        "DM.BRTHDTC": born,
        "VS.WEIGHT": q(weight),
        "LB.CREAT": q(creatinine),
    }
    found = part(ex03(participant(changes)), "EX03i")
    assert found.outcome is outcome
    assert found.derived == {"CRCL": Decimal(clearance)}


def test_a_definite_failure_beats_all_that_is_missing() -> None:
    missing: dict[str, Plain] = {
        f"LB.{name}": None for name in ("WBC", "NEUT", "LYM", "HGB", "ALT", "AST", "BILI", "CREAT")
    }
    assert ex03(participant(missing)).outcome is OPEN
    assert ex03(participant(missing | {"LB.PLAT": q("49")})).outcome is MET
