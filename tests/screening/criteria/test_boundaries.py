"""The table of boundaries, run; and that nothing that decides is missing from it."""

import pytest

from screening.boundaries.cases import Boundary, Limit, outcome_of
from screening.boundaries.participant import participant
from screening.boundaries.table import LIMITS, answered
from screening.criteria import CRITERIA, DEFAULT, Criterion, Outcome, Overall, assess
from screening.criteria.verdict import FAVOURABLE

TABLE = [(limit, boundary) for limit in LIMITS for boundary in limit.boundaries]


@pytest.mark.parametrize(
    ("limit", "boundary"), TABLE, ids=[f"{limit.part} {limit.varied}: {each.value}" for limit, each in TABLE]
)
def test_each_boundary_has_the_verdict_that_its_page_shows(limit: Limit, boundary: Boundary) -> None:
    assert outcome_of(limit, boundary) is boundary.expected


def test_the_participant_of_the_boundaries_is_eligible() -> None:
    assert assess(participant()).overall is Overall.ELIGIBLE


@pytest.mark.parametrize("criterion", CRITERIA, ids=[each.code for each in CRITERIA])
def test_each_part_is_shown_on_both_sides_of_its_limit_and_open(criterion: Criterion) -> None:
    parts = {part.code for part in criterion.judge(participant(), DEFAULT).parts}
    rows = [(limit.part, each.outcome) for limit, answers in answered(criterion.code) for each in answers]
    assert {part for part, _ in rows} == parts
    for part in parts:
        outcomes = {outcome for code, outcome in rows if code == part}
        assert {Outcome.MET, Outcome.NOT_MET} <= outcomes, part
    assert Outcome.UNDETERMINED in {outcome for _, outcome in rows}
    assert FAVOURABLE[criterion.kind] in {outcome for _, outcome in rows}


def test_every_boundary_belongs_to_a_criterion_and_stands_once() -> None:
    assert {limit.criterion for limit in LIMITS} == {criterion.code for criterion in CRITERIA}
    names = [(limit.part, limit.varied, each.value) for limit, each in TABLE]
    assert len(names) == len(set(names))
