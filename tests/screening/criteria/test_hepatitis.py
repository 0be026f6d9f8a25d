"""EX06 viral hepatitis, EX07 HIV."""

import pytest

from screening.criteria import Outcome
from screening.criteria.hepatitis import ex06, ex07
from tests.screening.criteria.example import Plain, Quantity, fields, part, participant, q

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED


@pytest.mark.parametrize(("code", "field"), [("EX06a", "HBSAG"), ("EX06b", "HBEAG"), ("EX06d", "HCVAB")])
@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("POSITIVE", MET),
        ("NEGATIVE", NOT_MET),
        ("INDETERMINATE", OPEN),
        ("NOT DONE", OPEN),
        ("U", OPEN),
        (None, OPEN),
    ],
)
def test_a_positive_marker_excludes(code: str, field: str, result: Plain, outcome: Outcome) -> None:
    verdict = ex06(participant({f"VIR.{field}": result}))
    assert part(verdict, code).outcome is outcome
    assert verdict.outcome is outcome
    assert fields(verdict.missing) == ({f"VIR.{field}"} if outcome is OPEN else set())


@pytest.mark.parametrize(
    ("core", "status", "outcome"),
    [
        ("NEGATIVE", "NOT DONE", NOT_MET),
        ("NEGATIVE", None, NOT_MET),
        ("POSITIVE", "NOT DONE", OPEN),
        ("POSITIVE", None, OPEN),
        ("INDETERMINATE", "NOT DONE", OPEN),
        ("NOT DONE", "NOT DONE", OPEN),
        (None, "NOT DONE", OPEN),
        ("POSITIVE", "NOT DETECTED", NOT_MET),
        (None, "NOT DETECTED", NOT_MET),
        ("POSITIVE", "DETECTED BELOW LLOQ", OPEN),
        ("NEGATIVE", "DETECTED BELOW LLOQ", OPEN),
        ("POSITIVE", "QUANTIFIED", OPEN),
        ("NEGATIVE", "QUANTIFIED", OPEN),
    ],
)
def test_dna_is_required_when_the_core_antibody_is_positive(
    core: Plain, status: Plain, outcome: Outcome
) -> None:
    found = part(ex06(participant({"VIR.HBCAB": core, "VIR.HBVDNASTAT": status})), "EX06c")
    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("dna", "assay", "outcome"),
    [
        (q("1000", unit="copies/mL"), None, OPEN),
        (q("1000.1", unit="copies/mL"), None, MET),
        (q("1", unit="copies/mL"), None, NOT_MET),
        (q("1.1", unit="copies/mL"), None, OPEN),
        (q("0", unit="copies/mL"), None, NOT_MET),
        (q("1000", unit="copies/L"), None, NOT_MET),
        (q("1001", unit="copies/L"), None, OPEN),
        (q("1000000", unit="copies/L"), None, OPEN),
        (q("1000001", unit="copies/L"), None, MET),
        # 1,000 / 5.82 = 171.82...; 1,000 / 5.6 = 178.57...; 1,000 / 3.41 = 293.25...
        (q("171.8", unit="IU/mL"), "ROCHE", OPEN),
        (q("171.9", unit="IU/mL"), "ROCHE", MET),
        (q("178.5", unit="IU/mL"), "SANSURE", OPEN),
        (q("178.6", unit="IU/mL"), "SANSURE", MET),
        (q("293.2", unit="IU/mL"), "ABBOTT", OPEN),
        (q("293.3", unit="IU/mL"), "ABBOTT", MET),
        (q("0.17", unit="IU/mL"), "ROCHE", NOT_MET),
        (q("20", unit="IU/mL"), "ROCHE", OPEN),
        # without factor, unit or number
        (q("100000", unit="IU/mL"), "OTHER", OPEN),
        (q("100000", unit="IU/mL"), None, OPEN),
        (q("100000"), "ROCHE", OPEN),
        (q("100000", unit="copies"), "ROCHE", OPEN),
        (q(None, missing="NO UNIT"), "ROCHE", OPEN),
        (None, "ROCHE", OPEN),
        (q("-5", unit="copies/mL"), None, OPEN),
    ],
)
@pytest.mark.parametrize("core", ["POSITIVE", "NEGATIVE", None])
def test_quantified_dna(dna: Quantity | None, assay: Plain, core: Plain, outcome: Outcome) -> None:
    changes = {
        "VIR.HBCAB": core,
        "VIR.HBVDNASTAT": "QUANTIFIED",
        "VIR.HBVDNA": dna,
        "VIR.HBVASSAY": assay,
    }
    assert part(ex06(participant(changes)), "EX06c").outcome is outcome


def test_a_number_without_its_status_is_open() -> None:
    changes = {"VIR.HBVDNASTAT": None, "VIR.HBVDNA": q("5000", unit="copies/mL")}
    found = ex06(participant(changes))
    assert found.outcome is OPEN
    assert fields(found.missing) == {"VIR.HBVDNASTAT"}


def test_one_positive_marker_excludes_whatever_is_missing() -> None:
    changes = {"VIR.HBSAG": None, "VIR.HBEAG": None, "VIR.HBCAB": None, "VIR.HCVAB": "POSITIVE"}
    assert ex06(participant(changes)).outcome is MET


@pytest.mark.parametrize(
    ("history", "serology", "outcome"),
    [
        ("N", "NEGATIVE", NOT_MET),
        ("Y", "NEGATIVE", MET),
        ("N", "POSITIVE", MET),
        ("Y", None, MET),
        (None, "POSITIVE", MET),
        ("N", None, OPEN),
        ("N", "NOT DONE", OPEN),
        ("N", "INDETERMINATE", OPEN),
        ("U", "NEGATIVE", OPEN),
        (None, "NEGATIVE", OPEN),
    ],
)
def test_hiv_by_history_or_serology(history: Plain, serology: Plain, outcome: Outcome) -> None:
    assert ex07(participant({"VIR.HIVHX": history, "VIR.HIVAB": serology})).outcome is outcome
