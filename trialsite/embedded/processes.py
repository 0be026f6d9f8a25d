"""Starting, finding and stopping processes by their number."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from trialsite.embedded.places import Account

# The shell leaves at once, so the server is nobody's child: it outlives its starter and is never its zombie.
DETACH = 'umask 077; "$@" >&2 & echo $!'


def start(command: Sequence[str | Path], *, log: Path, account: Account | None = None) -> int:
    """Start a server that outlives this process, its output going to `log`. Returns its number."""
    with log.open("ab") as output:
        shell = subprocess.run(
            ["/bin/sh", "-c", DETACH, "sh", *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            check=True,
        )
    return int(shell.stdout)


def alive(pid: int, name: str = "") -> bool:
    """Whether the process runs, as the program called `name` (numbers are reused after a crash)."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.name().startswith(name)
    except psutil.NoSuchProcess:
        return False


def works_in(pid: int, name: str, directory: Path) -> bool:
    """Whether the process runs as the program `name` with `directory` as its working directory."""
    try:
        return alive(pid, name) and Path(psutil.Process(pid).cwd()) == directory.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def any_works_in(name: str, directory: Path) -> bool:
    """Whether any process runs as the program `name` with `directory` as its working directory."""
    return any(works_in(pid, name, directory) for pid in psutil.pids())


def wait(pid: int, *, seconds: float) -> bool:
    """Wait for the end of the process; False when it did not end in time."""
    until = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def stop(pid: int, name: str, how: signal.Signals, *, seconds: float) -> None:
    """Send the signal and wait for the end; kill what does not end in time."""
    try:
        if not alive(pid, name):
            return
        process = psutil.Process(pid)
        process.send_signal(how)
        if not wait(pid, seconds=seconds):
            process.kill()
            wait(pid, seconds=seconds)
    except psutil.NoSuchProcess:
        pass  # it ended meanwhile
