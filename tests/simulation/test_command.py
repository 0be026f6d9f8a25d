"""The command on the real stack: one JSON object, counts that the database confirms."""

import json

import pytest

from tests.real_stack import Stack


def _count(stack: Stack, question: str) -> int:
    with stack.connect() as owner:
        row = owner.execute(question).fetchone()
    assert row is not None
    return int(str(row[0]))


def test_the_summary_is_what_the_database_holds(stack: Stack) -> None:
    people, given = "SELECT count(*) FROM screening_participant", "SELECT count(*) FROM vault.allocation"
    doses = "SELECT count(*) FROM visits_dosegiven WHERE \"EXPERF\" = 'Y'"
    before = [_count(stack, question) for question in (people, given, doses)]
    summary = json.loads(stack.manage("simulate_trial", "--participants", "6", "--seed", "11"))
    after = [_count(stack, question) for question in (people, given, doses)]
    assert set(summary) == {
        "screened",
        "eligible",
        "randomized",
        "visits",
        "doses",
        "events",
        "shipments",
        "seconds",
    }
    counted = [summary["screened"], summary["randomized"], summary["doses"]]
    assert [b - a for a, b in zip(before, after, strict=True)] == counted
    assert counted[0] == 6


def test_it_is_refused_outside_a_demonstration(stack: Stack) -> None:
    with pytest.raises(AssertionError, match="DEMO is off"):
        stack.manage("simulate_trial", "--participants", "1", "--seed", "1", DEMO="0")
