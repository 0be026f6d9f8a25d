"""A signature is bound to its content and its participant: whatever is altered or moved is found (E2)."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from screening import snapshot
from screening.actions import submit_for_review as submit
from screening.models import EligibilityReview, Participant
from screening.signature import flaw
from screening.snapshot import canonical, digest
from tests.screening.factories import (
    Cast,
    correct,
    eligible_participant,
    make_cast,
    sign,
    signed_participant,
    why_no_number,
)
from trialsite.audit.context import acting

pytestmark = pytest.mark.django_db
PLANNED = date(2026, 3, 16)


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every single value of a JSON value."""
    if isinstance(data, dict) and data:
        for key, item in data.items():
            yield from leaves(item, (*path, key))
    elif isinstance(data, list) and data:
        for place, item in enumerate(data):
            yield from leaves(item, (*path, place))
    else:
        yield path


@contextmanager
def altered(data: Any, path: tuple[Any, ...]) -> Iterator[None]:
    """Another value stands at the path for the length of the block."""
    place = data
    for step in path[:-1]:
        place = place[step]
    before, place[path[-1]] = place[path[-1]], "altered"
    yield
    place[path[-1]] = before


@pytest.mark.req("E2")
def test_every_single_value_of_the_snapshot_is_covered_by_the_signature(cast: Cast) -> None:
    _, review = signed_participant(cast)
    paths = list(leaves(review.snapshot))
    assert len(paths) > 1000
    unnoticed = []
    for path in paths:
        with altered(review.snapshot, path):
            if flaw(review) is None:
                unnoticed.append(path)
    assert unnoticed == []
    assert flaw(review) is None


@pytest.mark.req("E2")
def test_every_part_of_the_signature_is_covered(cast: Cast) -> None:
    _, review = signed_participant(cast)
    assert review.signed_at is not None
    others: dict[str, Any] = {
        "meaning": "I have seen nothing.",
        "signed_by": cast.second_investigator,
        "signer_name": "Dr Somebody",
        "signer_role": "COORDINATOR",
        "signed_at": review.signed_at + timedelta(microseconds=1),
        "decision": "screen failure",
        "questions": {"": "?"},
        "failed": ["EX03"],
        "note": "fine",
        "content_hash": "0" * 64,
        "signature": "0" * 64,
        "id": uuid.uuid4(),
        "participant_id": uuid.uuid4(),
    }
    for name, other in others.items():
        before = getattr(review, name)
        setattr(review, name, other)
        assert flaw(review) is not None, name
        setattr(review, name, before)
    assert flaw(review) is None


def test_the_canonical_spelling_has_one_form() -> None:
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'
    assert digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_equal_numbers_are_the_same_content_however_they_are_spelled(cast: Cast) -> None:
    participant, _ = signed_participant(cast)
    correct(cast.coordinator, participant, "VS", WEIGHT="58.00")
    assert why_no_number(participant, PLANNED) is None


@pytest.mark.req("B2")
def test_a_signed_participant_may_have_a_number_on_the_planned_day(cast: Cast) -> None:
    participant, _ = signed_participant(cast)
    assert why_no_number(participant, PLANNED) is None


@pytest.mark.req("B2")
def test_eligibility_is_computed_again_for_the_actual_day(cast: Cast) -> None:
    steroids = {
        "GC.RECORDS": [
            {
                "CMTRT": "PREDNISONE",
                "CMDOSTOT": "35",
                "CMDOSU": "mg/day",
                "CMROUTE": "ORAL",
                "CMSTDTC": "2026-01-20",
                "CMENDTC": "2026-03-20",
            }
        ]
    }
    participant, _ = signed_participant(cast, steroids)
    assert why_no_number(participant, PLANNED) is None
    assert why_no_number(participant, date(2026, 3, 21)) is None
    refusal = why_no_number(participant, date(2026, 3, 23))
    assert refusal == "Eligible for the planned day, but not on 2026-03-23. Not met: IN04."


