"""Events that change no watched row, yet belong to history: sign-ins, exports, printed pages (A6, X1)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from trialsite.accounts.acting import actor_of
from trialsite.accounts.models import User

Details = Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """Something that happened; `at` by the database's clock (UTC), from a network address."""

    at: datetime
    actor: str
    what: str
    address: str
    details: Details


def record_event(what: str, *, by: User | str, address: str = "", details: Details | None = None) -> None:
    """Write one event, in the transaction that is open: what is rolled back has not happened.

    `what` is a short name such as "exported"; `details` are plain JSON values and never name an arm.
    """
    write_event(what, actor_of(by), address, details or {})


def write_event(what: str, actor: str, address: str, details: Details) -> None:
    """Like record_event, for an actor who may be nobody's account (a sign-in that failed)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit.record_event(%s, %s, %s, %s::jsonb)", [what, actor, address, json.dumps(details)]
        )


def events(*, what: str = "", actor: str = "") -> Iterator[Event]:
    """The events, newest first; of one name or of one actor if given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, actor, what, address, details::text FROM audit.event"
            " WHERE %(what)s IN ('', what) AND %(actor)s IN ('', actor) ORDER BY id DESC",
            {"what": what, "actor": actor},
        )
        for at, who, name, address, details in cursor.fetchall():
            yield Event(at, who, name, address, json.loads(details))
