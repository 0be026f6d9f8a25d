"""The real thing for tests: the Procfile's processes, PostgreSQL and Redis, in a directory of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from trialsite import environment

MANAGE = environment.ROOT / "manage.py"
WAIT_SECONDS = 120.0


def free_port() -> int:
    """A port on 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = WAIT_SECONDS) -> None:
    """Wait until the condition holds. Raises AssertionError naming what did not happen."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"{what} did not happen within {seconds:.0f} seconds"
        time.sleep(0.05)


def make_data_directory(name: str) -> Path:
    """A fresh $EDC_VAR that PostgreSQL's own account can reach, with a path short enough for sockets."""
    directory = Path(tempfile.mkdtemp(prefix=f"edc-{name}-"))
    directory.chmod(0o711)
    return directory / "var"


def remove_data_directory(var: Path) -> None:
    """Remove it, and what PostgreSQL may have been given elsewhere."""
    shutil.rmtree((var / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(var.parent, ignore_errors=True)


class Stack:
    """The running system. Its processes can be killed and started again one by one."""

    def __init__(self, var: Path, **variables: str) -> None:
        self.var = var
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        kept = {
            name: given for name, given in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))
        }
        self.env = kept | {"EDC_VAR": str(var), "PORT": str(self.port)} | variables
        self.log = var.parent / "stack.log"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._servers: subprocess.Popen[bytes] | None = None

    def start(self, *names: str) -> None:
        """Start servers and processes: all of the Procfile but beat, or the named ones."""
        if self._servers is None:
            self._servers = self._popen(
                [sys.executable, str(MANAGE), "keep_servers"], self.env, stdin=subprocess.PIPE
            )
            self.manage("serve", "--prepare")
        for name in names or ("web", "worker", "vault"):
            self._start_process(name)
        wait_for(self.answers, "an answer of the web server")

    def _start_process(self, name: str) -> None:
        code = (
            "import os, sys; from trialsite.serving import procfile; "
            "command = procfile.commands()[sys.argv[1]]; "
            "os.execve('/bin/sh', ['sh', '-c', command], procfile.variables(command, port=int(sys.argv[2])))"
        )
        self.processes[name] = self._popen([sys.executable, "-c", code, name, str(self.port)], self.env)

    def _popen(
        self, command: list[str], env: dict[str, str], stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                env=env,
                cwd=environment.ROOT,
                stdin=stdin,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def manage(self, *arguments: str, **variables: str) -> str:
        """Run a management command against this system; its standard output. AssertionError when it fails."""
        done = subprocess.run(
            [sys.executable, str(MANAGE), *arguments],
            env=self.env | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    def answers(self) -> bool:
        """Whether the web server answers, whatever it says."""
        try:
            urllib.request.urlopen(f"{self.base_url}/healthz", timeout=10).close()
        except urllib.error.HTTPError as answer:
            answer.close()
        except OSError:
            return False
        return True

    def healthy(self) -> bool:
        """Whether /healthz says that every part is alive."""
        try:
            with urllib.request.urlopen(f"{self.base_url}/healthz", timeout=10) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as answer:
            answer.close()
            return False
        except OSError:
            return False

    def connect(
        self, role: str = "trial_owner", database: str = "edc"
    ) -> psycopg.Connection[tuple[object, ...]]:
        """A connection to this system's database under one of the three roles."""
        password = (self.var / "secrets" / f"database_{role.removeprefix('trial_')}").read_text()
        port = (self.var / "run" / "postgres.port").read_text()
        return psycopg.connect(
            host="127.0.0.1", port=port, dbname=database, user=role, password=password, autocommit=True
        )

    def kill(self, name: str) -> None:
        """kill -9 of a process and all its children, at once."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart(self, name: str) -> None:
        """Start a killed process again."""
        self._start_process(name)

    def postgres(self) -> psutil.Process:
        """The database server's process."""
        recorded = (self.var / "postgres" / "data" / "postmaster.pid").read_text()
        return psutil.Process(int(recorded.split("\n", 1)[0]))

    def stop(self) -> None:
        """Stop everything in order, the servers last."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()
        if self._servers is not None:
            self._servers.communicate(timeout=60)  # closes its standard input, upon which it ends
            self._servers = None


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The running system with its demonstration data, shared by all tests that ask for it."""
    var = make_data_directory("stack")
    running = Stack(var)
    try:
        running.start()
        wait_for(running.healthy, "good health")
        yield running
    finally:
        running.stop()
        remove_data_directory(var)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the real stack share one process of the test run, and so one stack."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("stack"))
