"""The first page: each role's work, from a fixed number of queries, and the enrolment curve."""

import re
import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from screening.actions import return_for_questions, submit_for_review
from screening.models import Participant
from tests.screening.factories import (
    Cast,
    eligible_participant,
    hash_now,
    password_given,
    registered,
    signed_participant,
)
from tests.ui.steps import give_number, home_of
from trialsite import clock
from trialsite.accounts import actions as accounts
from trialsite.accounts.backend import PersonWithRoles
from trialsite.accounts.models import Role, User
from trialsite.audit.context import acting
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Query, Record
from trialsite.crf.outcomes import Saved
from trialsite.crf.queries import answer_query, raise_query
from trialsite.export.models import Export
from trialsite.home.queue import SHOWN, Queue, scope_of
from trialsite.home.work import WORK, work_of
from trialsite.protocol import ENROLMENT_TARGET
from visits.models import Reminder, ReminderMail
from visits.reminders.kinds import Kind
from visits.reminders.outbox import MailState, State

pytestmark = pytest.mark.django_db
# One person a role, those of site 01.
FIRST = (
    "coordinator",
    "investigator",
    "labassessor",
    "monitor",
    "datamanager",
    "pharmacist",
    "statistician",
    "administrator",
)


def _queue(user: User, title: str) -> Queue:
    return next(queue for queue in work_of(scope_of(user)) if queue.title == title)


def _labels(user: User, title: str) -> list[str]:
    return [item.label for item in _queue(user, title).items]


def _enter_visit_dates(by: User, participant: Participant, visit: str, on: date) -> None:
    outcome = save_record(
        by=by,
        participant=participant,
        form="SV",
        visit=visit,
        typed={"SVSTDTC": on.isoformat(), "SVCONTMO": "ON-SITE", "SVCONTMO_OK": "1", "SVSTDTC_OK": "1"},
        version=0,
        key=uuid.uuid4(),
    )
    assert isinstance(outcome, Saved), outcome


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_first_page_that_says_so_when_nothing_waits(cast: Cast, role: Role) -> None:
    person = User.objects.get(memberships__role=role, memberships__ended_at=None, username__in=FIRST)
    page = home_of(person)
    assert page.count("<h1") == 1
    assert f"0 of {ENROLMENT_TARGET}" in page
    for queue in work_of(scope_of(person)):
        assert queue.count == 0
        assert queue.empty in page


