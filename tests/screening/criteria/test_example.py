"""The example participant is eligible, with exactly these verdicts and derived values."""

from decimal import Decimal

import pytest

from screening.criteria import CRITERIA, Kind, Outcome, Overall, assess
from tests.screening.criteria.example import part, participant

EXPECTED = {
    "IN01": "met",
    "IN02": "met",
    "IN03": "met",
    "IN04": "met",
    "IN05": "met",
    "EX01": "not_met",
    "EX02": "not_met",
    "EX03": "not_met",
    "EX04": "not_met",
    "EX05": "not_met",
    "EX06": "not_met",
    "EX07": "not_met",
    "EX08": "not_met",
    "EX09": "not_met",
    "EX10": "not_met",
    "EX11": "not_met",
    "EX12": "not_met",
    "EX13": "not_met",
    "EX14": "not_met",
}
DERIVED = {
    "AGE": 47,
    "CRCL": Decimal("108.25"),
    "PFRATIO": Decimal("390.5"),
    "GC_MAX_MGKG_28D_PRE_RAND": Decimal("0.603"),
}


def test_the_example_is_eligible_with_exactly_the_expected_verdicts() -> None:
    assessment = assess(participant())
    assert assessment.overall is Overall.ELIGIBLE
    assert {verdict.code: verdict.outcome.value for verdict in assessment.verdicts} == EXPECTED


def test_the_derived_values_are_exact() -> None:
    assert assess(participant()).derived == DERIVED


@pytest.mark.parametrize(("code", "outcome"), [("IN01a", "met"), ("IN03a", "met"), ("EX03i", "not_met")])
def test_parts_have_their_own_verdict(code: str, outcome: str) -> None:
    verdict = assess(participant()).verdict(code[:4])
    assert part(verdict, code).outcome == outcome


def test_the_registry_lists_all_criteria_in_order_with_their_texts() -> None:
    assert [criterion.code for criterion in CRITERIA] == list(EXPECTED)
    for criterion in CRITERIA:
        assert criterion.kind is (Kind.INCLUSION if criterion.code.startswith("IN") else Kind.EXCLUSION)
        assert criterion.text
        assert criterion.rule
        assert criterion.source


def test_every_verdict_names_what_it_read_and_says_what_it_found() -> None:
    for verdict in assess(participant()).verdicts:
        assert verdict.read
        assert verdict.missing == ()
        assert verdict.earliest is None
        assert verdict.favourable
        for each in verdict.parts:
            assert each.says.endswith(".")
            assert set(each.read) <= set(verdict.read)
            assert each.outcome is not Outcome.UNDETERMINED
