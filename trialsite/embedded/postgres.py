"""The PostgreSQL that development and tests run on: durable, private, with passwords, gone when unused."""

import os
import shutil
import signal
import socket
import time
from pathlib import Path

from psycopg import pq

from trialsite import environment
from trialsite.embedded import binaries, places, processes

NAME = "postgres"
SUPERUSER = "postgres"
DATABASE = "edc"
INITDB_SECONDS = 180.0
START_SECONDS = 30.0
STOP_SECONDS = 20.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _port_file() -> Path:
    return places.var("run") / "postgres.port"


def port() -> int:
    """The port on 127.0.0.1, chosen at first use and kept."""
    try:
        return int(_port_file().read_text())
    except (FileNotFoundError, ValueError):
        return _record(_free_port())


def _record(chosen: int) -> int:
    fresh = _port_file().with_suffix(f".{os.getpid()}")
    fresh.write_text(str(chosen))
    fresh.replace(_port_file())
    return chosen


def parameters(user: str, password: str, database: str = DATABASE) -> dict[str, str]:
    """What a client connects with: the Unix socket."""
    return {
        "host": str(places.socket_directory(NAME)),
        "port": str(port()),
        "user": user,
        "password": password,
        "dbname": database,
    }


def superuser() -> dict[str, str]:
    """What the superuser of the embedded server connects with, to make roles and databases."""
    return parameters(SUPERUSER, environment.generated("database_superuser"), "postgres")


class Postgres:
    """The server of this data directory."""

    name = NAME

    def __init__(self) -> None:
        self.account = places.unprivileged()

    @property
    def _data(self) -> Path:
        return places.home(NAME, self.account) / "data"

    @property
    def prepared(self) -> Path:
        """A file that is there once roles and database have been made."""
        return places.home(NAME, self.account) / "prepared"

    @property
    def _log(self) -> Path:
        return places.var("log") / "postgres.log"

    def _recorded(self) -> int | None:
        try:
            return int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def pid(self) -> int | None:
        """The number of the running server, None when none runs."""
        pid = self._recorded()
        return pid if pid and processes.works_in(pid, "postgres", self._data) else None

    def _answers(self) -> bool:
        where = f"host='{places.socket_directory(NAME)}' port={port()}"
        return pq.PGconn.ping(where.encode()) == pq.Ping.OK

    def ensure(self) -> None:
        """Start the server if it does not answer. A server that an earlier, killed run left is adopted.

        Raises SystemExit(2) with one line when it does not come up.
        """
        if self.pid() and self._answers():
            return
        programs = binaries.directory(self.account)
        if not self._data.exists():
            self._initialise(programs)
        places.make_socket_directory(NAME, self.account)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.pid() is None:
                self._start(programs)
            while self.pid() and time.monotonic() < until:
                if self._answers():
                    return
                time.sleep(0.02)
            time.sleep(0.2)  # the backends of a killed server need a moment to notice
        environment.refuse(f"the embedded PostgreSQL does not start; see {self._log}.")

    def _initialise(self, programs: Path) -> None:
        home = places.directory(places.home(NAME, self.account).resolve(), self.account)
        fresh = home / "data.new"  # renamed when complete: an interrupted start leaves nothing half made
        shutil.rmtree(fresh, ignore_errors=True)
        password = home / "password"
        password.touch(mode=0o600)
        password.write_text(environment.generated("database_superuser"))
        if self.account:
            os.chown(password, self.account.uid, self.account.gid)
        command: list[str | Path] = [programs / "initdb", "-D", fresh, "-U", SUPERUSER]
        command += [f"--pwfile={password}"]
        command += ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256"]
        command += ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        try:
            processes.wait(
                processes.start(command, log=self._log, account=self.account), seconds=INITDB_SECONDS
            )
        finally:
            password.unlink()
        if not (fresh / "global" / "pg_control").exists():
            environment.refuse(f"initdb failed; see {self._log}.")
        fresh.rename(home / "data")

    def _start(self, programs: Path) -> None:
        self._forget_reused_number()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port()))
            except OSError:
                _record(_free_port())
        options: dict[str, object] = {
            "listen_addresses": "127.0.0.1",
            "port": port(),
            "unix_socket_directories": places.socket_directory(NAME).resolve(),
            "unix_socket_permissions": "0700",
            "max_connections": 200,
            "timezone": "UTC",
            "log_timezone": "UTC",
            # No value of a participant in the server's log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        command: list[str | Path] = [programs / "postgres", "-D", self._data.resolve()]
        for option, given in options.items():
            command += ["-c", f"{option}={given}"]
        started = processes.start(command, log=self._log, account=self.account)
        until = time.monotonic() + START_SECONDS
        while self.pid() is None and processes.alive(started) and time.monotonic() < until:
            time.sleep(0.02)

    def _forget_reused_number(self) -> None:
        """Remove the pid file of a crashed server whose number another program has by now.

        In every other case PostgreSQL judges the file itself: it also knows of backends that still work on
        the data after their server was killed.
        """
        pid = self._recorded()
        if pid and processes.alive(pid) and not processes.any_works_in("postgres", self._data):
            (self._data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is kept."""
        if pid := self.pid():
            processes.stop(pid, "postgres", signal.SIGINT, seconds=STOP_SECONDS)
        places.remove_socket_directory(NAME)
