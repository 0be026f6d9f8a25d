"""All criteria together: a definite failure beats an unknown, an unknown beats eligible."""

import pytest

from screening.criteria import Outcome, Overall, assess
from screening.facts import Facts
from tests.screening.criteria.example import EXAMPLE, Plain, cni, gc, participant, q

# One change that makes each criterion fail for certain.
FAILURES: dict[str, dict[str, Plain]] = {
    "IN01": {"VS.WEIGHT": q("44.9")},
    "IN02": {"DC.MDA5RES": "NEGATIVE"},
    "IN03": {"RE.FVCPP": q("59.9")},
    "EX01": {"DC.DXASYS": "Y"},
    "EX02": {"MH.CVDYN": "Y"},
    "EX03": {"LB.PLAT": q("49")},
    "EX04": {"INF.SINFHOSP": "Y", "INF.SINFONGO": "Y"},
    "EX05": {"TB.IGRARES": "POSITIVE"},
    "EX06": {"VIR.HBSAG": "POSITIVE"},
    "EX07": {"VIR.HIVHX": "Y"},
    "EX08": {"RP.RPWORS4W": "Y", "RP.RPHRCT": "Y"},
    "EX09": {"AL.ALLTCZ": "Y"},
    "EX10": {"AL.ALLSULF": "Y"},
    "EX11": {"RE.PFTDONE": "N", "RE.PFTREASND": "UNABLE TO COMPLETE"},
    "EX13": {"CM.IVIGYN": "Y", "CM.IVIGENDTC": "2026-02-20"},
    "EX14": {"CM.PROHMED": "Y"},
}


def in_the_way(facts: Facts) -> set[str]:
    return {verdict.code for verdict in assess(facts).verdicts if not verdict.favourable}


@pytest.mark.parametrize("code", list(FAILURES))
def test_each_criterion_alone_makes_ineligible(code: str) -> None:
    facts = participant(FAILURES[code])
    assert assess(facts).overall is Overall.INELIGIBLE
    assert in_the_way(facts) == {code}


def test_a_steroid_pulse_fails_in04_and_ex12() -> None:
    facts = participant(steroids=(gc("35", "2026-01-01"), gc("500", "2026-02-18", "2026-02-20")))
    assert assess(facts).overall is Overall.INELIGIBLE
    assert in_the_way(facts) == {"IN04", "EX12"}


def test_a_change_of_inhibitor_fails_in05_alone() -> None:
    facts = participant(inhibitors=(cni("3", "2026-01-01", "2026-03-01"), cni("2", "2026-03-02")))
    assert in_the_way(facts) == {"IN05"}


@pytest.mark.parametrize("code", list(FAILURES))
def test_a_definite_failure_beats_an_unknown_elsewhere(code: str) -> None:
    elsewhere = {"AL.ALLTCZ": None} if code != "EX09" else {"AL.ALLSULF": None}
    assert assess(participant(elsewhere)).overall is Overall.UNDETERMINED
    assert assess(participant(FAILURES[code] | elsewhere)).overall is Overall.INELIGIBLE


def test_nothing_known_is_undetermined_in_every_criterion() -> None:
    assessment = assess(Facts())
    assert assessment.overall is Overall.UNDETERMINED
    assert {verdict.outcome for verdict in assessment.verdicts} == {Outcome.UNDETERMINED}
    assert set(assessment.derived.values()) == {None}
    assert all(verdict.missing for verdict in assessment.verdicts)


# What happens when one value of the example is missing: which criteria become undetermined.
# Values that the example does not need (a second pass, a question not asked) change nothing.
MISSING: dict[str, set[str]] = {
    "DM.BRTHDTC": {"IN01", "EX03"},
    "DM.SEX": {"EX03"},
    "SV.SCRNDTC": {"IN01"},
    "SV.RANDDTC": {"IN04", "IN05"},
    "VS.WEIGHT": {"IN01", "IN04", "EX03", "EX12"},
    "DC.GOTTPAP": {"IN02"},
    "DC.MDA5RES": {"IN02"},
    "DC.DXPM": {"EX01"},
    "DC.DXASYS": {"EX01"},
    "DC.DXIMNM": {"EX01"},
    "DC.DXOVERLAP": {"EX01"},
    "MH.ACSYN": {"EX02"},
    "MH.CVDYN": {"EX02"},
    "MH.LTCOMP": {"EX02"},
    "RE.PFTDONE": {"EX11"},
    "RE.FVCPP": {"IN03"},
    "RE.DLCOPP": {"IN03"},
    "HRCT.CTEXTPCT": {"IN03"},
    "GC.GCHXCOMP": {"EX12"},
    "LB.LBDTC": {"EX03"},
    "LB.WBC": {"EX03"},
    "LB.NEUT": {"EX03"},
    "LB.LYM": {"EX03"},
    "LB.HGB": {"EX03"},
    "LB.PLAT": {"EX03"},
    "LB.ALT": {"EX03"},
    "LB.AST": {"EX03"},
    "LB.BILI": {"EX03"},
    "LB.CREAT": {"EX03"},
    "INF.SINFHOSP": {"EX04"},
    "INF.IVABYN": {"EX04"},
    "TB.TBACT": {"EX05"},
    "TB.IGRATYPE": {"EX05"},
    "TB.IGRARES": {"EX05"},
    "VIR.HBSAG": {"EX06"},
    "VIR.HBEAG": {"EX06"},
    "VIR.HBCAB": {"EX06"},
    "VIR.HCVAB": {"EX06"},
    "VIR.HIVAB": {"EX07"},
    "VIR.HIVHX": {"EX07"},
    "RP.RPWORS4W": {"EX08"},
    "AL.ALLTCZ": {"EX09"},
    "AL.ALLSULF": {"EX10"},
    "CM.IVIGYN": {"EX13"},
    "CM.PROHMED": {"EX14"},
}


@pytest.mark.parametrize("field", list(EXAMPLE))
def test_a_missing_input_is_never_normal(field: str) -> None:
    facts = participant({field: None})
    expected = MISSING.get(field, set())
    assert in_the_way(facts) == expected
    assert assess(facts).overall is (Overall.UNDETERMINED if expected else Overall.ELIGIBLE)


@pytest.mark.parametrize(
    ("row_field", "criteria"),
    [
        ("CMTRT", {"IN04", "EX12"}),
        ("CMDOSTOT", {"IN04", "EX12"}),
        ("CMROUTE", {"IN04"}),
        ("CMSTDTC", {"IN04"}),
    ],
)
def test_a_missing_input_of_a_steroid_row_is_never_normal(row_field: str, criteria: set[str]) -> None:
    row = {**gc("35", "2026-01-01"), row_field: None}
    assert in_the_way(participant(steroids=(row,))) == criteria


@pytest.mark.parametrize("row_field", ["CMTRT", "CMDOSTOT", "CMSTDTC"])
def test_a_missing_input_of_an_inhibitor_row_is_never_normal(row_field: str) -> None:
    row = {**cni("3", "2026-01-01"), row_field: None}
    assert in_the_way(participant(inhibitors=(row,))) == {"IN05"}


def test_a_verdict_can_be_asked_for_by_its_code() -> None:
    assessment = assess(participant())
    assert assessment.verdict("EX08").code == "EX08"
    with pytest.raises(KeyError):
        assessment.verdict("IN06")
