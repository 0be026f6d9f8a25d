"""What an interrupted run left behind: processes whose starter was killed before it could stop them."""

import os
from collections.abc import Iterator

import psutil

from trialsite import environment
from trialsite.serving.procfile import MARK

STOP_SECONDS = 8.0


def _of_this_data() -> Iterator[psutil.Process]:
    ours = str(environment.var())
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == ours:
                yield process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # it ended, or belongs to somebody else


def stop() -> int:
    """Stop them, by force where asking does not help. Returns how many there were."""
    found = list(_of_this_data())
    for process in found:
        _signal(process, force=False)
    _, stubborn = psutil.wait_procs(found, timeout=STOP_SECONDS)
    for process in stubborn:
        _signal(process, force=True)
    psutil.wait_procs(stubborn, timeout=STOP_SECONDS)
    return len(found)


def _signal(process: psutil.Process, *, force: bool) -> None:
    try:
        if force:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        pass
