"""Who acts, in which role and why: told to the database for the length of a transaction.

The triggers of trialsite.audit read it. It stands here because actions on accounts are history too, and
accounts does not import audit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from trialsite.accounts.models import User

SYSTEM = "system:"
# true: until the end of the transaction
_TELL = (
    "SELECT set_config('edc.actor', %s, true), set_config('edc.role', %s, true),"
    " set_config('edc.reason', %s, true)"
)

# The actor, role and reason that hold now; None outside every `acting` block.
_told: ContextVar[tuple[str, str, str] | None] = ContextVar("told", default=None)

Last = tuple[Callable[..., None], tuple[str, ...]]
# What is still to be done before the outermost block ends; None outside every block.
_last: ContextVar[set[Last] | None] = ContextVar("last", default=None)


def actor_of(by: User | str) -> str:
    """The name under which history keeps somebody: a user name, or "system:…" for the application itself.

    Raises ValueError for any other string, so that nothing can act under a person's name.
    """
    if isinstance(by, User):
        return by.username
    if not by.startswith(SYSTEM) or by == SYSTEM:
        raise ValueError(f"“{by}” is not a person; name the application's own work “{SYSTEM}…”.")
    return by


@contextmanager
def acting(by: User | str, *, role: str = "", reason: str = "") -> Iterator[None]:
    """Run the block in one transaction, as somebody; every change in it is recorded under this name.

    Inside another `acting`, only the reason is overridden: who acts is settled by the outermost.
    """
    outer = _told.get()
    told = (outer[0], outer[1], reason or outer[2]) if outer else (actor_of(by), role, reason)
    # The database forgets at the end of the transaction; only within a longer one has it to be told back.
    longer = connection.in_atomic_block
    with transaction.atomic():
        if told != outer:
            _tell(told)
        token = _told.set(told)
        last = _last.set(set()) if outer is None else None
        try:
            yield
            if last is not None:
                _do_last()
        finally:
            # Before the commit: what is called on commit starts a transaction that knows nothing of this one.
            _told.reset(token)
            if last is not None:
                _last.reset(last)
        if longer and told != outer:
            _tell(outer or ("", "", ""))


def do_last(work: Callable[..., None], *arguments: str) -> None:
    """Have work done once, with these arguments, when everything else of the outermost `acting` is done.

    Such work takes its locks after all others and in one order, so that no two transactions wait for each
    other. Outside every block it is done at once.
    """
    waiting = _last.get()
    if waiting is None:
        work(*arguments)
    else:
        waiting.add((work, arguments))


def _do_last() -> None:
    waiting = _last.get() or set()
    for work, arguments in sorted(waiting, key=lambda each: (each[0].__qualname__, each[1])):
        work(*arguments)


def _tell(told: tuple[str, str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TELL, told)
