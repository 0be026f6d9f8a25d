"""The whole study is unblinded only when it is locked and two people of two hands approve (U5)."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from nacl.public import PrivateKey

from randomization.unblinding.actions import show_treatment
from randomization.unblinding.final_actions import approve_unblinding, ask_final_unblinding, present
from randomization.unblinding.final_models import FinalApproval, FinalArm, FinalUnblinding
from randomization.unblinding.policies import UnblindingRefused
from randomization.vault.database import Connection
from randomization.vault.disclosing import disclose, unblind_study, unblind_study_if_approved
from randomization.vault.keys import VaultKey
from screening.models import Participant
from tests.randomization.factories import OpenList, make_participants, make_person
from tests.randomization.unblinding.conftest import (
    PASSWORD,
    AskFor,
    arm_of,
    give_number,
    key_for,
    no_password,
)
from trialsite import protocol
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.audit.context import acting
from trialsite.crf.study_lock import LockRefused, ask_to_unlock, lock_study, unlock_study
from trialsite.export.actions import build_export, path_of, request_export

SignIn = Callable[[User], Client]
WHY = "Database lock of the final analysis"


def lock(by: User) -> None:
    lock_study(by=by, reason="All queries are closed", password=no_password)


def ask(by: User) -> FinalUnblinding:
    return ask_final_unblinding(by=by, reason=WHY, password=no_password)


def approve(by: User) -> FinalUnblinding:
    return approve_unblinding(by=by, password=no_password)


@pytest.fixture
def six(vault_db: Connection, opened: OpenList, site: Site, investigator: User) -> list[Participant]:
    """Six participants with numbers."""
    return [
        give_number(each, investigator, vault_db, opened) for each in make_participants(6, site, investigator)
    ]


def exported(by: User, settings: Any, folder: Path) -> dict[str, bytes]:
    settings.EXPORT_DIR = folder
    export = build_export(pk=request_export(by=by).pk)
    with zipfile.ZipFile(path_of(export)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.req("U5", "X1")
def test_locked_and_approved_twice_the_arms_join_the_export(
    vault_db: Connection,
    opened: OpenList,
    six: list[Participant],
    data_manager: User,
    statistician: User,
    administrator: User,
    settings: Any,
    tmp_path: Path,
) -> None:
    before = exported(administrator, settings, tmp_path)
    assert "arms.csv" not in before
    assert json.loads(before["manifest.json"])["unblinding"] is None
    lock(data_manager)
    ask(statistician)
    assert unblind_study(vault_db, opened.key) == 0
    approve(data_manager)
    # Approved, but not written by the vault yet.
    assert "arms.csv" not in exported(administrator, settings, tmp_path)
    assert unblind_study(vault_db, opened.key) == 6
    assert unblind_study(vault_db, opened.key) == 0

    files = exported(administrator, settings, tmp_path)
    rows = list(csv.DictReader(io.StringIO(files["arms.csv"].decode())))
    assert [row["SUBJID"] for row in rows] == [each.SUBJID for each in six]
    assert [row["ARM"] for row in rows] == [arm_of(each, opened) for each in six]
    said = json.loads(files["manifest.json"])["unblinding"]
    assert said["locked_by"] == data_manager.full_name
    assert [each["name"] for each in said["approved_by"]] == [statistician.full_name, data_manager.full_name]
    assert said["reason"] == WHY


@pytest.mark.req("U5")
def test_without_lock_or_second_approver_of_another_hand_it_is_refused(
    vault_db: Connection, opened: OpenList, six: list[Participant], data_manager: User, statistician: User
) -> None:
    with pytest.raises(UnblindingRefused, match="not locked"):
        ask(statistician)
    lock(data_manager)
    with pytest.raises(UnblindingRefused, match="Nobody has asked"):
        approve(statistician)
    ask(statistician)
    for same in (statistician, make_person(Role.STATISTICIAN, None)):
        with pytest.raises(UnblindingRefused, match="second approval comes from a data manager"):
            approve(same)
    for other in (Role.ADMINISTRATOR, Role.INVESTIGATOR, Role.PHARMACIST, Role.MONITOR):
        with pytest.raises(NotAllowed):
            approve(make_person(other, None))
    assert unblind_study(vault_db, opened.key) == 0
    assert not FinalArm.objects.exists()


@pytest.mark.req("U5", "B6")
def test_the_database_refuses_arms_without_lock_and_two_approvals_to_the_vault_too(
    vault_db: Connection, web_db: Connection, six: list[Participant], data_manager: User, statistician: User
) -> None:
    lock(data_manager)
    asked = ask(statistician)
    write = (
        'INSERT INTO randomization_finalarm (participant_id, unblinding_id, "RANDNO", "ARM")'
        " VALUES (%s, %s, 'R', 'A')"
    )
    vault_db.execute("SELECT set_config('edc.actor', 'system:vault', false)")
    with pytest.raises(psycopg.errors.IntegrityError, match="after two approvals"):
        vault_db.execute(write, [six[0].pk, asked.pk])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web_db.execute(write, [six[0].pk, asked.pk])
    with pytest.raises(IntegrityError, match="does not hold this role"), acting("system:tests"):
        FinalApproval.objects.create(unblinding=asked, by=data_manager, role="STATISTICIAN", signer_name="N")
    with pytest.raises(IntegrityError), acting("system:tests"):
        FinalApproval.objects.create(
            unblinding=asked, by=make_person(Role.STATISTICIAN, None), role="STATISTICIAN", signer_name="N"
        )


@pytest.mark.req("U5", "D2")
def test_an_unlocked_study_stays_blinded_and_an_unblinded_one_locked(
    vault_db: Connection,
    opened: OpenList,
    six: list[Participant],
    data_manager: User,
    statistician: User,
    administrator: User,
) -> None:
    lock(data_manager)
    ask(statistician)
    ask_to_unlock(by=data_manager, reason="A form was mixed up", password=no_password)
    with pytest.raises(UnblindingRefused, match="not locked"):
        approve(data_manager)
    unlock_study(by=administrator, reason="Seen", password=no_password)
    assert unblind_study(vault_db, opened.key) == 0
    lock(data_manager)
    assert present().asked is None  # it was asked for the earlier lock
    ask(data_manager)
    approve(statistician)
    with pytest.raises(LockRefused, match="stays locked"):
        ask_to_unlock(by=data_manager, reason="Too late", password=no_password)
    assert unblind_study(vault_db, opened.key) == 6


@pytest.mark.req("U5", "E3")
def test_each_signs_with_the_own_password_and_is_named(
    site: Site, data_manager: User, statistician: User
) -> None:
    def wrong(by: User) -> None:
        raise PasswordRefused("This is not your password.")

    lock(data_manager)
    with pytest.raises(PasswordRefused):
        ask_final_unblinding(by=statistician, reason=WHY, password=wrong)
    with pytest.raises(UnblindingRefused, match="Say why"):
        ask_final_unblinding(by=statistician, reason=" ", password=no_password)
    ask(statistician)
    with pytest.raises(PasswordRefused):
        approve_unblinding(by=data_manager, password=wrong)
    (signed,) = FinalApproval.objects.all()
    assert (signed.signer_name, signed.role) == (statistician.full_name, "STATISTICIAN")
    assert "every participant" in signed.meaning


@pytest.mark.req("U5", "E1")
def test_on_the_page_two_people_sign_one_after_the_other(
    vault_db: Connection,
    opened: OpenList,
    six: list[Participant],
    sign_in: SignIn,
    data_manager: User,
    statistician: User,
) -> None:
    page = reverse("randomization:final_unblinding")
    first, second = sign_in(statistician), sign_in(data_manager)
    assert "The study is not locked" in first.get(page).content.decode()
    lock(data_manager)
    assert first.post(page, {"reason": WHY, "password": "wrong"}).status_code == 422
    assert first.post(page, {"reason": WHY, "password": PASSWORD}).status_code == 302
    waiting = first.get(page).content.decode()
    assert "second approval comes from a data manager" in waiting
    assert 'name="password"' not in waiting
    assert WHY in second.get(page).content.decode()
    assert second.post(page, {"password": PASSWORD}).status_code == 302
    unblind_study(vault_db, opened.key)
    text = second.get(page).content.decode()
    assert "The study is unblinded" in text
    assert statistician.full_name in text
    assert data_manager.full_name in text
    assert not any(arm.lower() in text.lower() for arm in protocol.ARMS)


@pytest.mark.req("U1", "D2")
def test_an_emergency_is_unblinded_while_the_study_is_locked(
    vault_db: Connection, opened: OpenList, randomized: Participant, data_manager: User, ask_for: AskFor
) -> None:
    lock(data_manager)
    request = ask_for(randomized)
    assert disclose(vault_db, opened.key, request.id)
    shown = show_treatment(by=request.asked_by, request_id=request.id, key=key_for(request.id))
    assert shown == arm_of(randomized, opened)


@pytest.mark.req("D2")
def test_the_study_is_not_locked_while_a_number_is_being_given(
    participant: Participant, ask: Any, opened: OpenList, data_manager: User
) -> None:
    ask(participant)
    with pytest.raises(LockRefused, match="being asked for at this moment"):
        lock(data_manager)


@pytest.mark.req("D3", "B6")
def test_a_row_that_does_not_open_leaves_the_whole_study_blinded(
    vault_db: Connection, opened: OpenList, six: list[Participant], data_manager: User, statistician: User
) -> None:
    lock(data_manager)
    ask(statistician)
    approve(data_manager)
    assert unblind_study_if_approved(vault_db, VaultKey(PrivateKey.generate())) == 0
    assert not FinalArm.objects.exists()
    assert unblind_study_if_approved(vault_db, opened.key) == 6
