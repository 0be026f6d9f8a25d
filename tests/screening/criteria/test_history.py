"""EX01, EX02, EX09, EX10, EX13, EX14: both sides of every boundary, and every missing input."""

from datetime import date

import pytest

from screening.criteria import Outcome, assess
from screening.criteria.history import ex01, ex02, ex13
from tests.screening.criteria.example import Plain, fields, part, participant

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("EX01", "DC.DXPM"),
        ("EX01", "DC.DXASYS"),
        ("EX01", "DC.DXIMNM"),
        ("EX01", "DC.DXOVERLAP"),
        ("EX02", "MH.CVDYN"),
        ("EX02", "MH.LTCOMP"),
        ("EX09", "AL.ALLTCZ"),
        ("EX10", "AL.ALLSULF"),
        ("EX14", "CM.PROHMED"),
    ],
)
@pytest.mark.parametrize(
    ("answer", "outcome"), [("Y", MET), ("N", NOT_MET), ("U", OPEN), (None, OPEN), ("yes", OPEN)]
)
def test_a_plain_answer_decides(code: str, field: str, answer: Plain, outcome: Outcome) -> None:
    verdict = assess(participant({field: answer})).verdict(code)
    assert verdict.outcome is outcome
    assert fields(verdict.missing) == ({field} if outcome is OPEN else set())


def test_one_diagnosis_excludes_even_when_others_are_unknown() -> None:
    assert ex01(participant({"DC.DXPM": None, "DC.DXASYS": "U", "DC.DXOVERLAP": "Y"})).outcome is MET


def test_one_complication_excludes_even_when_others_are_unknown() -> None:
    assert ex02(participant({"MH.ACSYN": None, "MH.CVDYN": "U", "MH.LTCOMP": "Y"})).outcome is MET


# Screening on 2026-03-02: 168 days before is 2025-09-15, 30 days before is 2026-01-31.
ACS = [
    ("Y", "2025-09-15", MET),
    ("Y", "2025-09-14", NOT_MET),
    ("Y", "2026-03-02", MET),
    ("Y", "2026-03-10", MET),
    ("Y", "2025-10", MET),
    ("Y", "2025-09", OPEN),
    ("Y", "2025-08", NOT_MET),
    ("Y", "2025", OPEN),
    ("Y", "2024", NOT_MET),
    ("Y", None, OPEN),
    ("Y", "unknown", OPEN),
    ("N", None, NOT_MET),
    ("N", "2026-02-01", NOT_MET),
    ("U", None, OPEN),
    ("U", "2026-02-01", OPEN),
    (None, None, OPEN),
    (None, "2020", NOT_MET),
]
IVIG = [
    ("Y", "2026-02-01", MET),
    ("Y", "2026-01-31", NOT_MET),
    ("Y", "2026-03-02", MET),
    ("Y", "2026-03-05", MET),
    ("Y", "2026-02", MET),
    ("Y", "2026-01", NOT_MET),
    ("Y", "2026", OPEN),
    ("Y", None, OPEN),
    ("N", None, NOT_MET),
    ("U", None, OPEN),
    ("U", "2026-02-20", OPEN),
    (None, None, OPEN),
]


@pytest.mark.parametrize(("asked", "dated", "outcome"), ACS)
def test_coronary_syndrome_within_168_days_before_screening(
    asked: Plain, dated: Plain, outcome: Outcome
) -> None:
    found = part(ex02(participant({"MH.ACSYN": asked, "MH.ACSDTC": dated})), "EX02a")
    assert found.outcome is outcome
    assert bool(found.missing) is (outcome is OPEN)


@pytest.mark.parametrize(("asked", "dated", "outcome"), IVIG)
def test_immunoglobulin_less_than_30_days_before_screening(
    asked: Plain, dated: Plain, outcome: Outcome
) -> None:
    found = ex13(participant({"CM.IVIGYN": asked, "CM.IVIGENDTC": dated}))
    assert found.outcome is outcome
    assert bool(found.missing) is (outcome is OPEN)


@pytest.mark.parametrize("screened", [None, "2026-03", "2026"])
def test_both_need_the_day_of_screening(screened: Plain) -> None:
    acs = {"MH.ACSYN": "Y", "MH.ACSDTC": "2025-09-20", "SV.SCRNDTC": screened}
    assert part(ex02(participant(acs)), "EX02a").outcome is OPEN
    ivig = {"CM.IVIGYN": "Y", "CM.IVIGENDTC": "2026-02-10", "SV.SCRNDTC": screened}
    assert ex13(participant(ivig)).outcome is OPEN


@pytest.mark.parametrize(
    ("changes", "code", "earliest"),
    [
        ({"MH.ACSYN": "Y", "MH.ACSDTC": "2026-02-01"}, "EX02", date(2026, 7, 20)),
        ({"CM.IVIGYN": "Y", "CM.IVIGENDTC": "2026-02-10"}, "EX13", date(2026, 3, 12)),
        ({"CM.IVIGYN": "Y", "CM.IVIGENDTC": "2026"}, "EX13", date(2027, 1, 30)),
        ({"MH.ACSYN": "Y", "MH.ACSDTC": "2026-02-01", "MH.CVDYN": "Y"}, "EX02", None),
        ({"CM.IVIGYN": "Y", "CM.IVIGENDTC": None}, "EX13", None),
        ({"CM.IVIGYN": "Y", "CM.IVIGENDTC": "2020"}, "EX13", None),
    ],
)
def test_waiting_cures_what_lies_too_near(
    changes: dict[str, Plain], code: str, earliest: date | None
) -> None:
    assert assess(participant(changes)).verdict(code).earliest == earliest
    if earliest is not None:
        later = changes | {"SV.SCRNDTC": earliest.isoformat()}
        assert assess(participant(later)).verdict(code).outcome is NOT_MET
        before = changes | {"SV.SCRNDTC": date.fromordinal(earliest.toordinal() - 1).isoformat()}
        assert assess(participant(before)).verdict(code).outcome is not NOT_MET
