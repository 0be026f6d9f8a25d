"""Accounts: opened, closed, never removed or given to somebody else."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client

from tests.accounts.conftest import PASSWORD
from trialsite.accounts import actions
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.acting import acting
from trialsite.accounts.models import Role, Site, User

pytestmark = pytest.mark.django_db


def add(username: str, by: User | str = "system:tests") -> User:
    return actions.add_person(by=by, username=username, full_name="Dr Who", email="who@hospital.example")


@pytest.mark.req("E4")
def test_a_user_name_is_taken_in_any_case_and_for_ever() -> None:
    first = add("Li.Wei")
    assert first.username == "li.wei"
    actions.deactivate_person(by="system:tests", user=first)
    for name in ("li.wei", "LI.WEI"):
        with pytest.raises(ValidationError, match="never given twice"):
            add(name)
    with pytest.raises(IntegrityError), acting("system:tests"):
        User.objects.create(username="li.wei", full_name="Other", email="o@hospital.example")
    with pytest.raises(IntegrityError, match="username_is_lower_case"), acting("system:tests"):
        User.objects.create(username="Li.Wei", full_name="Other", email="o@hospital.example")


@pytest.mark.req("E4")
def test_an_account_is_neither_removed_nor_renamed() -> None:
    user = add("li.wei")
    with (
        pytest.raises(IntegrityError, match="never removed or renamed"),
        acting("system:tests"),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [user.pk])
    with pytest.raises(IntegrityError, match="never removed or renamed"), acting("system:tests"):
        User.objects.filter(pk=user.pk).update(username="wang.li")


@pytest.mark.parametrize("name", ["", "li wei", "system:reminders", "李伟", "-li", "li\n"])
def test_a_user_name_that_is_not_allowed_is_refused_with_what_is(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        add(name)
    assert refused.value.message_dict["username"]


@pytest.mark.req("C3")
def test_deactivation_ends_sessions_and_roles_and_reactivation_revives_neither(
    join: Any, client: Client
) -> None:
    coordinator = join(Role.COORDINATOR, "01", password=PASSWORD)
    client.force_login(coordinator)
    assert client.get("/rights/").status_code == 200
    actions.deactivate_person(by="system:tests", user=User.objects.get(pk=coordinator.pk))
    assert client.get("/rights/").status_code == 302
    actions.reactivate_person(by="system:tests", user=User.objects.get(pk=coordinator.pk))
    assert client.get("/rights/").status_code == 302
    assert not coordinator.memberships.filter(ended_at=None).exists()
    assert not User.objects.get(pk=coordinator.pk).check_password(PASSWORD)


def test_nobody_locks_the_study_out_by_closing_the_own_account(join: Any) -> None:
    administrator = join(Role.ADMINISTRATOR)
    with pytest.raises(ValidationError, match="another administrator"):
        actions.deactivate_person(by=administrator, user=administrator)
    with pytest.raises(ValidationError, match="another administrator"):
        actions.end_role(by=administrator, membership=administrator.memberships.get())


@pytest.mark.req("C1")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_manage_people(join: Any, role: Role) -> None:
    somebody, other = join(role, "01"), add("other")
    for act in (
        lambda: add("new", by=somebody),
        lambda: actions.give_role(by=somebody, user=other, role=Role.MONITOR),
        lambda: actions.end_role(by=somebody, membership=somebody.memberships.get()),
        lambda: actions.deactivate_person(by=somebody, user=other),
        lambda: actions.reactivate_person(by=somebody, user=other),
        lambda: actions.void_password(by=somebody, user=other),
        lambda: actions.add_site(by=somebody, code="09", name="Nine", time_zone="Asia/Shanghai"),
    ):
        with pytest.raises(NotAllowed, match="Only administrators"):
            act()


@pytest.mark.req("C1")
def test_an_administrator_of_a_site_gives_roles_there_only(join: Any, sites: dict[str, Site]) -> None:
    local, other = join(Role.ADMINISTRATOR, "01"), add("other")
    with pytest.raises(NotAllowed):
        actions.give_role(by=local, user=other, role=Role.COORDINATOR, site=sites["02"])
    with pytest.raises(NotAllowed, match="whole study"):
        actions.give_role(by=local, user=other, role=Role.COORDINATOR)
    assert actions.give_role(by=local, user=other, role=Role.COORDINATOR, site=sites["01"]).given_by == local


@pytest.mark.req("E4")
def test_not_even_an_administrator_sets_another_persons_password(join: Any) -> None:
    with pytest.raises(NotAllowed, match="Only you"):
        actions.set_password(by=join(Role.ADMINISTRATOR), user=add("other"), password=PASSWORD)


@pytest.mark.parametrize("password", ["short", "password12345", "qwerty123456", "coordinator01x"])
def test_a_weak_password_is_refused(join: Any, password: str) -> None:
    user = join(Role.COORDINATOR, "01")
    with pytest.raises(ValidationError):
        actions.set_password(by=user, user=user, password=password)


def test_a_role_is_not_given_to_a_closed_account() -> None:
    user = add("gone")
    actions.deactivate_person(by="system:tests", user=user)
    with pytest.raises(ValidationError, match="Reactivate"):
        actions.give_role(by="system:tests", user=user, role=Role.MONITOR)


@pytest.mark.parametrize(
    ("code", "zone"), [("1", "Asia/Shanghai"), ("ab", "Asia/Shanghai"), ("03", "Beijing")]
)
def test_a_site_needs_two_digits_and_a_real_time_zone(code: str, zone: str) -> None:
    with pytest.raises(ValidationError):
        actions.add_site(by="system:tests", code=code, name="Hospital", time_zone=zone)