@pytest.mark.req("B2")
def test_each_precondition_of_a_number_is_asked_for(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    assert why_no_number(participant, PLANNED) == "No investigator's signature on eligibility is in force."
    submit(by=cast.coordinator, participant=participant)
    assert why_no_number(participant, PLANNED) == "No investigator's signature on eligibility is in force."
    sign(cast.investigator, participant)
    correct(cast.coordinator, participant, "DS", RFICYN="N")
    assert why_no_number(participant, PLANNED) == "The form DS does not say that consent was given (RFICYN)."


@pytest.mark.req("B2")
def test_a_number_needs_a_stratum_even_where_eligibility_does_not(cast: Cast) -> None:
    participant, _ = signed_participant(cast, {"DC.ILDYN": "U"})
    assert "it settles the stratum" in (why_no_number(participant, PLANNED) or "")


def test_newer_rules_ask_for_a_new_signature(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant, review = signed_participant(cast)
    monkeypatch.setattr(snapshot, "rules_version", lambda: "0" * 64)
    assert "the rules of the criteria" in (why_no_number(participant, PLANNED) or "")
    submit(by=cast.coordinator, participant=participant)
    review.refresh_from_db()
    assert (review.state, review.void_reason) == (
        "voided",
        "Changed since it was frozen: the rules of the criteria.",
    )
    sign(cast.investigator, participant)
    assert why_no_number(participant, PLANNED) is None


@pytest.mark.req("E2")
def test_a_value_that_was_changed_past_the_application_closes_the_door(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    with acting("system:tests"), connection.cursor() as cursor:
        cursor.execute('UPDATE screening_vitalsigns SET "WEIGHT" = 62')
    assert why_no_number(participant, PLANNED) == (
        "Not as it was signed: VS.WEIGHT. Submit the screening for review again."
    )
    submit(by=cast.coordinator, participant=participant)
    review.refresh_from_db()
    assert review.state == "voided"


@pytest.mark.req("E2")
def test_a_signature_that_is_copied_to_another_participant_is_worth_nothing(cast: Cast) -> None:
    _, review = signed_participant(cast)
    other = eligible_participant(cast.coordinator, cast.site)
    graft = EligibilityReview.objects.get(pk=review.pk)
    graft.pk = uuid.uuid4()
    graft.participant = other
    with acting("system:tests"):
        graft.save(force_insert=True)
    refusal = why_no_number(other, PLANNED)
    assert refusal == "The signature belongs to another participant. Submit the screening for review again."


@pytest.mark.req("E2", "A4")
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("DELETE FROM screening_eligibilityreview", "never deleted"),
        ("UPDATE screening_eligibilityreview SET participant_id = gen_random_uuid()", "frozen"),
        ("UPDATE screening_eligibilityreview SET snapshot = '{}'", "frozen"),
        ("UPDATE screening_eligibilityreview SET content_hash = repeat('0', 64)", "frozen"),
        ("UPDATE screening_eligibilityreview SET submitted_at = now()", "frozen"),
        ("UPDATE screening_eligibilityreview SET meaning = 'x'", "never altered"),
        ("UPDATE screening_eligibilityreview SET signature = repeat('0', 64)", "never altered"),
        ("UPDATE screening_eligibilityreview SET signed_at = now()", "never altered"),
        ("UPDATE screening_eligibilityreview SET signer_name = 'x'", "never altered"),
    ],
)
def test_the_database_keeps_what_was_frozen_and_signed(cast: Cast, change: str, says: str) -> None:
    signed_participant(cast)
    with pytest.raises(DatabaseError, match=says), acting("system:tests"), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.req("E2", "A4")
def test_a_void_review_is_not_revived(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    correct(cast.coordinator, participant, "VS", WEIGHT="61")
    with pytest.raises(DatabaseError, match="closed"), acting("system:tests"):
        EligibilityReview.objects.filter(pk=review.pk).update(state="signed", voided_at=None, void_reason="")


@pytest.mark.req("E2", "A5")
@pytest.mark.django_db(transaction=True)
def test_what_the_owner_of_the_database_rewrites_is_found(owner: psycopg.Connection[Any]) -> None:
    cast = make_cast()
    participant, _ = signed_participant(cast)
    table = "screening_eligibilityreview"
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        owner.execute(
            f"UPDATE {table} SET snapshot = jsonb_set(snapshot, '{{content,values,0,value}}', '\"altered\"')"
        )
    finally:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert why_no_number(participant, PLANNED) == (
        "What was signed has been altered since. Submit the screening for review again."
    )
    with transaction.atomic():
        assert Participant.objects.get(pk=participant.pk).RANDNO == ""
