"""Saving a record: checks, versions, reasons, one effect for each key."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from screening.forms.vital_signs import VitalSigns
from screening.models import Participant
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.drafts import draft_of, keep_draft
from trialsite.crf.models import Query, Record, Submission
from trialsite.crf.outcomes import Conflict, Outcome, ReasonNeeded, Refused, Saved
from trialsite.crf.permissions import EntryClosed

Submit = Callable[..., Outcome]

pytestmark = pytest.mark.django_db


def stored(record: Record, *columns: str) -> tuple[Any, ...]:
    """What stands in the columns of the record's vital signs."""
    row = VitalSigns.objects.get(record=record)
    return tuple(getattr(row, column) for column in columns)


def test_a_complete_form_is_stored_with_what_was_typed_and_the_standard_value(submit: Submit) -> None:
    outcome = submit(WEIGHT="116", WEIGHT_UNIT="jin")
    assert isinstance(outcome, Saved)
    assert stored(outcome.record, "WEIGHT", "WEIGHT_ORRES", "WEIGHT_ORRESU") == (Decimal(58), "116", "jin")
    assert (outcome.record.state, outcome.record.version) == ("complete", 1)


def test_a_form_with_open_questions_is_incomplete(submit: Submit) -> None:
    outcome = submit(PULSE="")
    assert isinstance(outcome, Saved)
    assert outcome.record.state == "incomplete"


def test_a_coded_reason_answers_a_question_without_a_value(submit: Submit) -> None:
    outcome = submit(PULSE="", PULSE_ND="NOT DONE")
    assert isinstance(outcome, Saved)
    assert outcome.record.state == "complete"
    assert stored(outcome.record, "PULSE", "PULSE_ND") == (
        None,
        "NOT DONE",
    )


@pytest.mark.req("D1", "D3")
def test_a_refused_value_stores_nothing_and_is_remembered(submit: Submit) -> None:
    outcome = submit(WEIGHT="300")
    assert isinstance(outcome, Refused)
    assert [(p.field, p.message) for p in outcome.reading.refused] == [("WEIGHT", "Allowed: 30 to 180 kg.")]
    assert not Record.objects.exists()
    assert Submission.objects.get().findings[0]["field"] == "WEIGHT"


@pytest.mark.req("A9")
def test_the_refused_value_the_prompt_and_the_correction_are_all_kept(submit: Submit) -> None:
    submit(WEIGHT="300")
    submit(WEIGHT="58")
    kept = [
        (row.accepted, row.typed["WEIGHT"], [finding["message"] for finding in row.findings])
        for row in Submission.objects.order_by("at")
    ]
    assert kept == [(False, "300", ["Allowed: 30 to 180 kg."]), (True, "58", [])]


def test_an_unusual_value_is_asked_about_and_its_confirmation_leaves_a_query(submit: Submit) -> None:
    asked = submit(PULSE="125")
    assert isinstance(asked, Refused)
    assert not asked.reading.refused
    saved = submit(PULSE="125", PULSE_OK="1")
    assert isinstance(saved, Saved)
    assert saved.record.open_queries == 1
    assert Query.objects.get().field == "PULSE"


def test_correcting_the_unusual_value_closes_its_query(submit: Submit) -> None:
    submit(PULSE="125", PULSE_OK="1")
    outcome = submit(version=1, reason="Typing error")
    assert isinstance(outcome, Saved)
    assert (outcome.record.open_queries, Query.objects.get().state) == (0, "closed")


@pytest.mark.req("A3")
def test_changing_a_submitted_value_needs_a_reason(submit: Submit) -> None:
    submit()
    outcome = submit(version=1, WEIGHT="59")
    assert isinstance(outcome, ReasonNeeded)
    assert "WEIGHT" in outcome.columns
    assert VitalSigns.objects.get().WEIGHT == 58


@pytest.mark.req("A3")
def test_filling_an_open_question_needs_no_reason(submit: Submit) -> None:
    submit(PULSE="")
    assert isinstance(submit(version=1), Saved)


@pytest.mark.req("A1")
def test_history_has_who_when_old_new_and_why(submit: Submit, coordinator: User) -> None:
    submit()
    submit(version=1, WEIGHT="59", reason="Source document corrected")
    key = str(Record.objects.get().pk)
    changed = [c for c in history_of("screening_vitalsigns", key) if c.column == "WEIGHT"]
    latest = max(changed, key=lambda change: change.at)
    assert Decimal(str(latest.old)) == 58
    assert Decimal(str(latest.new)) == 59
    assert latest.reason == "Source document corrected"
    assert latest.actor == coordinator.username


@pytest.mark.req("F9")
def test_a_second_editor_gets_a_conflict_and_nothing_is_overwritten(
    submit: Submit, person: Callable[..., User]
) -> None:
    submit()
    submit(version=1, WEIGHT="59", reason="New information")
    outcome = submit(version=1, WEIGHT="61", reason="New information", by=person(Role.COORDINATOR))
    assert isinstance(outcome, Conflict)
    assert VitalSigns.objects.get().WEIGHT == 59


@pytest.mark.req("F7")
def test_the_same_key_twice_has_one_effect(submit: Submit) -> None:
    key = uuid.uuid4()
    first, second = submit(key=key), submit(key=key)
    assert isinstance(first, Saved)
    assert isinstance(second, Saved)
    assert second.replayed
    assert Record.objects.get().version == 1


@pytest.mark.req("C1")
@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.COORDINATOR, Role.INVESTIGATOR)])
def test_nobody_but_the_site_team_enters_open_forms(
    submit: Submit, person: Callable[..., User], role: Role
) -> None:
    with pytest.raises(NotAllowed):
        submit(by=person(role))


@pytest.mark.req("C1")
def test_a_coordinator_of_another_site_is_refused(submit: Submit, person: Callable[..., User]) -> None:
    with acting("system:tests"):
        elsewhere = Site.objects.create(code="02", name="Shanghai", time_zone="Asia/Shanghai")
    with pytest.raises(NotAllowed):
        submit(by=person(Role.COORDINATOR, elsewhere))


def test_a_visit_after_screening_is_closed_until_there_is_a_number(
    participant: Participant, coordinator: User
) -> None:
    with pytest.raises(EntryClosed, match="treatment number"):
        save_record(
            by=coordinator,
            participant=participant,
            form="VS",
            visit="W2",
            typed={},
            version=0,
            key=uuid.uuid4(),
        )


def test_not_done_needs_a_reason_and_keeps_it(participant: Participant, coordinator: User) -> None:
    with pytest.raises(EntryClosed):
        mark_not_done(by=coordinator, participant=participant, form="VS", visit="S", version=0, reason=" ")
    outcome = mark_not_done(
        by=coordinator, participant=participant, form="VS", visit="S", version=0, reason="Equipment broken"
    )
    assert isinstance(outcome, Saved)
    assert (outcome.record.state, outcome.record.not_done_reason) == ("not done", "Equipment broken")


@pytest.mark.req("F8")
def test_a_draft_is_kept_for_its_author_and_gone_once_submitted(
    submit: Submit, participant: Participant, coordinator: User
) -> None:
    where: dict[str, Any] = {"participant": participant, "form": "VS", "visit": "S", "repeat": 0}
    keep_draft(by=coordinator, version=0, typed={"WEIGHT": "5"}, **where)
    keep_draft(by=coordinator, version=0, typed={"WEIGHT": "58"}, **where)
    draft = draft_of(by=coordinator, **where)
    assert draft is not None
    assert draft.typed == {"WEIGHT": "58"}
    submit()
    assert draft_of(by=coordinator, **where) is None
