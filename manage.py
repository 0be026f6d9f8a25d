#!/usr/bin/env python
"""Runs a management command; in development, with the embedded servers kept running for its duration."""

import os
import sys

from trialsite import embedded, environment

# The database role a command works under; every other command works as trial_web.
ROLE_OF_COMMAND = {
    "flush": "owner",
    "makemigrations": "owner",
    "migrate": "owner",
    "showmigrations": "owner",
    "sqlmigrate": "owner",
}
WITHOUT_DATABASE = {"help", "version", "--help", "--version", "-h", "collectstatic", "check"}


def main() -> None:
    """Run the command that the arguments name."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialsite.settings")
    if command in ROLE_OF_COMMAND:
        os.environ.setdefault("DATABASE_ROLE", ROLE_OF_COMMAND[command])
    if command in WITHOUT_DATABASE or not environment.development():
        _execute()
    else:
        with embedded.running():
            _execute()


def _execute() -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
