"""Where worlds are made: a template with people and a repeating clock, copied for every world."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from celery import Celery
from django.db import connection
from nacl.public import PrivateKey
from redis import Redis

from randomization.vault.keys import VaultKey
from tests.blinding import database, moments
from tests.blinding.chance import repeatable
from tests.blinding.people import make_people
from tests.blinding.secret import Secret
from tests.blinding.world import World
from trialsite.embedded import redis, roles


@dataclass
class Stage:
    """Makes worlds, and takes them away in the end."""

    template: str
    broker: Celery
    redis: Redis
    directory: Path
    key: VaultKey

    def world(self, name: str, secret: Secret, source: str = "") -> World:
        """An empty world, or a copy of another one."""
        made = f"{self.template}_{name}"
        database.copy(source or self.template, made)
        return World(made, secret, self.key, self.redis, self.broker, self.directory)


@contextmanager
def stage(directory: Path, broker_number: int) -> Iterator[Stage]:
    """Prepare the template from the database that Django is connected to."""
    source = database.name_of_this()
    template = f"{source}_twin"
    connection.close()  # a database is copied while nobody is connected to it
    database.copy(source, template)
    with database.connect(roles.OWNER, template) as owner:
        moments.install(owner)
    with database.django_at(template), repeatable("template"):
        make_people()
    socket = redis.socket_path()
    app = Celery(
        "blinding", broker=f"redis+socket://{socket}?virtual_host={broker_number}", set_as_current=False
    )
    app.conf.task_default_queue = "default"
    app.finalize()
    with Redis(unix_socket_path=str(socket), db=broker_number) as client:
        prepared = Stage(
            template,
            app,
            client,
            directory,
            VaultKey(PrivateKey(b"leak harness".ljust(32))),
        )
        try:
            yield prepared
        finally:
            client.flushdb()
            with database.connect(roles.OWNER, "postgres") as owner:
                rows = owner.execute(
                    "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [template]
                ).fetchall()
            for (name,) in rows:
                database.drop(name)
