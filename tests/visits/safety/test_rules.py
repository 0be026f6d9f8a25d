"""What fits together on the forms of events: tables, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.visits.safety.factories import HEADACHE, PNEUMONIA
from trialsite.crf.events import MOST_EVENTS, numbering_refusal
from trialsite.crf.lifecycle import RecordState
from visits.deviations.states import MOVES as PROPOSAL_MOVES
from visits.deviations.states import ProposalState
from visits.safety import rules
from visits.safety.clock import aware_at, change_due, follow_up_due, initial_due, left_words
from visits.safety.codelists import GRADE, OUTCOME
from visits.safety.special_interest import proposed_category
from visits.safety.states import (
    CHANGE,
    CLOSE,
    DUE,
    MARK_SERIOUS,
    MOVES,
    NOT_SERIOUS_YET,
    TAKE_BACK,
    ReportState,
    verb_for,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.req("D1")
@pytest.mark.parametrize(("grade", "outcome"), list(product(GRADE.codes, OUTCOME.codes)))
def test_grade_5_and_a_fatal_outcome_are_the_same_thing(grade: str, outcome: str) -> None:
    refused = rules.grade_against_outcome({"AETOXGR": grade, "AEOUT": outcome})
    assert (refused is None) == ((grade == "5") == (outcome == "FATAL"))


@pytest.mark.req("D1")
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, False),
        ({"AESER": "N"}, False),
        ({"AEOUT": "FATAL", "AESDTH": "Y"}, False),
        ({"AEOUT": "FATAL", "AESDTH": ""}, False),
        ({"AEOUT": "FATAL", "AESDTH": "N"}, True),
        ({"AEOUT": "FATAL", "AESER": "N", "AESDTH": ""}, True),
        ({"AESDTH": "Y"}, True),
    ],
)
def test_a_fatal_event_is_serious_by_the_criterion_death(changes: dict[str, str], refused: bool) -> None:
    assert bool(rules.fatal_not_serious(PNEUMONIA | changes)) is refused


@pytest.mark.req("D1")
def test_a_serious_event_meets_at_least_one_criterion() -> None:
    none = dict.fromkeys(rules.CRITERIA, "N")
    assert rules.serious_without_criterion(PNEUMONIA | none)
    assert rules.serious_without_criterion(PNEUMONIA | none | {"AESER": "N"}) is None
    for name in rules.CRITERIA:
        assert rules.serious_without_criterion(PNEUMONIA | none | {name: "Y"}) is None
        assert rules.serious_without_criterion(PNEUMONIA | none | {name: ""}) is None


@pytest.mark.parametrize(
    ("start", "refused"),
    [("2026-03-01", True), ("2026-03-02", False), ("2026-03", False), ("2026-02", True), ("2026", False)],
)
def test_only_what_certainly_began_before_consent_is_refused(start: str, refused: bool) -> None:
    assert bool(rules.began_before(start, date(2026, 3, 2))) is refused


@pytest.mark.parametrize(
    ("outcome", "end", "missing", "asks"),
    [
        ("RECOVERED/RESOLVED", "", "", True),
        ("RECOVERED/RESOLVED", "", "UNKNOWN", False),
        ("FATAL", "2026-03-20", "", False),
        ("NOT RECOVERED/NOT RESOLVED", "2026-03-20", "", True),
        ("NOT RECOVERED/NOT RESOLVED", "", "", False),
        ("UNKNOWN", "", "", False),
    ],
)
def test_end_and_outcome_agree(outcome: str, end: str, missing: str, asks: bool) -> None:
    values = {"AEOUT": outcome, "AEENDTC": end, "AEENDTC_ND": missing}
    assert bool(rules.end_against_outcome(values)) is asks


@pytest.mark.parametrize(
    ("ended", "died", "asks"),
    [
        ("2026-04-01", "", False),
        ("2026-04-01", "2026-04-01", False),
        ("2026-04-01", "2026-04", False),
        ("2026-04-01", "2026-04-02", True),
        ("2026-03", "2026-04-02", True),
    ],
)
def test_a_fatal_event_ends_on_the_day_of_death(ended: str, died: str, asks: bool) -> None:
    values = {"AEOUT": "FATAL", "AEENDTC": ended}
    assert bool(rules.death_dates_differ(values, died)) is asks


def test_an_infection_under_intravenous_antibiotics_asks_about_the_next_dose() -> None:
    assert rules.next_dose(PNEUMONIA) is None
    assert rules.next_dose(PNEUMONIA | {"AEACN": "DOSE NOT CHANGED"})
    assert rules.next_dose(HEADACHE) is None
    assert rules.antibiotics_without_category(PNEUMONIA) is None
    assert rules.antibiotics_without_category(PNEUMONIA | {"AESICAT": "HEPATIC"})
    assert rules.antibiotics_without_category(PNEUMONIA | {"AESI": "N", "AESICAT": ""})


@pytest.mark.parametrize(
    ("term", "category"),
    [
        ("Septic shock", "SERIOUS INFECTION"),
        ("Pulmonary tuberculosis", "OPPORTUNISTIC/TB"),
        ("肺结核", "OPPORTUNISTIC/TB"),
        ("Herpes zoster", "OPPORTUNISTIC/TB"),
        ("Colonic perforation", "GI PERFORATION"),
        ("Infusion related reaction", "HYPERSENSITIVITY/INFUSION REACTION"),
        ("ALT increased", "HEPATIC"),
        ("Reactivation of hepatitis B", "HBV REACTIVATION"),
        ("Neutrophil count decreased", "NEUTROPENIA"),
        ("血小板减少", "THROMBOCYTOPENIA"),
        ("Acute myocardial infarction", "MACE"),
        ("Headache", ""),
        ("Salty taste", ""),
        ("Blast of cold air", ""),
    ],
)
def test_words_propose_a_category_of_special_interest(term: str, category: str) -> None:
    found = proposed_category(term, antibiotics=False)
    assert (found.category if found else "") == category


def test_intravenous_antibiotics_make_any_infection_a_serious_one() -> None:
    found = proposed_category("Cellulitis", antibiotics=True)
    assert found is not None
    assert found.category == "SERIOUS INFECTION"


ENTERED = datetime(2026, 3, 29, 4, tzinfo=UTC)


@pytest.mark.req("D5", "O4")
@pytest.mark.parametrize(
    ("day", "at", "zone", "aware"),
    [
        (date(2026, 3, 29), time(9, 30), SHANGHAI, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 3, 29), None, SHANGHAI, datetime(2026, 3, 28, 16, tzinfo=UTC)),
        (None, None, SHANGHAI, ENTERED),
        (date(2026, 3, 30), time(1), SHANGHAI, ENTERED),
        # On the night on which Berlin's clocks go forward there is no 2:30.
        (date(2026, 3, 29), time(2, 30), ZoneInfo("Europe/Berlin"), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_clock_runs_from_the_moment_of_knowing_at_the_site(
    day: date | None, at: time | None, zone: ZoneInfo, aware: datetime
) -> None:
    assert aware_at(day, at, zone, ENTERED) == aware


@settings(max_examples=50)
@given(st.integers(0, 365 * 24))
@example(2066)  # the day before the clocks go forward
@example(7106)  # and back
def test_a_report_is_due_24_hours_later_whatever_the_clocks_of_the_site_do(hour: int) -> None:
    aware = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    local = aware.astimezone(ZoneInfo("Europe/Berlin"))
    assert initial_due(local) - aware == change_due(aware) - aware == timedelta(hours=24)
    assert follow_up_due(local) - aware == timedelta(days=7)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (24, "24 hours left"),
        (0.5, "less than an hour left"),
        (1, "1 hour left"),
        (72, "3 days left"),
        (-0.5, "overdue"),
        (-2, "overdue by 2 hours"),
        (-49, "overdue by 2 days"),
    ],
)
def test_the_time_that_is_left_in_words(hours: float, words: str) -> None:
    assert left_words(ENTERED + timedelta(hours=hours), ENTERED) == words


def test_no_report_is_forgotten_from_any_state() -> None:
    """From every state but the closed one the report can come to its end, and a change never closes it."""
    reached = {state: {end for (start, _), end in MOVES.items() if start == state} for state in ReportState}
    for state in ReportState:
        assert reached[state], state
    for (_, verb), end in MOVES.items():
        assert (end == ReportState.CLOSED) <= (verb in (CLOSE, TAKE_BACK))
    assert {start for (start, verb) in MOVES if verb == CLOSE} == {ReportState.REPORTED}


@pytest.mark.parametrize(
    ("state", "serious", "reported", "changed", "verb"),
    [
        (NOT_SERIOUS_YET, False, False, {"AETERM"}, None),
        (NOT_SERIOUS_YET, True, False, {"AESER"}, MARK_SERIOUS),
        (ReportState.OPEN, True, False, {"AETERM"}, None),
        (ReportState.OPEN, False, False, {"AESER"}, TAKE_BACK),
        (ReportState.CLOSED, True, False, {"AESER"}, MARK_SERIOUS),
        (ReportState.CLOSED, False, False, {"AETERM"}, None),
        (ReportState.REPORTED, True, True, set(), None),
        (ReportState.REPORTED, True, True, {"AEOUT"}, CHANGE),
        (ReportState.REPORTED, False, True, {"AESER"}, TAKE_BACK),
        (ReportState.FOLLOW_UP_DUE, True, True, {"FOLLOWUP"}, CHANGE),
        (ReportState.CLOSED, True, True, {"AEREL"}, CHANGE),
    ],
)
def test_what_a_saved_event_means_for_its_report(
    state: str, serious: bool, reported: bool, changed: set[str], verb: str | None
) -> None:
    assert verb_for(state=state, serious=serious, reported=reported, changed=changed) == verb
    assert verb is None or (state, verb) in MOVES


def test_only_a_report_that_is_due_has_a_term() -> None:
    assert set(MOVES.values()) == set(ReportState)
    assert set(DUE) == {ReportState.OPEN, ReportState.FOLLOW_UP_DUE}


def test_what_a_person_decided_about_a_proposal_stays() -> None:
    assert not [verb for (start, verb) in PROPOSAL_MOVES if start == ProposalState.DISMISSED]


@pytest.mark.parametrize(
    ("states", "begun", "number", "at_most", "refused"),
    [
        ({}, [], 1, None, False),
        ({}, [], 2, None, True),
        ({}, [], 0, None, True),
        ({}, [1], 2, None, False),
        ({1: RecordState.COMPLETE}, [], 1, None, False),
        ({1: RecordState.COMPLETE}, [], 3, None, True),
        ({1: RecordState.COMPLETE, 3: RecordState.VOID}, [], 2, None, False),
        ({1: RecordState.COMPLETE}, [], 2, 1, True),
        ({1: RecordState.VOID}, [], 2, 1, False),
        ({MOST_EVENTS: RecordState.COMPLETE}, [], MOST_EVENTS + 1, None, True),
    ],
)
def test_events_are_numbered_one_after_the_other(
    states: dict[int, str], begun: list[int], number: int, at_most: int | None, refused: bool
) -> None:
    assert bool(numbering_refusal(states, begun, number, at_most)) is refused
