"""Real processes for the tests: the vault, and forks that ask or answer at the same moment."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from randomization.vault.database import Connection
from trialsite import environment
from trialsite.embedded import roles

WAIT_SECONDS = 60.0
_fork = multiprocessing.get_context("fork")


def wait_until(condition: Callable[[], bool], what: str, *, seconds: float = WAIT_SECONDS) -> None:
    """Wait until the condition holds; AssertionError naming what did not happen."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"{what} did not happen within {seconds:.0f} seconds"
        time.sleep(0.01)


def connect_as_vault(**options: Any) -> Connection:
    """The test database as the vault's process sees it."""
    where = connection.settings_dict
    return psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        dbname=where["NAME"],
        user=roles.VAULT,
        password=roles.password(roles.VAULT),
        autocommit=True,
        **options,
    )


def vault_environment(key_file: Path, broker: str) -> dict[str, str]:
    """What the vault's process is told: its role, its key, the test database and the test broker."""
    where = connection.settings_dict
    return os.environ | {
        "DATABASE_ROLE": "vault",
        "DATABASE_URL": f"postgres://127.0.0.1:{where['PORT']}/{where['NAME']}",
        "REDIS_URL": broker,
        "VAULT_KEY_FILE": str(key_file),
    }


VAULT = (
    *("-m", "celery", "--quiet", "-A", "randomization.vault.worker", "worker"),
    *("--queues", "vault", "--pool", "solo"),
)


def start_vault(key_file: Path, broker: str) -> subprocess.Popen[bytes]:
    """The vault's worker, as the Procfile starts it."""
    return subprocess.Popen(
        [sys.executable, *VAULT, "--without-gossip", "--without-mingle"],
        env=vault_environment(key_file, broker),
        cwd=environment.ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of a process and of everything that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def running_vault(key_file: Path, broker: str) -> Iterator[subprocess.Popen[bytes]]:
    """The vault's worker for the length of the block."""
    process = start_vault(key_file, broker)
    try:
        yield process
    finally:
        if process.poll() is None:
            kill(process)


def fork(work: Callable[..., None], *arguments: Any) -> "multiprocessing.process.BaseProcess":
    """Start a copy of this process that does one piece of work and ends without cleaning up after itself."""
    connection.close()  # a connection is not shared with a copy
    process = _fork.Process(target=_work, args=(work, arguments))
    process.start()
    return process


def _work(work: Callable[..., None], arguments: Sequence[Any]) -> None:
    code = 1
    # Never the session of the original: a test in a browser may have left one open, unseen from here.
    connection.connection = None
    try:
        work(*arguments)
        code = 0
    finally:
        os._exit(code)


def at_once(work: Callable[..., None], each: Sequence[Sequence[Any]]) -> None:
    """Do the work in as many processes as there are arguments, all starting at the same moment."""
    barrier = _fork.Barrier(len(each))

    def together(*arguments: Any) -> None:
        barrier.wait()
        work(*arguments)

    processes = [fork(together, *arguments) for arguments in each]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(each)


def blocked(of: Connection) -> bool:
    """Whether another connection of the test database waits for a lock now."""
    row = of.execute(
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE datname = current_database() AND NOT granted)"
    ).fetchone()
    return row == (True,)
