"""A vault for as long as the simulation runs: the real command, in its own process, under its own role."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from randomization.models import TreatmentRequest
from randomization.states import State
from trialsite import environment
from trialsite.simulation.entering import SimulationStopped

_PATIENCE_SECONDS = 30
_LOOK_SECONDS = 0.005


@contextmanager
def running_vault() -> Iterator[None]:
    """Start `answer_requests --follow`; it ends when its standard input is closed."""
    environ = {**os.environ, "DATABASE_ROLE": "vault"}
    environ.setdefault("VAULT_KEY_FILE", str(environment.development_vault_key()))
    process = subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "answer_requests", "--follow"],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=_PATIENCE_SECONDS)


def wait_for_answer(request: TreatmentRequest) -> TreatmentRequest:
    """The request once the vault has answered it; SimulationStopped when it does not."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        request.refresh_from_db()
        if request.state != State.WAITING:
            return request
        time.sleep(_LOOK_SECONDS)
    raise SimulationStopped("The vault did not answer. Is its key there, and the list loaded?")
