"""What somebody could do to history who rules the database: the triggers off, then anything (F14)."""

from collections.abc import Callable
from typing import Any

import psycopg

Owner = psycopg.Connection[Any]
_OFF = (
    "ALTER TABLE audit.{0} DISABLE TRIGGER append_only; {1}; ALTER TABLE audit.{0} ENABLE TRIGGER append_only"
)
_FIRST = "(SELECT min(id) FROM audit.history)"


def tamper(owner: Owner, statement: str, table: str = "history") -> None:
    """Run a statement on a table of the history that protects itself."""
    owner.execute(_OFF.format(table, statement))


def forge(owner: Owner, number: int) -> None:
    """Add a line with a number of choice."""
    owner.execute(
        'INSERT INTO audit.history (id, actor, role, reason, op, "table", row_id, changes)'
        " VALUES (%s, 'li.wei', '', '', 'U', 'accounts_site', '01', '{}')",
        [number],
    )


def edit_a_value(owner: Owner) -> None:
    tamper(owner, f"UPDATE audit.history SET changes = '{{}}' WHERE id = {_FIRST}")


def edit_a_name(owner: Owner) -> None:
    tamper(owner, f"UPDATE audit.history SET actor = 'li.wei' WHERE id = {_FIRST} + 3")


def edit_a_time(owner: Owner) -> None:
    tamper(owner, f"UPDATE audit.history SET at = at - interval '1 us' WHERE id = {_FIRST}")


def delete_a_line(owner: Owner) -> None:
    tamper(owner, f"DELETE FROM audit.history WHERE id = {_FIRST} + 2")


def exchange_two_lines(owner: Owner) -> None:
    [(first,)] = owner.execute(f"SELECT {_FIRST}").fetchall()
    for old, new in ((first, -1), (first + 1, first), (-1, first + 1)):
        tamper(owner, f"UPDATE audit.history SET id = {new} WHERE id = {old}")


def insert_below_all_others(owner: Owner) -> None:
    forge(owner, -7)


def cut_off_the_end(owner: Owner) -> None:
    tamper(owner, "DELETE FROM audit.history WHERE id > (SELECT until_id FROM audit.anchor WHERE number = 2)")
    tamper(owner, "DELETE FROM audit.anchor WHERE number = 3", "anchor")


def remove_an_anchor(owner: Owner) -> None:
    tamper(owner, "DELETE FROM audit.anchor WHERE number = 2", "anchor")


def rewrite_everything_with_anchors_that_fit(owner: Owner) -> None:
    tamper(owner, "UPDATE audit.history SET actor = 'li.wei'")
    tamper(owner, "DELETE FROM audit.anchor", "anchor")
    owner.execute("SELECT audit.write_anchor()")


def bring_back_an_old_copy(owner: Owner) -> None:
    tamper(owner, "DELETE FROM audit.history")
    tamper(owner, "DELETE FROM audit.anchor", "anchor")


def write_with_the_recording_off(owner: Owner) -> None:
    owner.execute("ALTER TABLE accounts_site DISABLE TRIGGER history")
    owner.execute("UPDATE accounts_site SET name = 'Silently'")
    owner.execute("ALTER TABLE accounts_site ENABLE TRIGGER history")


# Each with the words by which it is found out.
TAMPERINGS: list[tuple[Callable[[Owner], None], str]] = [
    (edit_a_value, "Anchor 1 (lines up to"),
    (edit_a_name, "Anchor 2 (lines after"),
    (edit_a_time, "Anchor 1"),
    (delete_a_line, "sealed 3 lines; now there are 2"),
    (exchange_two_lines, "Anchor 1"),
    (insert_below_all_others, "sealed 2 lines; now there are 3"),
    (cut_off_the_end, "Anchor 3 is in the file only"),
    (remove_an_anchor, "the anchors between are missing"),
    (rewrite_everything_with_anchors_that_fit, "Anchor 1 in the database is not the one in the file"),
    (bring_back_an_old_copy, "Anchor 1 is in the file only"),
    (write_with_the_recording_off, "accounts_site: row 00 and 2 more differs from what history tells."),
]
