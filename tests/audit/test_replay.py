"""Replaying the history from empty gives the tables as they are (A1, A2)."""

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialsite.accounts.demonstration import ACCOUNTS, make_accounts
from trialsite.accounts.models import User
from trialsite.audit.replaying import faults_of_tables

COLUMNS = {
    "number": st.one_of(st.none(), st.decimals(-999, 999, places=2).map(str)),
    "word": st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))),
    "day": st.one_of(st.none(), st.dates().map(str)),
    "moment": st.one_of(st.none(), st.datetimes().map(lambda moment: f"{moment.isoformat()}+03:00")),
    "truth": st.one_of(st.none(), st.booleans()),
    "parts": st.one_of(st.none(), st.sampled_from(['{"a": [1, null]}', "null", "[]", '"x"', "1.50"])),
}
TABLE = """
CREATE TABLE public.replayed (
    id int PRIMARY KEY, number numeric(8, 2), word text, day date, moment timestamptz, truth boolean,
    parts jsonb
);
SELECT audit.watch('public.replayed', 'id', '{}');
GRANT SELECT, INSERT, UPDATE, DELETE ON public.replayed TO trial_web;
"""
ROWS = st.fixed_dictionaries(COLUMNS)
KEYS = st.integers(1, 4)
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), KEYS, ROWS),
        st.tuples(st.just("update"), KEYS, st.fixed_dictionaries({}, optional=COLUMNS)),
        st.tuples(st.just("update all"), st.just(0), st.fixed_dictionaries({}, optional=COLUMNS)),
        st.tuples(st.just("move"), KEYS, st.just({})),
        st.tuples(st.just("delete"), KEYS, st.just({})),
    ),
    max_size=25,
)


@pytest.fixture
def replayed(owner: psycopg.Connection[Any], web_db: psycopg.Connection[Any]) -> Any:
    """A watched table with columns of every kind, written to as the web role."""
    owner.execute(TABLE)
    web_db.execute(
        "SELECT set_config('edc.actor', 'system:tests', false),"
        " set_config('timezone', 'Asia/Shanghai', false)"
    )
    yield web_db
    owner.execute("DROP TABLE public.replayed")


def write(web: psycopg.Connection[Any], kind: str, key: int, values: dict[str, Any]) -> None:
    names, given = ", ".join(values), list(values.values())
    assignments = ", ".join(f"{name} = %s" for name in values)
    if kind == "insert":
        places = ", ".join(["%s"] * len(values))
        web.execute(
            f"INSERT INTO replayed (id, {names}) VALUES (%s, {places})"
            " ON CONFLICT (id) DO UPDATE SET word = 'again'",
            [key, *given],
        )
    elif kind == "delete":
        web.execute("DELETE FROM replayed WHERE id = %s", [key])
    elif kind == "move":
        web.execute(
            "UPDATE replayed SET id = id + 10 WHERE id = %s AND id + 10 NOT IN (SELECT id FROM replayed)",
            [key],
        )
    elif values and kind == "update":
        web.execute(f"UPDATE replayed SET {assignments} WHERE id = %s", [*given, key])
    elif values:
        web.execute(f"UPDATE replayed SET {assignments}", given)


def replay(lines: list[tuple[str, str, dict[str, Any]]]) -> dict[Any, dict[str, Any]]:
    """The rows that the lines of a history lead to; a column that is null is left out."""
    rows: dict[Any, dict[str, Any]] = {}
    for op, row_id, changes in lines:
        key = changes["id"][0] if "id" in changes and op == "U" else int(row_id)
        before = rows.pop(key, {})
        assert all(before.get(column) == old for column, (old, _) in changes.items())
        after = {**before, **{column: new for column, (_, new) in changes.items()}}
        if op != "D":
            rows[after["id"]] = {column: value for column, value in after.items() if value is not None}
    return rows


@pytest.mark.req("A1", "A2")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=WRITES)
def test_replaying_the_history_from_empty_gives_the_table(
    replayed: psycopg.Connection[Any], writes: list[tuple[str, int, dict[str, Any]]]
) -> None:
    replayed.execute("DELETE FROM replayed")
    start = replayed.execute("SELECT coalesce(max(id), 0) FROM audit.history").fetchone()
    for kind, key, values in writes:
        write(replayed, kind, key, values)
    lines = replayed.execute(
        "SELECT op::text, row_id, changes FROM audit.history"
        " WHERE \"table\" = 'replayed' AND id > %s ORDER BY id",
        start,
    ).fetchall()
    replayed.execute("SET timezone = 'UTC'")  # history has its times in UTC
    stored = replayed.execute(
        "SELECT jsonb_strip_nulls(to_jsonb(r) - 'parts'), r.parts FROM replayed AS r"
    ).fetchall()
    replayed.execute("SET timezone = 'Asia/Shanghai'")
    rows = {row["id"]: row | ({"parts": parts} if parts is not None else {}) for row, parts in stored}
    assert replay(lines) == rows


@pytest.mark.django_db
@pytest.mark.req("A1")
def test_the_tables_that_the_application_wrote_are_what_their_history_tells() -> None:
    make_accounts()
    assert User.objects.count() == len(ACCOUNTS)
    assert faults_of_tables() == []
