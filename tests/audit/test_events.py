"""Sign-ins and the like leave exactly one event each (A6)."""

from typing import Any

import pytest
from django.test import Client

from trialsite.accounts import actions
from trialsite.accounts.models import User
from trialsite.audit.events import Event, events, record_event
from trialsite.audit.sign_ins import PASSWORD_REFUSED, SIGNED_IN, SIGNED_OUT

pytestmark = [pytest.mark.django_db, pytest.mark.req("A6")]
PASSWORD = "correct-horse-9-battery"


@pytest.fixture
def person(db: None) -> User:
    """Somebody with a password."""
    user = actions.add_person(by="system:tests", username="li.wei", full_name="Li Wei", email="l@b.example")
    actions.set_password(by="system:tests", user=user, password=PASSWORD)
    return user


def sign_in(client: Client, username: str, password: str) -> None:
    client.post("/login/", {"username": username, "password": password, "next": "/rights/"})


def only() -> Event:
    [event] = events()
    return event


def test_signing_in_and_out_are_one_event_each(client: Client, person: User) -> None:
    sign_in(client, "Li.Wei", PASSWORD)
    event = only()
    assert (event.what, event.actor, event.address) == (SIGNED_IN, "li.wei", "127.0.0.1")
    client.post("/logout/")
    assert [event.what for event in events()] == [SIGNED_OUT, SIGNED_IN]


def test_a_wrong_password_is_one_event(client: Client, person: User) -> None:
    sign_in(client, "li.wei", "wrong")
    event = only()
    assert (event.what, event.actor, event.details) == (PASSWORD_REFUSED, "li.wei", {"locked": False})


def test_a_password_typed_for_a_name_is_not_kept(client: Client, person: User) -> None:
    sign_in(client, PASSWORD, "")
    sign_in(client, PASSWORD, "li.wei")
    assert PASSWORD not in str(list(events()))
    assert {event.actor for event in events()} <= {"unknown user name"}


def test_a_refusal_while_locked_out_is_one_event_that_says_so(client: Client, person: User) -> None:
    for _ in range(6):
        sign_in(client, "li.wei", "wrong")
    locked = [event.details["locked"] for event in events(what=PASSWORD_REFUSED)]
    assert locked == [True, False, False, False, False, False]


def test_signing_in_changes_no_row_of_the_account(client: Client, person: User) -> None:
    before = User.objects.filter(pk=person.pk).values().get()
    sign_in(client, "li.wei", PASSWORD)
    assert User.objects.filter(pk=person.pk).values().get() == before


def test_a_stranger_who_signs_out_leaves_no_event(client: Client, db: None) -> None:
    client.post("/logout/")
    assert not list(events())


def test_any_room_records_an_event_with_its_details(person: User) -> None:
    record_event("exported", by=person, address="192.0.2.7", details={"rows": 12, "sha256": "ab"})
    event = only()
    assert (event.actor, event.what, event.details["rows"]) == ("li.wei", "exported", 12)
    assert list(events(what="exported")) == list(events(actor="li.wei")) == [event]
    assert not list(events(what="printed"))


@pytest.mark.django_db(transaction=True)
def test_the_vault_may_record_events_too(vault_db: Any) -> None:
    vault_db.execute("SELECT audit.record_event('list loaded', 'system:vault', '', '{}')")
    assert only().what == "list loaded"
