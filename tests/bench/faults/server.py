"""A PostgreSQL of one's own that can be crashed: durable as in production, killed with all its processes."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
from psycopg import pq

from tests.real_stack import free_port, make_data_directory
from trialsite.embedded import binaries, places, processes, roles

DATABASE = "edc"
READY_SECONDS = 60.0
_SUPERUSER, _PASSWORD = "postgres", "of-this-crash-server-only"


class Server:
    """Made empty, with the three roles and a database; nothing of it is left after `remove`."""

    def __init__(self) -> None:
        self.root = make_data_directory("faults").parent
        self.port = free_port()
        self.crashes = 0
        self.slowest_recovery = 0.0  # seconds until it answered again
        self._account = places.unprivileged()
        self._programs = binaries.directory(self._account)
        self._home = places.directory(self.root / "home", self._account)
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()
        self.start()
        administrator = self.parameters(_SUPERUSER, _PASSWORD, "postgres")
        roles.prepare(administrator, DATABASE, passwords=roles.passwords())

    def parameters(self, user: str, password: str, database: str = DATABASE) -> dict[str, str]:
        """What a client connects with."""
        return {
            "host": "127.0.0.1",
            "port": str(self.port),
            "user": user,
            "password": password,
            "dbname": database,
        }

    def start(self) -> None:
        """Start it, recovering when it was crashed, and wait until it answers."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self._home,
            "shared_buffers": "16MB",
            # The computer goes on: after a crash one call is enough, instead of one for each file.
            "recovery_init_sync_method": "syncfs",
            "timezone": "UTC",
        }
        command: list[str | Path] = [self._programs / "postgres", "-D", self._home / "data"]
        for name, given in options.items():
            command += ["-c", f"{name}={given}"]
        started = time.monotonic()
        self._process = self._run(command)
        where = f"host=127.0.0.1 port={self.port}".encode()
        while pq.PGconn.ping(where) != pq.Ping.OK:
            assert self._process.poll() is None, "the server did not start"
            assert time.monotonic() - started < READY_SECONDS, "the server is not ready in time"
            time.sleep(0.01)
        self.slowest_recovery = max(self.slowest_recovery, time.monotonic() - started)

    def crash(self) -> None:
        """kill -9 of the postmaster and of all its processes, in the middle of whatever they do."""
        assert self._process is not None
        with suppress(psutil.NoSuchProcess):
            postmaster = psutil.Process(self._process.pid)
            postmaster.suspend()  # it starts nobody new while its processes are looked up
            family = [*postmaster.children(recursive=True), postmaster]
            for member in family:
                with suppress(psutil.NoSuchProcess):
                    member.kill()
            for member in family:  # dead is enough: nobody here reaps them
                assert processes.wait(member.pid, seconds=READY_SECONDS)
        self._process.wait()
        self.crashes += 1

    def recover(self) -> None:
        """Start it again after a crash; nothing when it runs."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def copy_of(self, where: dict[str, str]) -> None:
        """Fill the database with a copy of another one: quicker than migrating."""
        dump: list[str | Path] = [self._programs / "pg_dump", "--no-password", f"--dbname={_address(where)}"]
        into = _address(self.parameters(_SUPERUSER, _PASSWORD))
        psql: list[str | Path] = [
            self._programs / "psql",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            f"--dbname={into}",
        ]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
            subprocess.run(
                [*psql, f"--dbname={into}"], stdin=dumping.stdout, stdout=subprocess.DEVNULL, check=True
            )
        assert dumping.returncode == 0, "pg_dump failed"

    def remove(self) -> None:
        """Stop it and remove its files."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        shutil.rmtree(self.root, ignore_errors=True)

    def _initialise(self) -> None:
        password = self._home / "password"
        password.touch(mode=0o600)
        password.write_text(_PASSWORD)
        if self._account:
            os.chown(password, self._account.uid, self._account.gid)
        command: list[str | Path] = [self._programs / "initdb", "-D", self._home / "data", "-U", _SUPERUSER]
        command += [f"--pwfile={password}", "--auth=scram-sha-256", "--no-sync"]
        command += ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        assert self._run(command).wait() == 0, "initdb failed"

    def _run(self, command: list[str | Path]) -> "subprocess.Popen[bytes]":
        account = self._account
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            start_new_session=True,
            umask=0o077,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def _address(where: dict[str, str]) -> str:
    return " ".join(f"{name}='{each}'" for name, each in where.items())
