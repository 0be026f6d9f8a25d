"""Asking about processes by their number."""

import signal
import time

import psutil


def alive(pid: int, name: str) -> bool:
    """Whether the process runs and is the program called `name` (numbers are reused after a crash)."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.name().startswith(name)
    except psutil.NoSuchProcess:
        return False


def stop(pid: int, name: str, how: signal.Signals, *, seconds: float) -> None:
    """Send the signal and wait for the end; kill what does not end in time."""
    if not alive(pid, name):
        return
    process = psutil.Process(pid)
    process.send_signal(how)
    until = time.monotonic() + seconds
    while alive(pid, name):
        if time.monotonic() > until:
            process.kill()
            return
        time.sleep(0.02)
