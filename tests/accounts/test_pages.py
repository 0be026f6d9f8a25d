"""The pages of accounts, as administrators and others see them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trialsite.accounts.models import Role, User
from trialsite.accounts.rights import Right

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(join: Any, client: Client) -> User:
    """Signed in in `client`."""
    joined: User = join(Role.ADMINISTRATOR)
    client.force_login(joined)
    return joined


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_an_administrator_takes_a_new_person_to_the_first_password(
    client: Client, administrator: User
) -> None:
    added = {"username": "Li.Wei", "full_name": "Li Wei", "email": "li.wei@hospital.example"}
    page = words(client.post("/people/add/", added, follow=True))
    assert "Give a role next" in page
    assert "No password yet" in page
    given = words(
        client.post("/people/person/li.wei/give-role/", {"role": "MONITOR", "site": "study"}, follow=True)
    )
    assert "Li Wei is now Monitor, whole study" in given
    linked = words(client.post("/people/person/li.wei/password-link/"))
    link = re.search(r"http://testserver(/password/set/[^<\s]+)", linked)
    assert link
    assert "Set your password" in words(Client().get(link[1], follow=True))


def test_a_refused_form_keeps_what_was_typed_and_says_why(client: Client, administrator: User) -> None:
    typed = {"username": "administrator", "full_name": "Another One", "email": "a@hospital.example"}
    page = words(client.post("/people/add/", typed))
    assert "never given twice" in page
    assert 'value="Another One"' in page


@pytest.mark.req("C8")
def test_two_hands_are_refused_on_the_page(client: Client, administrator: User, join: Any) -> None:
    join(Role.COORDINATOR, "01")
    page = words(
        client.post("/people/person/coordinator01/give-role/", {"role": "STATISTICIAN", "site": "02"})
    )
    assert "cannot be statistician (unblinded) (access to the allocation list) at the same time" in page


def test_the_whole_study_is_not_given_by_oversight(client: Client, administrator: User, join: Any) -> None:
    person = join(Role.COORDINATOR, "01")
    page = words(client.post("/people/person/coordinator01/give-role/", {"role": "COORDINATOR", "site": ""}))
    assert "This field is required" in page
    assert person.memberships.count() == 1


def test_roles_end_and_accounts_close_and_open_on_the_page(
    client: Client, administrator: User, join: Any
) -> None:
    person = join(Role.COORDINATOR, "01")
    where = "/people/person/coordinator01/"
    ended = client.post(f"{where}end-role/{person.memberships.get().pk}/", follow=True)
    assert "no longer Coordinator, site 01" in words(ended)
    assert "Roles held before" in words(client.get(where))
    assert "account of Dr coordinator01 is closed" in words(client.post(f"{where}deactivate/", follow=True))
    assert "Deactivated" in words(client.get("/people/"))
    assert "open again" in words(client.post(f"{where}reactivate/", follow=True))
    refused = client.post("/people/person/administrator/deactivate/", follow=True)
    assert "Nobody deactivates the own account" in words(refused)
    assert "Change your own password" in words(
        client.post("/people/person/administrator/password-link/", follow=True)
    )


@pytest.mark.req("C1")
def test_a_coordinator_sees_the_people_of_the_own_site_and_of_the_whole_study(
    client: Client, join: Any
) -> None:
    client.force_login(join(Role.COORDINATOR, "01"))
    for role, site in ((Role.INVESTIGATOR, "01"), (Role.INVESTIGATOR, "02"), (Role.MONITOR, "")):
        join(role, site)
    page = words(client.get("/people/"))
    assert "Dr investigator01" in page
    assert "Dr monitor" in page
    assert "investigator02" not in page
    assert "Add person" not in page


def test_the_list_of_people_takes_the_same_few_queries_however_long(
    client: Client, administrator: User, join: Any
) -> None:
    client.get("/people/")
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/")
        counts.append(len(queries))
        join(Role.COORDINATOR, "01", username=f"person{number}")
    assert counts == [4, 4, 4]  # session, user with own roles, people, their roles


@pytest.mark.parametrize("role", Role)
def test_everybody_can_read_what_each_role_may_do(client: Client, join: Any, role: Role) -> None:
    client.force_login(join(role, "01"))
    page = words(client.get("/rights/"))
    assert all(right.sentence in page for right in Right)
    assert page.count("Your role") == 1
