"""Administration, entry, masked values, the list and oversight are never in one hand (C8)."""

import threading
from itertools import product
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from trialsite.accounts import actions
from trialsite.accounts.acting import acting
from trialsite.accounts.models import Membership, Role, Site
from trialsite.accounts.rights import hand_of

PAIRS = list(product(Role, Role))
AS_TEST = "SELECT set_config('edc.actor', 'system:tests', false)"


@pytest.mark.django_db
@pytest.mark.req("C8")
@pytest.mark.parametrize(("held", "wanted"), [pair for pair in PAIRS if hand_of(pair[0]) != hand_of(pair[1])])
def test_two_hands_are_refused_with_a_sentence_and_by_the_database(
    join: Any, sites: dict[str, Site], held: Role, wanted: Role
) -> None:
    person = join(held, "01")
    with pytest.raises(ValidationError, match=r"cannot be .* at the same time\. End the other role first"):
        actions.give_role(by="system:tests", user=person, role=wanted, site=sites["02"])
    with pytest.raises(IntegrityError, match="never in one hand"), acting("system:tests"):
        Membership.objects.create(user=person, role=wanted)


@pytest.mark.django_db
@pytest.mark.parametrize(("held", "wanted"), [pair for pair in PAIRS if hand_of(pair[0]) == hand_of(pair[1])])
def test_roles_of_one_hand_may_be_held_together(
    join: Any, sites: dict[str, Site], held: Role, wanted: Role
) -> None:
    person = join(held, "01")
    actions.give_role(by="system:tests", user=person, role=wanted, site=sites["02"])
    assert person.memberships.count() == 2


@pytest.mark.django_db
def test_the_other_hand_is_free_once_the_role_is_ended(join: Any) -> None:
    person = join(Role.COORDINATOR, "01")
    actions.end_role(by="system:tests", membership=person.memberships.get())
    actions.give_role(by="system:tests", user=person, role=Role.MONITOR)
    with pytest.raises(IntegrityError, match="never in one hand"), acting("system:tests"):
        person.memberships.update(ended_at=None)


@pytest.mark.django_db
def test_the_same_role_at_the_same_place_is_given_once(join: Any, sites: dict[str, Site]) -> None:
    person = join(Role.MONITOR)
    with pytest.raises(ValidationError, match="already"):
        actions.give_role(by="system:tests", user=person, role=Role.MONITOR)
    with pytest.raises(IntegrityError, match="one_live_membership_of_a_kind"), acting("system:tests"):
        Membership.objects.create(user=person, role=Role.MONITOR)


@pytest.mark.django_db
def test_the_database_and_the_table_of_rights_know_the_same_hands() -> None:
    with connection.cursor() as cursor:
        for role in Role:
            cursor.execute("SELECT accounts_hand(%s)", [role])
            assert cursor.fetchone() == (hand_of(role).name,)


def _give(web: psycopg.Connection[Any], user_id: int, role: Role) -> None:
    web.execute("INSERT INTO accounts_membership (user_id, role) VALUES (%s, %s)", [user_id, role])


def _give_in_transaction(web: psycopg.Connection[Any], user_id: int, role: Role) -> None:
    with web.transaction():
        _give(web, user_id, role)


@pytest.mark.req("C8")
def test_two_administrators_at_once_cannot_give_two_hands(
    web_db: psycopg.Connection[Any], join: Any, transactional_db: None
) -> None:
    person = join(Role.COORDINATOR, "01")
    actions.end_role(by="system:tests", membership=person.memberships.get())
    web_db.execute(AS_TEST)
    refused: list[Exception] = []

    def second(other: psycopg.Connection[Any]) -> None:
        try:
            _give(other, person.pk, Role.STATISTICIAN)
        except psycopg.IntegrityError as error:
            refused.append(error)

    where = web_db.info
    with psycopg.connect(
        host=where.host, port=where.port, dbname=where.dbname, user=where.user, password=where.password
    ) as other:
        other.execute(AS_TEST)
        other.commit()
        with web_db.transaction():
            _give(web_db, person.pk, Role.ADMINISTRATOR)
            thread = threading.Thread(target=second, args=[other])
            thread.start()
            _until_blocked(web_db, other.info.backend_pid)
        thread.join(timeout=20)
    assert len(refused) == 1
    assert [row.role for row in person.memberships.filter(ended_at=None)] == [Role.ADMINISTRATOR]


def _until_blocked(watcher: psycopg.Connection[Any], pid: int) -> None:
    for _ in range(10_000):
        if watcher.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid]).fetchone() == (True,):
            return
    pytest.fail("the second transaction never waited for the first")


@pytest.mark.req("C8")
def test_a_snapshot_that_cannot_see_the_other_role_is_refused(
    web_db: psycopg.Connection[Any], join: Any, transactional_db: None
) -> None:
    person = join(Role.COORDINATOR, "01")
    web_db.execute(AS_TEST)
    web_db.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with pytest.raises(psycopg.errors.InvalidTransactionState, match="read committed only"):
        _give_in_transaction(web_db, person.pk, Role.INVESTIGATOR)
