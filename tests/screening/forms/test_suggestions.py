"""What the numbers suggest for the items of rapid progression, and when a form proposes it."""

from decimal import Decimal
from typing import Any

import pytest

from screening.forms import EVERY_FORM
from screening.forms.rapid_progression import RapidProgression
from tests.screening.forms.reading import read_at
from trialsite.crf.reading import Reading
from trialsite.crf.suggestions import Suggestion, own_answers, settled_names
from trialsite.crf.variables import Choice

NOW = {"FVCPP": Decimal(71), "DLCOPP": Decimal(50), "PAO2": Decimal(70)}
WORSE = {"RPWORS4W": "Y", "PRFVCPP": "80"}


def read(typed: dict[str, str], context: dict[str, Any] = NOW) -> Reading:
    return read_at(RapidProgression, typed, "S", **context)


@pytest.mark.parametrize(
    ("before", "now", "code", "why"),
    [
        ("80", "68", "Y", "FVC 80 to 68 % of predicted, 12 points or 15 % less."),
        ("80", "71", "U", "FVC 80 to 71 % of predicted, 9 points or 11.25 % less."),
        ("80", "70", "U", "FVC 80 to 70 % of predicted, 10 points or 12.5 % less."),
        ("100", "90", "N", "FVC 100 to 90 % of predicted, 10 points or 10 % less."),
        ("100", "89.9", "Y", "FVC 100 to 89.9 % of predicted, 10.1 points or 10.1 % less."),
        ("70", "75", "N", "FVC 70 to 75 % of predicted, no fall."),
    ],
)
def test_lung_function_before_and_now_suggests_an_answer(before: str, now: str, code: str, why: str) -> None:
    found = read(WORSE | {"PRFVCPP": before}, {"FVCPP": Decimal(now)})
    assert found.suggested == {"RPPFT": Suggestion(code, why)}


def test_a_fall_of_dlco_alone_is_left_to_the_investigator() -> None:
    found = read(WORSE | {"PRFVCPP": "72", "PRDLCOPP": "70"}).suggested["RPPFT"]
    assert found.code == "U"
    assert found.why.endswith("; DLco 70 to 50 % of predicted, 20 points or 28.57 % less.")


@pytest.mark.parametrize(("before", "suggested"), [("80.1", "Y"), ("80", None), ("60", None)])
def test_only_a_fall_of_pao2_by_more_than_10_mmhg_suggests_an_answer(
    before: str, suggested: str | None
) -> None:
    found = read({"RPWORS4W": "Y", "PRPAO2": before, "PRPAO2_UNIT": "mmHg"}).suggested
    assert {name: each.code for name, each in found.items()} == ({"RPABG": suggested} if suggested else {})


def test_a_pao2_typed_in_kilopascal_is_compared_in_mmhg() -> None:
    found = read({"RPWORS4W": "Y", "PRPAO2": "12", "PRPAO2_UNIT": "kPa"}).suggested["RPABG"]
    assert found.why == "PaO2 90.01 to 70 mmHg: 20.01 mmHg less."


@pytest.mark.parametrize(
    ("typed", "context"),
    [
        (WORSE, {}),
        ({"RPWORS4W": "Y"}, NOW),
        (WORSE | {"RPPFT": "N"}, NOW),
        (WORSE | {"RPWORS4W": "N"}, NOW),
        (WORSE | {"PRFVCPP": "800"}, NOW),
    ],
)
def test_nothing_is_suggested_without_numbers_against_an_answer_or_where_it_is_not_asked(
    typed: dict[str, str], context: dict[str, Any]
) -> None:
    assert read(typed, context).suggested == {}


def test_a_suggestion_is_no_answer() -> None:
    found = read(WORSE)
    assert found.columns["RPPFT"] == ""
    assert "RPPFT" in found.unanswered


def test_only_choices_of_the_form_can_be_suggested() -> None:
    for form in EVERY_FORM:
        for name in form.suggestible:
            assert isinstance(form.variables()[name], Choice)


def test_what_only_stands_in_an_input_is_not_what_a_person_typed() -> None:
    typed = {"RPPFT": "Y", "RPABG": "Y", "RPDYSP": "N"}
    settled = settled_names("RPABG nonsense", RapidProgression.suggestible)
    assert settled == {"RPABG"}
    assert own_answers(typed, RapidProgression.suggestible, settled) == {"RPABG": "Y", "RPDYSP": "N"}
