#!/usr/bin/env python
"""Runs a management command; in development, with the embedded servers kept running for its duration."""

import os
import signal
import sys
from contextlib import nullcontext
from types import FrameType

from django.core.management import execute_from_command_line

from trialsite import embedded, environment

# The database role a command works under; every other command works as trial_web.
ROLE_OF_COMMAND = {
    "makemigrations": "owner",
    "migrate": "owner",
    "showmigrations": "owner",
    "sqlmigrate": "owner",
    "prepare_database": "administrator",
    "answer_requests": "vault",
    "load_kits": "vault",
    "load_list": "vault",
    "make_code_breaks": "vault",
    "make_vault_key": "vault",
    "verify_list": "vault",
}
WITHOUT_DATABASE = {
    "--help",
    "--version",
    "-h",
    "check",
    "check_eligibility",
    "collectstatic",
    "draw_states",
    "help",
    "make_vault_key",
    "open_code_break",
    "seal_kits",
    "seal_list",
    "verify_list",
    "version",
}


def main() -> None:
    """Run the command that the arguments name."""
    signal.signal(signal.SIGTERM, _end)
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialsite.settings")
    if command in ROLE_OF_COMMAND:
        os.environ.setdefault("DATABASE_ROLE", ROLE_OF_COMMAND[command])
    servers = command not in WITHOUT_DATABASE and environment.development()
    try:
        with embedded.running() if servers else nullcontext():
            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None


def _end(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)  # leaves in order, so that the servers are let go


if __name__ == "__main__":
    main()
