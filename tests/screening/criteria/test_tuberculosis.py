"""EX05: active and latent tuberculosis."""

from datetime import date

import pytest

from screening.criteria import Outcome
from screening.criteria.tuberculosis import ex05
from tests.screening.criteria.example import Plain, fields, part, participant, q

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("active", "treated", "outcome"),
    [
        ("N", None, NOT_MET),
        ("N", "N", NOT_MET),
        ("Y", "Y", NOT_MET),
        ("Y", "N", MET),
        ("Y", "U", OPEN),
        ("Y", None, OPEN),
        ("U", "N", OPEN),
        ("U", None, OPEN),
        (None, None, OPEN),
        ("U", "Y", NOT_MET),
    ],
)
def test_active_tuberculosis_must_be_adequately_treated(
    active: Plain, treated: Plain, outcome: Outcome
) -> None:
    found = part(ex05(participant({"TB.TBACT": active, "TB.TBTRTADQ": treated})), "EX05a")
    assert found.outcome is outcome
    assert bool(found.missing) is (outcome is OPEN)


# Randomization on 2026-03-16: 14 days before is 2026-03-02.
PREVENTED: dict[str, Plain] = {
    "TB.IGRARES": "POSITIVE",
    "TB.TPTYN": "Y",
    "TB.TPTNDRUG": q("2"),
    "TB.TPTSTDTC": "2026-03-02",
    "TB.TPTCONT": "Y",
}


@pytest.mark.parametrize(
    ("changes", "outcome", "missing"),
    [
        ({}, NOT_MET, set()),
        ({"TB.TPTYN": "N"}, MET, set()),
        ({"TB.TPTYN": "U"}, OPEN, {"TB.TPTYN"}),
        ({"TB.TPTYN": None}, OPEN, {"TB.TPTYN"}),
        ({"TB.TPTNDRUG": q("1")}, MET, set()),
        ({"TB.TPTNDRUG": q("0")}, MET, set()),
        ({"TB.TPTNDRUG": q("3")}, NOT_MET, set()),
        ({"TB.TPTNDRUG": None}, OPEN, {"TB.TPTNDRUG"}),
        ({"TB.TPTSTDTC": "2026-03-03"}, MET, set()),
        ({"TB.TPTSTDTC": "2026-03-01"}, NOT_MET, set()),
        ({"TB.TPTSTDTC": "2026-03-20"}, MET, set()),
        ({"TB.TPTSTDTC": "2026-02"}, NOT_MET, set()),
        ({"TB.TPTSTDTC": "2026-03"}, OPEN, {"TB.TPTSTDTC"}),
        ({"TB.TPTSTDTC": None}, OPEN, {"TB.TPTSTDTC"}),
        ({"TB.TPTCONT": "N"}, MET, set()),
        ({"TB.TPTCONT": "U"}, OPEN, {"TB.TPTCONT"}),
        ({"TB.TPTCONT": None}, OPEN, {"TB.TPTCONT"}),
        ({"SV.RANDDTC": None}, OPEN, {"SV.RANDDTC"}),
        ({"SV.RANDDTC": "2026-03-15"}, MET, set()),
        # a definite failure beats an unknown
        ({"TB.TPTYN": None, "TB.TPTSTDTC": None, "TB.TPTCONT": None, "TB.TPTNDRUG": q("1")}, MET, set()),
        # not latent while active
        ({"TB.TBACT": "Y", "TB.TBTRTADQ": "Y", "TB.TPTYN": "N"}, NOT_MET, set()),
        ({"TB.TBACT": "U", "TB.TPTYN": "N"}, OPEN, {"TB.TBACT"}),
        ({"TB.TBACT": "U"}, NOT_MET, set()),
    ],
)
def test_latent_tuberculosis_needs_two_drugs_for_14_days_that_go_on(
    changes: dict[str, Plain], outcome: Outcome, missing: set[str]
) -> None:
    found = part(ex05(participant(PREVENTED | changes)), "EX05b")
    assert found.outcome is outcome
    assert fields(found.missing) == missing


@pytest.mark.parametrize("assay", ["QFT-GIT", "QFT-G", "T-SPOT.TB"])
@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("NEGATIVE", NOT_MET),
        ("POSITIVE", MET),
        ("INDETERMINATE", OPEN),
        ("NOT DONE", OPEN),
        (None, OPEN),
    ],
)
def test_the_named_assays_decide(assay: str, result: Plain, outcome: Outcome) -> None:
    found = ex05(participant({"TB.IGRATYPE": assay, "TB.IGRARES": result}))
    assert found.outcome is outcome
    assert fields(found.missing) == ({"TB.IGRARES"} if outcome is OPEN else set())


@pytest.mark.parametrize("assay", ["QFT-PLUS", "OTHER", None])
@pytest.mark.parametrize("result", ["NEGATIVE", "POSITIVE"])
def test_an_assay_that_is_not_named_stays_open(assay: Plain, result: Plain) -> None:
    found = ex05(participant({"TB.IGRATYPE": assay, "TB.IGRARES": result}))
    assert found.outcome is OPEN
    assert fields(found.missing) == {"TB.IGRATYPE"}


@pytest.mark.parametrize(
    ("changes", "earliest"),
    [
        ({"TB.TPTSTDTC": "2026-03-10"}, date(2026, 3, 24)),
        ({"TB.TPTSTDTC": "2026-03"}, date(2026, 4, 14)),
        ({"TB.TPTSTDTC": "2026-03-02"}, None),
        ({"TB.TPTSTDTC": "2026-03-10", "TB.TPTNDRUG": q("1")}, None),
        ({"TB.TPTSTDTC": "2026-03-10", "TB.TPTCONT": "N"}, None),
        ({"TB.TPTSTDTC": None}, None),
    ],
)
def test_waiting_cures_a_therapy_that_began_too_late(
    changes: dict[str, Plain], earliest: date | None
) -> None:
    assert ex05(participant(PREVENTED | changes)).earliest == earliest
    if earliest is not None:
        on_that_day = PREVENTED | changes | {"SV.RANDDTC": earliest.isoformat()}
        assert ex05(participant(on_that_day)).outcome is NOT_MET
