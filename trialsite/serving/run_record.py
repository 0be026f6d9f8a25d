"""Who runs the system on this data directory now: its process and its address, in $EDC_VAR/run/serve.json."""

import json
import os
from pathlib import Path

import psutil

from trialsite.embedded import places


def _file() -> Path:
    return places.var("run") / "serve.json"


def write(address: str) -> None:
    """Record this process as the one that runs the system."""
    started = psutil.Process().create_time()
    _file().write_text(json.dumps({"pid": os.getpid(), "started": started, "address": address}))


def remove() -> None:
    """The run is over."""
    _file().unlink(missing_ok=True)


def address_of_other() -> str | None:
    """The address of a run that is alive, or None. A number that another program has by now is no run."""
    try:
        record = json.loads(_file().read_text())
        process = psutil.Process(int(record["pid"]))
        alive = process.create_time() == record["started"] and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, ValueError, KeyError, psutil.NoSuchProcess):
        return None
    return str(record["address"]) if alive else None
