"""A query on a masked form is closed by those who may see it, and by nobody else."""

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.visits.cast import make_participant
from tests.visits.conftest import on
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.backend import PersonWithRoles
from trialsite.accounts.models import Role, Site, User
from trialsite.accounts.rights import Right, roles_with
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from trialsite.crf.actions import save_record
from trialsite.crf.models import Query, Record
from trialsite.crf.outcomes import Saved
from trialsite.crf.queries import QueryMoved, answer_query, close_query, open_query
from trialsite.home.queue import Queue, scope_of
from trialsite.home.work import work_of

pytestmark = pytest.mark.django_db
QUESTION = "Was this sample haemolysed?"


@pytest.fixture
def assessor(person: Callable[..., User]) -> User:
    return person(Role.LAB_ASSESSOR)


@pytest.fixture
def query(site: Site, coordinator: User, assessor: User) -> Query:
    """An open query on a form of week 2 that is masked."""
    with on(date(2026, 3, 16)):
        participant = make_participant(coordinator, site)
    with on(date(2026, 3, 30)):
        typed = {"LBIDTC": "2026-03-30", "CRP": "7.31", "CRP_UNIT": "mg/L"}
        saved = save_record(
            by=assessor,
            participant=participant,
            form="LBI",
            visit="W2",
            typed=typed,
            version=0,
            key=uuid.uuid4(),
        )
        assert isinstance(saved, Saved)
        with acting(assessor):
            return open_query(saved.record, field="CRP", text=QUESTION, by=assessor)


def queue(user: User, title: str) -> Queue:
    found = PersonWithRoles().get_user(user.pk)
    assert found
    return next(each for each in work_of(scope_of(found)) if each.title == title)


@pytest.mark.req("L20", "A1")
def test_the_assessor_closes_it_once_there_is_an_answer(query: Query, assessor: User) -> None:
    with pytest.raises(QueryMoved, match="Answer this query first"):
        close_query(by=assessor, query=query)
    assert queue(assessor, "Queries to answer").count == 1
    answer_query(by=assessor, query=query, answer="No, measured twice.")
    assert queue(assessor, "Answers to read").count == 1
    closed = close_query(by=assessor, query=query)
    assert (closed.state, closed.closed_by) == (Query.State.CLOSED, assessor)
    assert Record.objects.get(pk=query.record_id).open_queries == 0
    assert queue(assessor, "Answers to read").count == 0
    moves = history_of("crf_query", str(query.pk), columns=["state"])
    assert [move.new for move in reversed(moves)] == ["open", "answered", "closed"]


@pytest.mark.req("L20", "C1")
@pytest.mark.parametrize(
    "role", [role for role in roles_with(Right.SEE_PARTICIPANTS) if role != Role.LAB_ASSESSOR]
)
def test_nobody_blinded_sees_answers_or_closes_it(
    role: Role, client: Client, query: Query, assessor: User, person: Callable[..., User]
) -> None:
    blinded = person(role)
    with pytest.raises(NotAllowed):
        answer_query(by=blinded, query=query, answer="Yes")
    answer_query(by=assessor, query=query, answer="No, measured twice.")
    with pytest.raises(NotAllowed):
        close_query(by=blinded, query=query)
    client.force_login(blinded)
    assert client.post(reverse("crf:close", args=[query.pk])).status_code == 404
    assert QUESTION not in client.get(reverse("crf:queries")).content.decode()
    titles = [
        each.title for each in work_of(scope_of(blinded)) if "uer" in each.title or "nswer" in each.title
    ]
    assert all(queue(blinded, title).count == 0 for title in titles)
    query.refresh_from_db()
    assert query.state == Query.State.ANSWERED


@pytest.mark.req("C1")
def test_the_assessor_closes_no_other_query(
    client: Client,
    submit: Callable[..., Saved],
    assessor: User,
    coordinator: User,
    person: Callable[..., User],
) -> None:
    record = submit().record
    with acting(coordinator):
        other = open_query(record, field="PULSE", text="Sure?", by=coordinator)
    with pytest.raises(NotAllowed):
        close_query(by=assessor, query=other)
    client.force_login(assessor)
    page = client.get(reverse("crf:queries")).content.decode()
    assert reverse("crf:close", args=[other.pk]) not in page
    assert close_query(by=person(Role.DATA_MANAGER, None), query=other).state == Query.State.CLOSED


def test_the_page_offers_the_assessor_to_answer_and_then_to_close(
    client: Client, query: Query, assessor: User
) -> None:
    client.force_login(assessor)
    page, closing = reverse("crf:queries"), reverse("crf:close", args=[query.pk])
    assert closing not in client.get(page).content.decode()
    client.post(reverse("crf:answer", args=[query.pk]), {"answer": "No."})
    assert closing in client.get(page).content.decode()
    assert client.post(closing).status_code == 302
    assert Query.objects.get().state == Query.State.CLOSED
