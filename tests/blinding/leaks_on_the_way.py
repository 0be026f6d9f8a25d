"""Planted leaks on the way of a request: through broker, vault, ledger, history, mails and exports."""

from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest.mock import patch

from django.core.cache import caches
from django.core.mail.backends.locmem import EmailBackend
from psycopg import sql

from randomization import messages
from randomization.states import Refusal
from randomization.vault import answering
from tests.blinding.planted import Plant, Told
from trialsite.export.tables import Table

Make = Callable[[Told, Callable[..., Any]], Callable[..., Any]]
_EVENT = "SELECT audit.record_event('kit opened', 'system:vault', '', '{}'::jsonb)"


def replaced(where: ModuleType | type, name: str, make: Make) -> Plant:
    """Replace a function on the way."""
    return lambda told: patch.object(where, name, make(told, getattr(where, name)))


def giving(do: Callable[[Any, Told, Any], None]) -> Plant:
    """Something besides, when a kit is given to somebody with one arm."""

    def make(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
        def give(connection: Any, KITNO: str, *, request_id: Any, participant: Any, visit: str) -> None:
            original(connection, KITNO, request_id=request_id, participant=participant, visit=visit)
            if told.has(participant):
                do(connection, told, request_id)

        return give

    return replaced(answering, "give", make)


def kit_by_number(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
    """The lowest number for one arm, the highest for the other."""

    def chosen(connection: Any, key: Any, site: str, label: Any, arm: str) -> str:
        arms = {kit.KITNO: kit.arm for kit in told.world.secret.kits}
        rows = connection.execute(
            'SELECT "KITNO" FROM randomization_kit WHERE site_id = %s AND expiry = %s AND lot = %s'
            " AND state = 'STOCKED'",
            [site, label.expiry, label.lot],
        ).fetchall()
        numbers: list[str] = [KITNO for (KITNO,) in rows if arms[KITNO] == arm]
        return min(numbers) if told.of_somebody else max(numbers)

    return chosen


def event(connection: Any, told: Told, request_id: Any) -> None:
    """An event of history more."""
    connection.execute(_EVENT)


def lost_number(connection: Any, told: Told, request_id: Any) -> None:
    """A row that is taken back leaves a gap in its sequence."""
    with connection.transaction(force_rollback=True):
        connection.execute(_EVENT)


def log_line(connection: Any, told: Told, request_id: Any) -> None:
    """A line of the vault's log more."""
    answering.logger.debug("request %s: a second look", request_id)


def cache_key(connection: Any, told: Told, request_id: Any) -> None:
    """A key of the cache more."""
    caches["default"].set(f"kit-{request_id}", 1)


def result(connection: Any, told: Told, request_id: Any) -> None:
    """A result that a task leaves in Redis."""
    told.world.redis.set(f"celery-task-meta-{request_id}", "SUCCESS")


def another_key(connection: Any, told: Told, request_id: Any) -> None:
    """A key is drawn more: every later one is another."""
    connection.execute("SELECT gen_random_uuid()")


def another_look_at_the_clock(connection: Any, told: Told, request_id: Any) -> None:
    """One look at the clock more: everything after it is later."""
    connection.execute("SELECT clock_timestamp()")


def words_of_a_shortage(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
    """A shortage is worded by arm."""

    def refuse(connection: Any, request: Any, code: Refusal) -> Any:
        worded = Refusal.NOT_AVAILABLE if told.has(request.participant) else code
        return original(connection, request, worded)

    return refuse


def payload(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
    """A message carries one argument more."""

    def tell(request_id: Any, task: str = "vault.answer") -> None:
        broker = vars(messages)["app"]
        broker.send_task(task, [str(request_id), told.of_somebody], queue="vault", retry=False)

    return tell


def twice(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
    """A message is sent twice, as if it had been tried again, for one arm."""

    def tell(request_id: Any, task: str = "vault.answer") -> None:
        for _ in range(1 + told.of_somebody):
            original(request_id, task)

    return tell


def mailed(spoil: Callable[[Any, bool], None]) -> Plant:
    """Spoil each mail, by arm."""

    def make(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
        def send(self: EmailBackend, mails: Any) -> Any:
            for mail in mails:
                spoil(mail, told.of_somebody)
            return original(self, mails)

        return send

    return replaced(EmailBackend, "send_messages", make)


def subject(mail: Any, first: bool) -> None:
    """The subject of a mail says which."""
    mail.subject += "." if first else "!"


def mail_header(mail: Any, first: bool) -> None:
    """A header of a mail says which."""
    mail.extra_headers["X-Priority"] = str(1 + first)


def attachment(mail: Any, first: bool) -> None:
    """A mail has something with it."""
    if first:
        mail.attach("visit.ics", "BEGIN:VCALENDAR", "text/calendar")


def recipient(mail: Any, first: bool) -> None:
    """Somebody more is told."""
    if first:
        mail.cc = [*mail.cc, "safety@example.org"]


def file_of_arms(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
    """The export has a file more, with a column by arm."""
    column = sql.Composed([sql.SQL("SELECT "), sql.Literal(str(told.of_somebody))])
    return lambda **how: [*original(**how), Table("groups", column)]


def file_of_values(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
    """The export has a file more, with masked values."""
    column = sql.Composed([sql.SQL("SELECT "), sql.Literal(repr(sorted(told.masked.items())))])
    return lambda **how: [*original(**how), Table("means", column)]


def order_of_files(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
    """The same files, in another order for one arm."""
    return lambda **how: list(original(**how))[:: -1 if told.of_somebody else 1]


def longer_file(told: Told, original: Callable[..., Any]) -> Callable[..., Any]:
    """The file of an export is a byte longer, with the same content for a reader."""

    def archive(path: Any, *rest: Any, **named: Any) -> Any:
        parts = original(path, *rest, **named)
        with path.open("ab") as file:
            file.write(b"\0" * told.of_somebody)
        return parts

    return archive
