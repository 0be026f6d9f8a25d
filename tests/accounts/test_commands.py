"""Commands that make the first accounts and sites."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.accounts.conftest import PASSWORD
from trialsite.accounts.access import may_in_study
from trialsite.accounts.demonstration import ACCOUNTS, password
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.accounts.rights import Right

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_each_role_and_two_sites_and_is_made_once(settings: Settings) -> None:
    settings.DEMO = True
    for _ in range(2):
        out = io.StringIO()
        call_command("make_demo_accounts", stdout=out)
        assert password() in out.getvalue()
    assert list(Site.objects.values_list("code", flat=True)) == ["01", "02"]
    live = Membership.objects.filter(ended_at=None)
    assert set(live.values_list("role", flat=True)) == set(Role.values)
    assert live.count() == User.objects.count() == len(ACCOUNTS)
    for user in User.objects.all():
        assert user.check_password(password())
        validate_password(password(), user)


@pytest.mark.req("C2")
def test_there_are_no_demonstration_accounts_in_production(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="demonstration mode only"):
        call_command("make_demo_accounts")
    assert not User.objects.exists()


def add_administrator(tmp_path: Path, given: str) -> None:
    path = tmp_path / "password"
    path.write_text(f"{given}\n")
    call_command(
        "add_administrator",
        "Root.Admin",
        full_name="Root Admin",
        email="root@hospital.example",
        password_file=path,
        stdout=io.StringIO(),
    )


def test_the_first_administrator_is_added_from_the_server(tmp_path: Path) -> None:
    add_administrator(tmp_path, PASSWORD)
    user = User.objects.get(username="root.admin")
    assert user.check_password(PASSWORD)
    assert may_in_study(user, Right.MANAGE_PEOPLE)


@pytest.mark.req("D3")
def test_an_administrator_with_a_weak_password_is_not_added_at_all(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Nothing was added\. This password is too short"):
        add_administrator(tmp_path, "short")
    assert not User.objects.exists()


def test_two_different_typings_add_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, "other"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    with pytest.raises(CommandError, match="differ"):
        call_command("add_administrator", "root", full_name="Root", email="root@hospital.example")
    assert not User.objects.exists()


def test_a_site_is_opened_or_refused_with_what_is_allowed(capsys: Any) -> None:
    call_command("add_site", "07", "Hospital Seven")
    assert "07 Hospital Seven is open" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nothing was added"):
        call_command("add_site", "07", "Again")
    with pytest.raises(CommandError, match="not a time zone"):
        call_command("add_site", "08", "Eight", time_zone="Mars")
