"""The processes of the system, as the Procfile names them, and what each may know."""

import os
import sys
from pathlib import Path

from honcho.environ import parse_procfile

from trialsite import environment

PROCFILE = environment.ROOT / "Procfile"
MARK = "EDC_RUN"  # names the data directory in the environment of every process that was started here


def commands() -> dict[str, str]:
    """The shell command of each process, by its name."""
    return dict(parse_procfile(PROCFILE.read_text(encoding="utf-8")).processes)


def variables(command: str, *, port: int) -> dict[str, str]:
    """The environment of a process. The vault's key is named to the process whose line asks for it alone."""
    given = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "EDC_VAR": str(environment.var()),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        MARK: str(environment.var()),
    }
    key = given.pop("VAULT_KEY_FILE", "") or str(environment.development_vault_key())
    given.pop("DATABASE_ROLE", None)
    if os.geteuid() == 0:  # in a developer's container; production runs under an account of its own
        given["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"
    if "VAULT_KEY_FILE" in command:
        given["VAULT_KEY_FILE"] = key
    return given
