"""Sharing one server between processes: the first to need it starts it, the last to leave stops it.

Each user holds a shared lock on a file, which the system takes back even from a process that was killed. A
second lock, the gate, is held only while somebody decides to start or stop, so that nobody stops a server
that another just found running.
"""

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from trialsite.embedded import places


class Server(Protocol):
    """A server that can be shared."""

    name: str

    def ensure(self) -> None:
        """Start it if it does not answer; adopt one that does."""

    def stop(self) -> None:
        """Stop it and wait for its end."""


@contextmanager
def _open(name: str) -> Iterator[int]:
    descriptor = os.open(places.var("run") / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _gate(server: Server) -> Iterator[None]:
    with _open(f"{server.name}.gate") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not come between letting go and stopping."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    before = {given: signal.signal(given, signal.SIG_IGN) for given in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for given, handler in before.items():
            signal.signal(given, handler or signal.SIG_DFL)


@contextmanager
def hold(server: Server) -> Iterator[None]:
    """Keep the server running for the length of the block."""
    with _open(f"{server.name}.lock") as lock:
        with _gate(server):
            fcntl.flock(lock, fcntl.LOCK_SH)
            server.ensure()
        try:
            yield
        finally:
            with _undisturbed(), _gate(server):
                fcntl.flock(lock, fcntl.LOCK_UN)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # somebody else still needs it
                else:
                    server.stop()
