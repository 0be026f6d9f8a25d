"""Every write by every path leaves who, when, what and why (A1, A2)."""

from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from tests.audit.conftest import history
from trialsite.accounts.acting import acting
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit import context

pytestmark = [pytest.mark.django_db, pytest.mark.req("A1")]


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_saved_row_is_recorded_with_all_that_it_holds(site: Site) -> None:
    [row] = history()
    assert (row["op"], row["row_id"], row["actor"], row["db_role"]) == (
        "I",
        "01",
        "system:tests",
        "trial_web",
    )
    assert row["changes"] == {
        "code": [None, "01"],
        "name": [None, "First"],
        "time_zone": [None, "Asia/Shanghai"],
    }


def test_a_changed_row_is_recorded_with_what_changed_only(site: Site) -> None:
    site.name = "Second"
    with acting("system:tests", role="ADMINISTRATOR", reason="It was renamed."):
        site.save()
    row = history()[-1]
    assert row["changes"] == {"name": ["First", "Second"]}
    assert (row["op"], row["role"], row["reason"]) == ("U", "ADMINISTRATOR", "It was renamed.")


def test_bulk_writes_are_recorded_row_by_row(db: None) -> None:
    with acting("system:tests"):
        Site.objects.bulk_create([Site(code=f"{number:02}", name="New") for number in range(5)])
        Site.objects.filter(code__gte="03").update(name=Concat(F("name"), Value("er")))
    rows = history()
    assert [row["op"] for row in rows] == ["I"] * 5 + ["U"] * 2
    assert rows[-1]["changes"] == {"name": ["New", "Newer"]}
    assert len({row["txid"] for row in rows}) == 1


@pytest.mark.req("A2")
def test_raw_statements_nulls_and_deletions_are_recorded(db: None) -> None:
    user = _person()
    with acting("system:tests"):
        member = Membership.objects.create(user=user, role=Role.MONITOR)
        raw(f"UPDATE accounts_membership SET ended_at = '2031-05-01 08:00+08' WHERE id = {member.pk}")
        raw(f"UPDATE accounts_membership SET ended_at = NULL WHERE id = {member.pk}")
        raw(f"DELETE FROM accounts_membership WHERE id = {member.pk}")
    created, ended, reopened, deleted = history("accounts_membership")
    assert "ended_at" not in created["changes"]
    assert ended["changes"] == {"ended_at": [None, "2031-05-01T00:00:00+00:00"]}
    assert reopened["changes"] == {"ended_at": ["2031-05-01T00:00:00+00:00", None]}
    assert deleted["op"] == "D"
    assert deleted["changes"]["role"] == ["MONITOR", None]
    assert "site_id" not in deleted["changes"]


def _person() -> User:
    user = User(username="li.wei", full_name="Li Wei", email="l@b.example")
    with acting("system:tests"):
        user.save()
    return user


def test_times_are_recorded_in_utc_whatever_the_session_says(db: None) -> None:
    with acting("system:tests"):
        raw("SET LOCAL TimeZone = 'Asia/Shanghai'")
        user = User.objects.create(username="li.wei", full_name="Li Wei", email="l@b.example")
        raw("SET LOCAL TimeZone = 'UTC'")
    [row] = history("accounts_user")
    assert row["changes"]["created_at"][1].endswith("+00:00")
    assert row["row_id"] == str(user.pk)


def test_a_save_that_changes_nothing_leaves_no_row(site: Site) -> None:
    with acting("system:tests"):
        site.save()
        Site.objects.update(name=F("name"))
    assert len(history()) == 1


@pytest.mark.req("C5")
def test_of_a_password_is_kept_that_it_changed_and_not_its_hash(db: None) -> None:
    user = _person()
    with acting("system:tests"):
        user.set_password("correct-horse-9-battery")
        user.save()
    created, changed = history("accounts_user")
    assert changed["changes"] == {"password": ["(hidden)", "(hidden)"]}
    assert created["changes"]["password"] == ["(hidden)", "(hidden)"]


def test_what_is_rolled_back_did_not_happen(site: Site) -> None:
    with pytest.raises(IntegrityError), acting("system:tests"):
        Site.objects.bulk_create([Site(code="02", name="Never"), Site(code="01", name="Taken")])
    assert len(history()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO accounts_site VALUES ('09', 'Nobody', 'Asia/Shanghai')",
        "UPDATE accounts_site SET name = 'Nobody'",
        "DELETE FROM accounts_site",
    ],
)
def test_a_write_by_nobody_is_refused(site: Site, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="nobody is named"), transaction.atomic():
        raw(statement)
    assert Site.objects.get().name == "First"


