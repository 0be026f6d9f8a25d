"""Who may ask, when, and what asking again does."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from unittest.mock import Mock, patch
from uuid import UUID

import pytest
from celery import Celery
from django.conf import settings
from django.db import IntegrityError, transaction

from randomization import actions, messages
from randomization.actions import request_kit, request_number, take_up_answer, withdraw_requests
from randomization.models import TreatmentRequest
from randomization.policies import NotYet, why_no_kit
from randomization.signals import number_given
from randomization.states import State
from randomization.tasks import take_up, take_up_all
from randomization.vault.answering import answer_waiting
from randomization.vault.database import Connection
from screening.models import Participant
from screening.signals import eligibility_voided
from tests.randomization.factories import (
    TESTS,
    OpenList,
    ask_for_kit,
    make_participants,
    make_person,
)
from trialsite import clock
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from trialsite.celery import app as web_app


@pytest.mark.django_db
@pytest.mark.req("C1", "E5")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.INVESTIGATOR])
def test_only_an_investigator_of_the_site_may_ask(participant: Participant, site: Site, role: Role) -> None:
    person = make_person(role, site)
    with pytest.raises(NotAllowed):
        request_number(participant=participant, by=person)
    with pytest.raises(NotAllowed):
        request_kit(participant=participant, visit="W2", by=person)
    assert not TreatmentRequest.objects.exists()


@pytest.mark.django_db
@pytest.mark.req("B2")
def test_a_reason_of_screening_refuses_the_request(participant: Participant, investigator: User) -> None:
    with patch.object(actions, "number_refusal", return_value="IN04 not yet known.") as refusal:
        with pytest.raises(NotYet) as caught:
            request_number(participant=participant, by=investigator)
        assert caught.value.reason == "IN04 not yet known."
    case, on = refusal.call_args.args
    assert (case.participant, on) == (participant, participant.today())
    assert not TreatmentRequest.objects.exists()


@pytest.mark.django_db
@pytest.mark.req("B2")
def test_the_day_is_that_of_the_site(participant: Participant, investigator: User) -> None:
    with clock.set_to(datetime(2026, 3, 16, 17, 0, tzinfo=UTC)):  # past midnight in Shanghai
        request = request_number(participant=participant, by=investigator)
    assert request.on == date(2026, 3, 17)


@pytest.mark.django_db
@pytest.mark.req("F4", "F7")
def test_asking_again_returns_the_same_request(participant: Participant, investigator: User) -> None:
    first = request_number(participant=participant, by=investigator)
    again = request_number(participant=participant, by=investigator)
    assert (again.pk, again.attempt, again.asked_at) == (first.pk, 1, first.asked_at)
    assert TreatmentRequest.objects.count() == 1


@pytest.mark.django_db
def test_a_withdrawn_request_can_be_asked_again(participant: Participant, investigator: User) -> None:
    first = request_number(participant=participant, by=investigator)
    eligibility_voided.send(sender=Participant, participant=participant, reason="LB.ALT was changed.")
    first.refresh_from_db()
    assert first.state == State.WITHDRAWN
    again = request_number(participant=participant, by=investigator)
    assert (again.pk, again.attempt, again.state) == (first.pk, 2, State.WAITING)


@pytest.mark.django_db
@pytest.mark.parametrize("visit", ["D1", "W8", "S", "nowhere"])
def test_a_kit_is_asked_for_at_later_doses_only(
    participant: Participant, investigator: User, visit: str
) -> None:
    with pytest.raises(NotYet, match="W2, W4, W6"):
        request_kit(participant=participant, visit=visit, by=investigator)


@pytest.mark.django_db
def test_a_kit_follows_a_number(participant: Participant, investigator: User) -> None:
    with pytest.raises(NotYet, match="has none"):
        request_kit(participant=participant, visit="W2", by=investigator)


@pytest.mark.req("D5")
def test_a_kit_is_not_asked_for_long_before_its_visit(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User
) -> None:
    with clock.set_to(datetime(2026, 3, 16, 4, tzinfo=UTC)):
        answered(vault_db, opened, request_number(participant=participant, by=investigator))
    ask_for_kit(participant, "W2", investigator)  # takes the number up; on its target day
    for day, allowed in ((date(2026, 4, 5), False), (date(2026, 4, 6), True)):  # target 13 April
        with clock.set_to(datetime.combine(day, time(4), UTC)):
            refusal = why_no_kit(participant, "W4")
            assert (refusal is None) == allowed, day
            assert refusal is None or "from 6 Apr 2026" in refusal
    with clock.set_to(datetime(2026, 6, 1, 4, tzinfo=UTC)):
        assert why_no_kit(participant, "W4") is None  # late, which its form asks about


@pytest.mark.req("F2", "F7")
def test_an_answer_is_taken_up_once_whoever_comes_first(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User
) -> None:
    request = request_number(participant=participant, by=investigator)
    told = Mock()
    with patch.object(number_given, "send", told):
        assert take_up_answer(request_id=request.pk).state == State.WAITING
        answer_waiting(vault_db, opened.key)
        take_up(str(request.pk))
        take_up(str(request.pk))
        take_up_all()
        assert take_up_answer(request_id=request.pk).state == State.TAKEN_UP
    assert told.call_count == 1
    assert told.call_args.kwargs["participant"].day1 == request.on


@pytest.mark.req("D3")
def test_nothing_is_taken_up_when_a_room_above_fails_and_the_next_look_does_it(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User
) -> None:
    request = request_number(participant=participant, by=investigator)
    answer_waiting(vault_db, opened.key)
    with (
        patch.object(number_given, "send", side_effect=RuntimeError("the schedule did not open")),
        pytest.raises(RuntimeError),
    ):
        take_up_answer(request_id=request.pk)
    participant.refresh_from_db()
    assert participant.day1 is None
    take_up_all()
    participant.refresh_from_db()
    assert participant.day1 == request.on


def test_taking_up_a_kit_tells_nobody_of_a_number(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User
) -> None:
    number = request_number(participant=participant, by=investigator)
    take_up_answer(request_id=answered(vault_db, opened, number))
    kit = ask_for_kit(participant, "W2", investigator)
    told = Mock()
    with patch.object(number_given, "send", told):
        taken = take_up_answer(request_id=answered(vault_db, opened, kit))
    assert taken.state == State.TAKEN_UP
    assert not told.called


def answered(connection: Connection, opened: OpenList, request: TreatmentRequest) -> UUID:
    answer_waiting(connection, opened.key)
    return request.pk


@pytest.mark.req("B2")
def test_a_number_that_was_given_is_not_withdrawn(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User
) -> None:
    request = request_number(participant=participant, by=investigator)
    for state in (State.ANSWERED, State.TAKEN_UP):
        if state == State.ANSWERED:
            answer_waiting(vault_db, opened.key)
        else:
            take_up_answer(request_id=request.pk)
        withdraw_requests(participant=participant)
        request.refresh_from_db()
        assert request.state == state


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("L14")
def test_the_message_to_the_vault_is_sent_on_commit_and_holds_an_opaque_id_only(
    participant: Participant, investigator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Mock()
    monkeypatch.setattr(messages, "app", Mock(send_task=sent))
    with acting(TESTS):
        request = request_number(participant=participant, by=investigator)
        assert not sent.called
    sent.assert_called_once_with("vault.answer", [str(request.pk)], queue="vault", retry=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("O3")
def test_a_broker_that_is_away_keeps_nobody_from_asking(
    participant: Participant,
    investigator: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    nowhere = Celery("nowhere", broker="redis+socket:///nowhere/at/all", set_as_current=False)
    monkeypatch.setattr(messages, "app", nowhere)
    request = request_number(participant=participant, by=investigator)
    assert TreatmentRequest.objects.get(pk=request.pk).state == State.WAITING
    assert "waits without a message" in caplog.text


@pytest.mark.req("O3")
def test_beat_asks_for_both_sweeps_each_on_its_own_queue() -> None:
    schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    queues = {entry["task"]: entry.get("options", {}).get("queue") for entry in schedule.values()}
    assert queues["vault.sweep"] == "vault"
    assert queues["randomization.take_up_answers"] is None
    assert {"randomization.take_up_answer", "randomization.take_up_answers"} <= set(web_app.tasks)


@pytest.mark.req("A5", "F14")
def test_a_number_is_anchored_as_soon_as_it_is_taken_up(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User
) -> None:
    number = request_number(participant=participant, by=investigator)
    answer_waiting(vault_db, opened.key)
    with patch.object(actions, "anchor_soon") as anchored:
        take_up_answer(request_id=number.pk)
        take_up_answer(request_id=number.pk)
    assert anchored.call_count == 1


# Constraints, each tried by breaking it.

Break = Callable[[TreatmentRequest], None]


def _same_again(request: TreatmentRequest) -> None:
    TreatmentRequest.objects.bulk_create([copy_of(request)])


def _unknown_kind(request: TreatmentRequest) -> None:
    TreatmentRequest.objects.bulk_create([copy_of(request, kind="PILL", visit="W2")])


def _number_at_a_later_visit(request: TreatmentRequest) -> None:
    TreatmentRequest.objects.bulk_create([copy_of(request, visit="W2")])


def _number_without_stratum(request: TreatmentRequest) -> None:
    TreatmentRequest.objects.bulk_create([copy_of(request, stratum="", participant_id=other(request))])


def _kit_with_stratum(request: TreatmentRequest) -> None:
    TreatmentRequest.objects.bulk_create([copy_of(request, kind="KIT", visit="W2")])


def _waiting_with_a_kit(request: TreatmentRequest) -> None:
    kit = copy_of(request, kind="KIT", visit="W2", stratum="", KITNO="K00001")
    TreatmentRequest.objects.bulk_create([kit])


def _waiting_with_an_answer_time(request: TreatmentRequest) -> None:
    kit = copy_of(request, kind="KIT", visit="W2", stratum="", answered_at=request.asked_at)
    TreatmentRequest.objects.bulk_create([kit])


def _waiting_with_a_refusal(request: TreatmentRequest) -> None:
    kit = copy_of(request, kind="KIT", visit="W2", stratum="", refusal="EXPIRED")
    TreatmentRequest.objects.bulk_create([kit])


def _born_answered(request: TreatmentRequest) -> None:
    kit = copy_of(request, kind="KIT", visit="W2", stratum="", state=State.ANSWERED)
    TreatmentRequest.objects.bulk_create([kit])


def copy_of(request: TreatmentRequest, **changed: object) -> TreatmentRequest:
    fields = (
        "participant_id",
        "kind",
        "visit",
        "SITEID",
        "stratum",
        "on",
        "answer_by",
        "usable_until",
        "state",
    )
    same = {name: getattr(request, name) for name in (*fields, "asked_by_id", "asked_at")}
    return TreatmentRequest(**(same | changed))


def other(request: TreatmentRequest) -> object:
    return make_participants(1, request.participant.site, request.asked_by, start=9)[0].pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("breaking", "constraint"),
    [
        (_same_again, "one_request_of_a_kind_and_visit"),
        (_unknown_kind, "number_has_stratum_and_kit_a_later_visit"),
        (_number_at_a_later_visit, "number_has_stratum_and_kit_a_later_visit"),
        (_number_without_stratum, "number_has_stratum_and_kit_a_later_visit"),
        (_kit_with_stratum, "number_has_stratum_and_kit_a_later_visit"),
        (_waiting_with_a_kit, "given_request_has_kit_number"),
        (_waiting_with_an_answer_time, "answered_request_has_time_of_answer"),
        (_waiting_with_a_refusal, "refused_request_has_refusal"),
        (_born_answered, "begins as WAITING"),
    ],
)
def test_the_database_refuses_a_request_that_contradicts_itself(
    participant: Participant, investigator: User, breaking: Break, constraint: str
) -> None:
    request = request_number(participant=participant, by=investigator)
    with acting(TESTS), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        breaking(request)
