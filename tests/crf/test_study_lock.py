"""A locked study refuses every write of its data, by every path; two people of two roles unlock it (D2)."""

import threading
import uuid
from collections.abc import Callable
from datetime import date, time
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from screening.actions import submit_for_review
from screening.models import Participant
from screening.registration import register_participant
from tests.cast import VITAL_SIGNS
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.audit.context import acting
from trialsite.crf.actions import mark_not_done
from trialsite.crf.models import Draft, Record, StudyLockMove, Submission
from trialsite.crf.permissions import EntryClosed
from trialsite.crf.queries import raise_query
from trialsite.crf.study_lock import (
    LockRefused,
    ask_to_unlock,
    keep_locked,
    lock_state,
    lock_study,
    unlock_study,
)
from trialsite.crf.study_lock_models import MOVES, LockMove, LockState
from trialsite.crf.study_lock_tables import EXEMPT, locked_models

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "All queries are closed"


def no_password(by: User) -> None:
    """The check of passwords has tests of its own."""


@pytest.fixture
def data_manager(person: Callable[..., User]) -> User:
    return person(Role.DATA_MANAGER, None)


@pytest.fixture
def administrator(person: Callable[..., User]) -> User:
    return person(Role.ADMINISTRATOR, None)


def lock(by: User) -> None:
    lock_study(by=by, reason=REASON, password=no_password)


@pytest.mark.req("D2")
def test_no_form_is_entered_marked_or_asked_about_any_more(
    submit: Any, participant: Participant, coordinator: User, data_manager: User
) -> None:
    record = submit().record
    lock(data_manager)
    with pytest.raises(EntryClosed, match="The study is locked"):
        submit(version=1, reason="late correction", PULSE="90")
    with pytest.raises(EntryClosed, match="The study is locked"):
        mark_not_done(
            by=coordinator, participant=participant, form="VS", visit="S", version=1, reason="not measured"
        )
    with pytest.raises(DatabaseError, match="the study is locked"):
        raise_query(by=data_manager, record=record, field="PULSE", text="Sure?")
    record.refresh_from_db()
    assert record.version == 1
    assert record.queries.count() == 0


@pytest.mark.req("D2")
def test_nobody_is_registered_or_submitted_for_review(
    site: Site, participant: Participant, coordinator: User, data_manager: User
) -> None:
    lock(data_manager)
    with pytest.raises(DatabaseError, match="the study is locked"):
        register_participant(
            by=coordinator,
            site=site,
            RFICDTC=date(2026, 3, 2),
            RFICTIM=time(9),
            ICVER="1.0",
            key=uuid.uuid4(),
        )
    assert Participant.objects.count() == 1
    with pytest.raises(Exception):  # noqa: B017, PT011  whichever comes first, rule or lock
        submit_for_review(by=coordinator, participant=participant)


@pytest.mark.req("D2")
def test_every_table_of_the_studys_data_refuses_raw_sql_of_every_login(
    owner: psycopg.Connection[Any], web_db: psycopg.Connection[Any], data_manager: User
) -> None:
    lock(data_manager)
    tables = [model._meta.db_table for model in locked_models()]
    assert {"crf_record", "crf_query", "screening_participant", "randomization_treatmentrequest"} <= set(
        tables
    )
    assert {"screening_vitalsigns", "visits_dosegiven", "visits_scheduledvisit"} <= set(tables)
    for table in tables:
        for who in (web_db, owner):
            with pytest.raises(psycopg.Error) as refused:
                who.execute(f"DELETE FROM {table}")
            assert refused.value.sqlstate in ("PM001", "42501"), table
        with pytest.raises(psycopg.Error) as refused:
            owner.execute(f"INSERT INTO {table} DEFAULT VALUES")
        assert refused.value.sqlstate == "PM001", table


def test_every_exemption_names_a_model_and_a_reason() -> None:
    for label, reason in EXEMPT.items():
        assert apps.get_model(label) not in locked_models()
        assert reason.endswith(".")
    assert {Draft, Submission, StudyLockMove}.isdisjoint(locked_models())
    assert Record in locked_models()


@pytest.mark.req("D2", "F4")
def test_what_is_being_saved_is_saved_before_the_lock_and_nothing_after(
    participant: Participant, coordinator: User, data_manager: User
) -> None:
    saved, locked = threading.Event(), threading.Event()

    def save() -> None:
        with acting(coordinator):
            Record.objects.create(
                participant=participant,
                visit="S",
                form="VS",
                state="complete",
                created_by=coordinator,
                changed_by=coordinator,
            )
            saved.set()
            assert not locked.wait(0.5)  # the lock waits for this transaction
        connection.close()

    saving = threading.Thread(target=save)
    saving.start()
    saved.wait(10)
    lock(data_manager)
    locked.set()
    saving.join()
    assert Record.objects.count() == 1
    with pytest.raises(DatabaseError, match="the study is locked"), acting(coordinator), transaction.atomic():
        Record.objects.update(version=9)


