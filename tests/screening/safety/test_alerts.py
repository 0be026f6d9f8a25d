"""Safety alerts: both sides of every boundary, and that no verdict depends on one."""

import ast
from pathlib import Path

import pytest

from screening import criteria
from screening.criteria import assess
from screening.facts import Facts
from screening.safety import READ_FOR_ALERTS, Level, safety_alerts
from tests.screening.criteria.example import NO_UNIT, Plain, participant, q

WARNING, TO_CHECK = Level.WARNING, Level.TO_CHECK
TESTED = {"MH.PREGTEST": "NEG"}


def alerts(changes: dict[str, Plain]) -> dict[str, Level]:
    """The alerts of the eligible woman of the example whose pregnancy test is negative."""
    return {alert.code: alert.level for alert in safety_alerts(participant(TESTED | changes))}


@pytest.mark.parametrize(
    ("changes", "warns"),
    [
        ({}, False),
        # Excluded below 1.0, admitted from 1.0 on, no longer warned of at 2.0.
        ({"LB.NEUT": q("0.99")}, False),
        ({"LB.NEUT": q("1.0")}, True),
        ({"LB.NEUT": q("1.99")}, True),
        ({"LB.NEUT": q("2.0")}, False),
        ({"LB.NEUT": q(None)}, False),
        ({"LB.NEUT": NO_UNIT}, False),
        # Excluded below 50, no longer warned of at 100.
        ({"LB.PLAT": q("49")}, False),
        ({"LB.PLAT": q("50")}, True),
        ({"LB.PLAT": q("99")}, True),
        ({"LB.PLAT": q("100")}, False),
        *(
            case
            for enzyme in ("ALT", "AST")
            for case in (
                # 1.5 x ULN is not above it; from 3 x ULN on the trial excludes, that included.
                ({f"LB.{enzyme}": q("52.65", uln="35.1")}, False),
                ({f"LB.{enzyme}": q("52.66", uln="35.1")}, True),
                ({f"LB.{enzyme}": q("105.2", uln="35.1")}, True),
                ({f"LB.{enzyme}": q("105.3", uln="35.1")}, False),
                ({f"LB.{enzyme}": q("105.3", uln="35.1"), f"LB.{enzyme}_DMREL": "N"}, False),
                # A rise due to dermatomyositis is admitted, and the label still warns.
                ({f"LB.{enzyme}": q("105.3", uln="35.1"), f"LB.{enzyme}_DMREL": "Y"}, True),
                ({f"LB.{enzyme}": q("60")}, False),
                ({f"LB.{enzyme}": q("60", uln="0")}, False),
            )
        ),
    ],
)
def test_a_laboratory_value_alerts_where_the_trial_admits_it_and_the_label_does_not(
    changes: dict[str, Plain], *, warns: bool
) -> None:
    assert alerts(changes) == ({next(iter(changes)).removeprefix("LB."): WARNING} if warns else {})


@pytest.mark.parametrize("field", ["DIVERT", "ZOSTER", "MALIG"])
@pytest.mark.parametrize(("answer", "level"), [("Y", WARNING), ("U", TO_CHECK), ("N", None), (None, None)])
def test_a_condition_that_the_label_warns_of_alerts(
    field: str, answer: str | None, level: Level | None
) -> None:
    assert alerts({f"MH.{field}": answer}) == ({field: level} if level else {})


@pytest.mark.parametrize(
    ("sex", "result", "level"),
    [
        ("F", "NEG", None),
        ("F", "POS", WARNING),
        ("F", "NA", TO_CHECK),
        ("F", q(None, missing="NOT DONE"), TO_CHECK),
        ("F", None, TO_CHECK),
        ("M", "NA", None),
        ("M", None, None),
        ("M", "POS", WARNING),
        (None, None, None),
        (None, "POS", WARNING),
    ],
)
def test_a_pregnancy_test_alerts_when_positive_or_without_result_in_a_woman(
    sex: str | None, result: Plain, level: Level | None
) -> None:
    assert alerts({"DM.SEX": sex, "MH.PREGTEST": result}) == ({"PREGTEST": level} if level else {})


def test_an_alert_says_the_value_its_source_and_the_fields_that_it_rests_on() -> None:
    facts = participant(TESTED | {"LB.ALT": q("120", uln="40"), "LB.ALT_DMREL": "Y"})
    (alert,) = safety_alerts(facts)
    assert alert.says == (
        "ALT 3.00 x ULN: admitted as due to dermatomyositis, and above 1.5 x ULN, "
        "where the label advises not to start."
    )
    assert alert.source == "Label of tocilizumab, laboratory values at the start"
    assert [fact.field for fact in alert.facts] == ["ALT", "ALT_DMREL"]


def test_nothing_known_gives_no_alert() -> None:
    assert safety_alerts(Facts()) == ()


@pytest.mark.parametrize("field", READ_FOR_ALERTS)
@pytest.mark.parametrize("answer", ["Y", "U", "N", "POS", "NEG", "NA", None])
def test_no_verdict_depends_on_an_answer_that_is_asked_for_the_alerts(field: str, answer: str | None) -> None:
    assert assess(participant({f"MH.{field}": answer})) == assess(participant())


def test_the_criteria_cannot_know_of_an_alert() -> None:
    for path in Path(criteria.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert "safety" not in (node.module or ""), path.name
            elif isinstance(node, ast.Import):
                assert not any("safety" in name.name for name in node.names), path.name