def test_screening_goes_from_the_coordinator_to_the_investigator_and_back(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    (item,) = _queue(cast.coordinator, "Screening").items
    assert item.label == participant.SUBJID
    assert re.fullmatch(r"\d+ forms to do", item.word)

    complete = eligible_participant(cast.coordinator, cast.site)
    mark_not_done(
        by=cast.coordinator, participant=complete, form="LBI", visit="S", version=0, reason="No reagent"
    )
    words = {item.label: item.word for item in _queue(cast.coordinator, "Screening").items}
    assert words[complete.SUBJID] == "Submit for review"

    submit_for_review(by=cast.coordinator, participant=complete)
    assert _labels(cast.coordinator, "Screening") == [participant.SUBJID]
    (review,) = _queue(cast.investigator, "Reviews waiting").items
    assert review.label == complete.SUBJID
    assert review.url == reverse("screening:eligibility", args=[complete.SUBJID])

    return_for_questions(
        by=cast.investigator,
        participant=complete,
        password=password_given,
        seen_hash=hash_now(complete),
        questions={"LB.ALT": "Is this the value of the report?"},
    )
    assert _labels(cast.investigator, "Reviews waiting") == []
    first = _queue(cast.coordinator, "Screening").items[0]
    assert (first.label, first.word) == (complete.SUBJID, "Sent back")


def test_a_signed_participant_waits_for_a_number_until_there_is_one(cast: Cast) -> None:
    participant, _ = signed_participant(cast)
    assert _labels(cast.investigator, "Numbers to ask for") == [participant.SUBJID]
    give_number(participant)
    assert _labels(cast.investigator, "Numbers to ask for") == []


def test_visits_come_up_and_become_overdue_on_the_day_at_the_site(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    give_number(participant)
    week2 = f"{participant.SUBJID} · Week 2"
    with clock.set_to(datetime(2026, 3, 22, 15, 59, tzinfo=UTC)):  # 23:59 on the 22nd in Shanghai
        assert week2 not in _labels(cast.coordinator, "Visits this week")
    with clock.set_to(datetime(2026, 3, 22, 16, tzinfo=UTC)):  # the 23rd there, a week before the target
        assert week2 in _labels(cast.coordinator, "Visits this week")
    with clock.set_to(datetime(2026, 4, 2, 15, 59, tzinfo=UTC)):  # the last day of the window
        assert week2 not in _labels(cast.coordinator, "Visits overdue")
    with clock.set_to(datetime(2026, 4, 2, 16, tzinfo=UTC)):
        words = {item.label: item.word for item in _queue(cast.coordinator, "Visits overdue").items}
        assert words[week2] == "1 day overdue"


def test_the_day_is_that_of_the_site(cast: Cast) -> None:
    with clock.set_to(datetime(2026, 3, 16, 16, tzinfo=UTC)):  # midnight in Shanghai
        assert "Tuesday 17 March 2026" in home_of(cast.coordinator)


def test_a_dose_in_its_window_asks_for_a_kit(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    give_number(participant)
    with clock.set_to(datetime(2026, 3, 28, 2, tzinfo=UTC)):
        assert _labels(cast.investigator, "Kits to ask for") == [f"{participant.SUBJID} · Week 2"]
    with clock.set_to(datetime(2026, 5, 11, 2, tzinfo=UTC)):  # week 8 has no dose
        assert _labels(cast.investigator, "Kits to ask for") == []


def test_forms_are_due_once_their_visit_took_place(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    give_number(participant)
    with clock.set_to(datetime(2026, 3, 30, 2, tzinfo=UTC)):
        assert _labels(cast.coordinator, "Forms due") == []
        _enter_visit_dates(cast.coordinator, participant, "W2", date(2026, 3, 30))
        week2 = [f"{participant.SUBJID} · Week 2"]
        assert _labels(cast.coordinator, "Forms due") == week2
        assert _labels(cast.lab_assessor, "Masked forms due") == week2


@pytest.mark.req("L20")
def test_a_query_on_a_masked_value_is_on_the_list_of_the_laboratory_assessor_only(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    give_number(participant)
    with acting("system:tests"):
        record = Record.objects.create(
            participant=participant,
            visit="W2",
            form="LBI",
            state=RecordState.COMPLETE,
            created_by=cast.lab_assessor,
            changed_by=cast.lab_assessor,
        )
        Query.objects.create(record=record, field="CRP", text="Right?", opened_by=cast.lab_assessor)
    assert _queue(cast.lab_assessor, "Queries to answer").count == 1
    for person in (cast.coordinator, cast.investigator):
        assert _queue(person, "Queries to answer").count == 0
        assert "LBI" not in home_of(person)
    for person in (cast.monitor, cast.data_manager):
        assert _queue(person, "Queries open").count == 0


def test_a_query_goes_from_the_monitor_to_the_site_and_its_answer_back(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    record = Record.objects.get(participant=participant, form="VS")
    query = raise_query(by=cast.monitor, record=record, field="WEIGHT", text="In jin?")
    (item,) = _queue(cast.coordinator, "Queries to answer").items
    assert item.label == f"{participant.SUBJID} · Screening · Vital signs"
    assert item.url.endswith("/S/VS/#f-WEIGHT")
    answer_query(by=cast.coordinator, query=query, answer="No, in kg.")
    assert _queue(cast.coordinator, "Queries to answer").count == 0
    assert _queue(cast.monitor, "Answers to read").count == 1


def test_the_administrator_sees_accounts_without_a_role_and_the_own_exports(cast: Cast) -> None:
    assert _labels(cast.administrator, "Accounts without a role") == []
    accounts.add_person(by="system:tests", username="new", full_name="Dr New", email="new@example.org")
    assert _labels(cast.administrator, "Accounts without a role") == ["Dr New"]
    with acting("system:tests"):
        Export.objects.create(asked_by=cast.administrator)
    (export,) = _queue(cast.administrator, "Your exports this week").items
    assert (export.state, export.word) == ("waiting", "Being made")


def test_a_mail_that_may_be_lost_is_told_of_as_long_as_it_matters(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    give_number(participant)
    with acting("system:tests"):
        mail = ReminderMail.objects.create(
            recipient=cast.coordinator, day=date(2026, 3, 30), urgent=False, state=MailState.UNKNOWN
        )
        Reminder.objects.create(
            site=cast.site,
            participant=participant,
            visit_code="W2",
            subject="W2",
            kind=Kind.WINDOW_CLOSES,
            recipient=cast.coordinator,
            about=date(2026, 3, 30),
            relevant_until=date(2026, 3, 30),
            send_after=clock.now(),
            state=State.UNKNOWN,
            mail=mail,
        )
    lost = [f"{participant.SUBJID} · Window closes on 30 Mar 2026"]
    with clock.set_to(datetime(2026, 3, 30, 2, tzinfo=UTC)):
        assert _labels(cast.coordinator, "Mails that may be lost") == lost
        assert _labels(cast.administrator, "Mails that may be lost") == lost
        assert _labels(cast.other_coordinator, "Mails that may be lost") == []
    with clock.set_to(datetime(2026, 3, 31, 2, tzinfo=UTC)):
        assert _labels(cast.coordinator, "Mails that may be lost") == []


@pytest.mark.req("C1", "I1")
def test_another_site_sees_none_of_this_work(cast: Cast) -> None:
    participant, _ = signed_participant(cast)
    waiting = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=waiting)
    for person in cast.outside_site():
        assert [queue.title for queue in work_of(scope_of(person)) if queue.count] == []
        assert participant.SUBJID not in home_of(person)


def test_a_list_shows_its_first_items_and_counts_all(cast: Cast) -> None:
    for _ in range(SHOWN + 2):
        registered(cast.coordinator, cast.site)
    queue = _queue(cast.coordinator, "Screening")
    assert (queue.count, len(queue.items)) == (SHOWN + 2, SHOWN)
    assert f"All {SHOWN + 2}</a>" in home_of(cast.coordinator)


@pytest.mark.parametrize("role", [role for role in Role if WORK[role]])
def test_the_number_of_queries_does_not_grow_with_the_participants(cast: Cast, role: Role) -> None:
    person = User.objects.get(memberships__role=role, memberships__ended_at=None, username__in=FIRST)
    counts = []
    for number in (1, 4):
        for repeat in range(number):
            participant = registered(cast.coordinator, cast.site)
            give_number(participant, f"R-{number}{repeat}")
        signed_participant(cast)
        found = PersonWithRoles().get_user(person.pk)
        assert found
        with CaptureQueriesContext(connection) as captured:
            work_of(scope_of(found))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= len(WORK[role]) + 2
