"""IN06: only where the version asks, every part with every answer, and an answer counts for its words."""

import pytest

from screening.criteria import CRITERIA, DEFAULT, Outcome, Overall, ProtocolTables, assess, readings_under
from screening.criteria.registry import criteria_under
from screening.criteria.tables import Attestation
from screening.facts import Facts
from tests.screening.criteria.example import Plain, Row, attested, fields, part, participant

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED
FIRST = Attestation("IN06", "Disease for less than a year.", "Did the disease begin within a year?")
SECOND = Attestation("IN07", "No plan to travel.", "Will the participant stay?")
READINGS = readings_under(ProtocolTables(number=2, attestations=(FIRST, SECOND)))


def answered(first: Plain, second: Plain) -> Facts:
    return participant(
        attestations=(
            attested("IN06", FIRST.question, first),
            attested("IN07", SECOND.question, second),
        )
    )


def test_without_attestations_there_is_no_such_criterion() -> None:
    assert criteria_under(DEFAULT) == CRITERIA
    assert "IN06" not in {verdict.code for verdict in assess(answered("N", "N")).verdicts}
    assert [each.code for each in criteria_under(READINGS)][4:7] == ["IN05", "IN06", "EX01"]


@pytest.mark.req("B2")
@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("Y", "Y", MET),
        ("N", "Y", NOT_MET),
        ("Y", "N", NOT_MET),
        ("N", "U", NOT_MET),
        ("N", None, NOT_MET),
        ("Y", "U", OPEN),
        ("Y", None, OPEN),
        (None, None, OPEN),
        ("Y", "yes", OPEN),
    ],
)
def test_all_answers_must_be_yes_and_any_no_fails(first: Plain, second: Plain, outcome: Outcome) -> None:
    verdict = assess(answered(first, second), readings=READINGS).verdict("IN06")
    assert verdict.outcome is outcome
    assert [each.code for each in verdict.parts] == ["IN06", "IN07"]
    assert bool(verdict.missing) is (outcome is OPEN)


def test_a_failed_attestation_makes_ineligible_and_a_blank_one_undetermined() -> None:
    assert assess(answered("Y", "Y"), readings=READINGS).overall is Overall.ELIGIBLE
    assert assess(answered("Y", "N"), readings=READINGS).overall is Overall.INELIGIBLE
    assert assess(participant(), readings=READINGS).overall is Overall.UNDETERMINED


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (attested("IN06", "Did the disease begin within two years?", "Y"),),
        (attested("IN07", FIRST.question, "Y"),),
    ],
)
def test_an_answer_to_other_words_does_not_count(rows: tuple[Row, ...]) -> None:
    found = part(assess(participant(attestations=rows), readings=READINGS).verdict("IN06"), "IN06")
    assert found.outcome is OPEN
    assert fields(found.missing) == {"PA.RECORDS"}


def test_two_answers_to_one_question_must_both_be_yes() -> None:
    rows = (attested("IN06", FIRST.question, "Y"), attested("IN06", FIRST.question, "N"))
    found = part(assess(participant(attestations=rows), readings=READINGS).verdict("IN06"), "IN06")
    assert found.outcome is NOT_MET


def test_a_version_comes_back_from_its_frozen_form_as_it_was() -> None:
    assert ProtocolTables.from_json(READINGS.tables.as_json()) == READINGS.tables
