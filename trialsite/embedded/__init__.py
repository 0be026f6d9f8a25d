"""The PostgreSQL and Redis that development and tests run on, when no address of real ones is given."""

from collections.abc import Iterator
from contextlib import contextmanager

from trialsite import environment
from trialsite.embedded import postgres, roles
from trialsite.embedded.holding import hold
from trialsite.embedded.postgres import Postgres
from trialsite.embedded.redis import EmbeddedRedis


@contextmanager
def running() -> Iterator[None]:
    """Keep the embedded servers running for the length of the block; only those that no variable replaces."""
    if environment.value("REDIS_URL"):
        with _database():
            yield
    else:
        with hold(EmbeddedRedis()), _database():
            yield


@contextmanager
def _database() -> Iterator[None]:
    if environment.value("DATABASE_URL"):
        yield
        return
    server = Postgres()
    with hold(server):
        if not server.prepared.exists():
            roles.prepare(postgres.superuser(), postgres.DATABASE, passwords=roles.passwords())
            server.prepared.touch()
        yield
