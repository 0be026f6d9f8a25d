"""Masked values are absent for blinded roles until the study is locked; every page says that it is."""

import csv
import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from screening.models import Participant
from tests.visits.cast import make_participant
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from trialsite.accounts.rights import Right, roles_with
from trialsite.audit.context import acting
from trialsite.crf.actions import save_record
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Saved
from trialsite.crf.queries import open_query
from trialsite.crf.study_lock import ask_to_unlock, lock_study, unlock_study
from trialsite.export.actions import build_export, path_of, request_export

pytestmark = pytest.mark.django_db(transaction=True)
CRP = "7.31"
QUESTION = "Was this sample haemolysed?"
SIGN = "STUDY LOCKED"
BLINDED = [
    role for role in roles_with(Right.SEE_PARTICIPANTS) if role is not Role.LAB_ASSESSOR
]  # these see participants, and not what is masked


def no_password(by: User) -> None:
    """The check of passwords has tests of its own."""


def lock(by: User) -> None:
    lock_study(by=by, reason="All is clean", password=no_password)


def unlock(by: User, second: User) -> None:
    ask_to_unlock(by=by, reason="A form was mixed up", password=no_password)
    unlock_study(by=second, reason="Seen the proof", password=no_password)


@pytest.fixture
def data_manager(person: Callable[..., User]) -> User:
    return person(Role.DATA_MANAGER, None)


@pytest.fixture
def administrator(person: Callable[..., User]) -> User:
    return person(Role.ADMINISTRATOR, None)


@pytest.fixture
def measured(site: Site, coordinator: User, person: Callable[..., User]) -> Record:
    """A masked form of week 2 with a query on it."""
    with on(date(2026, 3, 16)):
        participant = make_participant(coordinator, site)
    with on(date(2026, 3, 30)):
        assessor = person(Role.LAB_ASSESSOR)
        typed = {"LBIDTC": "2026-03-30", "CRP": CRP, "CRP_UNIT": "mg/L"}
        outcome = save_record(
            by=assessor,
            participant=participant,
            form="LBI",
            visit="W2",
            typed=typed,
            version=0,
            key=uuid.uuid4(),
        )
        assert isinstance(outcome, Saved)
        with acting(assessor):
            open_query(outcome.record, field="CRP", text=QUESTION, by=assessor)
    return outcome.record


def pages_of(participant: Participant) -> dict[str, str]:
    """Where a masked value could be seen."""
    where = [participant.SUBJID, "W2", "LBI"]
    return {
        "form": reverse("crf:entry", args=where),
        "history": reverse("crf:history", args=where),
        "queries": reverse("crf:queries"),
        "casebook": reverse("visits:casebook", args=[participant.SUBJID]),
    }


def seen(client: Client, user: User, participant: Participant) -> dict[str, str]:
    """Each of these pages as a person sees it; nothing for a page that is a 404 or refused."""
    client.force_login(user)
    answers = {name: client.get(url) for name, url in pages_of(participant).items()}
    return {
        name: answer.content.decode() if answer.status_code == 200 else "" for name, answer in answers.items()
    }


@pytest.mark.req("L19", "I1", "D2")
@pytest.mark.parametrize("role", BLINDED)
def test_who_sees_participants_sees_masked_values_while_the_study_is_locked_only(
    role: Role,
    client: Client,
    measured: Record,
    person: Callable[..., User],
    data_manager: User,
    administrator: User,
) -> None:
    blinded, participant = person(role), measured.participant
    before = seen(client, blinded, participant)
    assert not before["form"]
    assert not before["history"]
    assert "Masked" in before["casebook"]
    assert QUESTION not in before["queries"]
    lock(data_manager)
    locked = seen(client, blinded, participant)
    assert CRP in locked["form"]
    assert CRP in locked["history"]
    assert QUESTION in locked["queries"]
    assert pages_of(participant)["form"] in locked["casebook"]
    unlock(data_manager, administrator)
    assert seen(client, blinded, participant)["form"] == ""
    assert QUESTION not in seen(client, blinded, participant)["queries"]


@pytest.mark.req("L19", "C1")
@pytest.mark.parametrize("role", [role for role in Role if role not in roles_with(Right.SEE_PARTICIPANTS)])
def test_the_lock_shows_nothing_to_who_sees_no_participants(
    role: Role, client: Client, measured: Record, person: Callable[..., User], data_manager: User
) -> None:
    lock(data_manager)
    assert not any(seen(client, person(role, None), measured.participant).values())


@pytest.mark.req("L19", "C1")
def test_the_lock_shows_nothing_of_another_site(
    client: Client, measured: Record, person: Callable[..., User], data_manager: User
) -> None:
    with acting("system:tests"):
        elsewhere = Site.objects.create(code="02", name="Shanghai")
    lock(data_manager)
    stranger = seen(client, person(Role.INVESTIGATOR, elsewhere), measured.participant)
    assert not stranger["form"]
    assert QUESTION not in stranger["queries"]


@pytest.mark.req("L19", "L8", "X1")
def test_an_export_holds_masked_values_while_the_study_is_locked_only(
    settings: LazySettings, tmp_path: Path, measured: Record, data_manager: User, administrator: User
) -> None:
    settings.EXPORT_DIR = tmp_path

    def exported() -> tuple[list[Any], str]:
        export = build_export(pk=request_export(by=administrator).pk)
        with zipfile.ZipFile(path_of(export)) as archive:
            rows = csv.DictReader(io.StringIO(archive.read("lbi.csv").decode()))
            return [row["CRP"] for row in rows], archive.read("manifest.json").decode()

    assert exported()[0] == []
    lock(data_manager)
    values, manifest = exported()
    assert values == [CRP]
    assert '"masked_laboratory_values": "included"' in manifest
    unlock(data_manager, administrator)
    values, manifest = exported()
    assert values == []
    assert "left out" in manifest


@pytest.mark.req("D2")
def test_every_page_says_that_the_study_is_locked_without_a_query_more(
    client: Client, coordinator: User, data_manager: User, administrator: User
) -> None:
    client.force_login(coordinator)

    def page() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as queries:
            found = client.get(reverse("help")).content.decode()
        return found, len(queries)

    page()
    before, asked = page()
    assert SIGN not in before
    lock(data_manager)
    locked, asked_when_locked = page()
    assert SIGN in locked
    assert asked_when_locked == asked
    ask_to_unlock(by=data_manager, reason="A form was mixed up", password=no_password)
    assert SIGN in page()[0]
    unlock_study(by=administrator, reason="Seen the proof", password=no_password)
    assert SIGN not in page()[0]


def test_who_has_not_signed_in_is_told_nothing_of_the_lock(client: Client, data_manager: User) -> None:
    lock(data_manager)
    assert SIGN not in client.get(reverse("login")).content.decode()
