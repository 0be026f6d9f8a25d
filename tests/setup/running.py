"""Starting commands as a person would, in a data directory of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real_stack import make_data_directory, remove_data_directory
from trialsite import environment

BIN = Path(sys.executable).parent
# What the machine needs; nothing that configures this project.
MACHINE = {name: given for name, given in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
CONNECT = "from django.db import connection; connection.ensure_connection(); print('connected')"
COMMAND = ("manage.py", "shell", "--no-imports", "-c", CONNECT)


def start(*command: str, variables: dict[str, str], stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """Start a program of the virtual environment, or manage.py, with these variables and no others."""
    program = (
        [sys.executable, *command] if command[0].endswith(".py") else [str(BIN / command[0]), *command[1:]]
    )
    return subprocess.Popen(
        program,
        env=MACHINE | variables,
        cwd=environment.ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*command: str, variables: dict[str, str]) -> tuple[int, str, str]:
    """Run it to its end: exit code, standard output, standard error."""
    process = start(*command, variables=variables)
    output, error = process.communicate(timeout=120)
    return process.returncode, output, error


@contextmanager
def data_directory() -> Iterator[Path]:
    """A fresh $EDC_VAR, removed afterwards."""
    var = make_data_directory("test")
    try:
        yield var
    finally:
        remove_data_directory(var)