def test_the_vault_has_to_say_who_acts_too(
    vault_db: psycopg.Connection[Any], owner: psycopg.Connection[Any]
) -> None:
    owner.execute("GRANT INSERT ON accounts_site TO trial_vault")
    try:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="nobody is named"):
            vault_db.execute("INSERT INTO accounts_site VALUES ('09', 'Vault', 'Asia/Shanghai')")
        vault_db.execute("SELECT set_config('edc.actor', 'system:vault', false)")
        vault_db.execute("INSERT INTO accounts_site VALUES ('09', 'Vault', 'Asia/Shanghai')")
        assert history()[-1]["db_role"] == "trial_vault"
    finally:
        owner.execute("REVOKE INSERT ON accounts_site FROM trial_vault")


@pytest.mark.req("A2")
def test_the_owner_is_recorded_by_the_database_role(owner: psycopg.Connection[Any]) -> None:
    owner.execute("INSERT INTO accounts_site VALUES ('09', 'Migrated', 'Asia/Shanghai')")
    row = history()[-1]
    assert (row["db_role"], row["actor"]) == ("trial_owner", "")


@pytest.mark.req("A2")
def test_rows_that_a_migration_wrote_before_the_table_was_watched_are_recorded(
    owner: psycopg.Connection[Any],
) -> None:
    with owner.transaction(force_rollback=True):
        owner.execute("CREATE TABLE public.fresh (id int PRIMARY KEY, word text, secret text)")
        owner.execute("INSERT INTO public.fresh VALUES (1, 'old', 's'), (2, NULL, 's')")
        owner.execute("SELECT audit.watch('public.fresh', 'id', '{secret}')")
        owner.execute("SELECT audit.watch('public.fresh', 'id', '{secret}')")
        found = owner.execute(
            "SELECT row_id, changes FROM audit.history WHERE \"table\" = 'fresh' ORDER BY row_id"
        ).fetchall()
    hidden = ["(hidden)", "(hidden)"]
    assert found == [
        ("1", {"id": [None, 1], "word": [None, "old"], "secret": hidden}),
        ("2", {"id": [None, 2], "secret": hidden}),
    ]


@pytest.mark.req("A2")
def test_values_of_a_column_that_a_migration_added_are_recorded(owner: psycopg.Connection[Any]) -> None:
    with owner.transaction(force_rollback=True):
        owner.execute("CREATE TABLE public.fresh (id int PRIMARY KEY, word text)")
        owner.execute("SELECT audit.watch('public.fresh', 'id', '{}')")
        owner.execute("INSERT INTO public.fresh VALUES (1, 'old')")
        owner.execute("ALTER TABLE public.fresh ADD COLUMN extra text DEFAULT 'more', ADD COLUMN none text")
        owner.execute("SELECT audit.watch('public.fresh', 'id', '{}')")
        owner.execute("SELECT audit.watch('public.fresh', 'id', '{}')")
        found = owner.execute(
            "SELECT op::text, actor, changes FROM audit.history WHERE \"table\" = 'fresh' ORDER BY id"
        ).fetchall()
    assert found == [
        ("I", "", {"id": [None, 1], "word": [None, "old"]}),
        ("U", "system:migrate", {"extra": [None, "more"]}),
    ]


def test_inside_another_act_only_the_reason_is_new(db: None) -> None:
    with context.acting("system:outer", role="R", reason="first"):
        with context.acting("system:inner", role="X", reason="second"):
            Site.objects.create(code="01", name="A")
        with context.acting("system:inner"):
            Site.objects.create(code="02", name="B")
        Site.objects.create(code="03", name="C")
    told = [(row["actor"], row["role"], row["reason"]) for row in history()]
    assert told == [
        ("system:outer", "R", "second"),
        ("system:outer", "R", "first"),
        ("system:outer", "R", "first"),
    ]


@pytest.mark.django_db(transaction=True)
def test_what_runs_on_commit_acts_in_its_own_name() -> None:
    def afterwards() -> None:
        with acting("system:second"):
            Site.objects.create(code="02", name="B")

    with acting("system:first"):
        Site.objects.create(code="01", name="A")
        transaction.on_commit(afterwards)
    assert [row["actor"] for row in history()] == ["system:first", "system:second"]


@pytest.mark.django_db(transaction=True)
def test_an_act_costs_one_statement_more(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4), acting("system:tests"):  # BEGIN, who acts, INSERT, COMMIT
        Site.objects.bulk_create([Site(code="01", name="A")])


@pytest.mark.parametrize("name", ["", "somebody", "system:", "coordinator"])
def test_the_application_cannot_act_under_a_name_that_a_person_could_have(name: str) -> None:
    with pytest.raises(ValueError, match="is not a person"):
        context.actor_of(name)
