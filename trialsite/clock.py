"""Today, as the trial means it.

Dates of the trial (visit windows, the day a number is given) follow this clock and the site's
time zone. History never does: its times come from the database (O4).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_set_moment: ContextVar[datetime | None] = ContextVar("set_moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set_moment.get() or datetime.now(UTC)


def today(time_zone: str) -> date:
    """The calendar day at a place; time_zone is an IANA name such as Asia/Shanghai."""
    return now().astimezone(ZoneInfo(time_zone)).date()


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let the block happen at another moment (aware). For the simulation and for tests."""
    token = _set_moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_moment.reset(token)