@pytest.mark.req("D2")
def test_two_people_of_two_roles_unlock_it(
    submit: Any, data_manager: User, administrator: User, person: Callable[..., User]
) -> None:
    lock(data_manager)
    ask_to_unlock(by=data_manager, reason="A form was mixed up", password=no_password)
    second_manager = person(Role.DATA_MANAGER, None)
    for by in (data_manager, second_manager):
        with pytest.raises(LockRefused, match="of another role"):
            unlock_study(by=by, reason=REASON, password=no_password)
    assert lock_state() is LockState.UNLOCK_ASKED
    with pytest.raises(EntryClosed):
        submit()
    keep_locked(by=administrator, reason="Not convinced", password=no_password)
    with pytest.raises(LockRefused, match="cannot be done now"):
        unlock_study(by=administrator, reason=REASON, password=no_password)
    ask_to_unlock(by=data_manager, reason="With the proof", password=no_password)
    unlock_study(by=administrator, reason="Seen the proof", password=no_password)
    assert lock_state() is LockState.OPEN
    submit()
    assert [each.move for each in StudyLockMove.objects.all()] == ["LOCK", "ASK", "KEEP", "ASK", "UNLOCK"]


@pytest.mark.req("D2", "U5")
def test_the_database_holds_the_same_moves_and_keeps_them(
    owner: psycopg.Connection[Any], web_db: psycopg.Connection[Any], data_manager: User, administrator: User
) -> None:
    web_db.execute("SELECT set_config('edc.actor', 'system:tests', false)")

    def move(name: str, by: User, role: str) -> None:
        web_db.execute(
            "INSERT INTO crf_studylockmove (move, by_id, role, signer_name, reason)"
            " VALUES (%s, %s, %s, 'N', 'R')",
            [name, by.pk, role],
        )

    reached, state = {LockState.OPEN}, LockState.OPEN
    for name in (LockMove.LOCK, LockMove.ASK, LockMove.KEEP, LockMove.ASK, LockMove.UNLOCK):
        for wrong in LockMove:
            if (state, wrong) not in MOVES:
                with pytest.raises(psycopg.errors.IntegrityError, match="does not move"):
                    move(wrong, data_manager, "DATA_MANAGER")
        if name is LockMove.UNLOCK:
            with pytest.raises(psycopg.errors.IntegrityError, match="two people of two roles"):
                move(name, data_manager, "ADMINISTRATOR")
            with pytest.raises(psycopg.errors.IntegrityError, match="two people of two roles"):
                move(name, administrator, "DATA_MANAGER")
            move(name, administrator, "ADMINISTRATOR")
        else:
            move(name, data_manager, "DATA_MANAGER")
        state = MOVES[state, name]
        reached.add(state)
    assert reached == set(LockState)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web_db.execute("DELETE FROM crf_studylockmove")
    with pytest.raises(psycopg.errors.IntegrityError, match="never changed or removed"):
        owner.execute("UPDATE crf_studylockmove SET reason = 'better'")


@pytest.mark.req("D2", "C1")
def test_only_a_data_manager_locks_with_reason_and_password(
    data_manager: User, administrator: User, coordinator: User
) -> None:
    def wrong(by: User) -> None:
        raise PasswordRefused("This is not your password.")

    for by in (coordinator, administrator):
        with pytest.raises(NotAllowed):
            lock(by)
    with pytest.raises(LockRefused, match="Say why"):
        lock_study(by=data_manager, reason=" ", password=no_password)
    with pytest.raises(PasswordRefused):
        lock_study(by=data_manager, reason=REASON, password=wrong)
    assert lock_state() is LockState.OPEN


@pytest.mark.req("D2")
def test_a_page_that_would_write_says_that_the_study_is_locked(
    client: Client, coordinator: User, data_manager: User, participant: Participant
) -> None:
    lock(data_manager)
    client.force_login(coordinator)
    typed = {"site": "01", "RFICDTC": "2026-03-02", "RFICTIM": "09:00", "ICVER": "1.0"}
    typed["key"] = str(uuid.uuid4())
    answer = client.post(reverse("screening:register"), typed)
    assert answer.status_code == 423
    assert "Nothing was stored" in answer.content.decode()
    entry = reverse("crf:entry", args=[participant.SUBJID, "S", "VS"])
    told = client.post(entry, VITAL_SIGNS | {"version": "0", "key": str(uuid.uuid4())}, follow=True)
    assert "locked" in told.content.decode()
    assert not Record.objects.exists()


@pytest.mark.req("D2")
def test_the_page_of_the_lock_offers_each_what_they_can_do(
    client: Client, data_manager: User, administrator: User
) -> None:
    page, password = reverse("crf:study_lock"), "quiet-otter-runs-north"
    for user in (data_manager, administrator):
        user.set_password(password)
        with acting("system:tests"):
            user.save(update_fields=["password"])

    def post(user: User, move: str, **changed: str) -> Any:
        client.force_login(user)
        return client.post(page, {"move": move, "reason": REASON, "password": password} | changed)

    client.force_login(administrator)
    assert 'value="LOCK"' not in client.get(page).content.decode()
    assert post(data_manager, "LOCK", password="wrong one").status_code == 422
    assert "is not your password" in post(data_manager, "LOCK", password="wrong one").content.decode()
    assert post(data_manager, "nonsense").status_code == 422
    assert post(data_manager, "LOCK").status_code == 302
    assert post(data_manager, "ASK").status_code == 302
    assert 'value="UNLOCK"' not in client.get(page).content.decode()
    assert post(administrator, "UNLOCK").status_code == 302
    assert lock_state() is LockState.OPEN
    assert client.get(page).content.decode().count(REASON) == 3
