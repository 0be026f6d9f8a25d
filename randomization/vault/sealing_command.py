"""What the commands that seal a list have in common: their options, and files read and written by hand."""

import os
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError


class SealingCommand(BaseCommand):
    """Needs the public key only, no database and no private key."""

    requires_system_checks = ()
    columns = ""  # what the rows of --csv are

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--public-key", type=Path, required=True, metavar="FILE")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="must not exist yet")
        parser.add_argument(
            "--maker",
            required=True,
            metavar="NAME",
            help="your user name in the application; somebody else has to load the list",
        )
        parser.add_argument(
            "--csv", type=Path, metavar="FILE", help=f"seal a list made elsewhere: columns {self.columns}"
        )
        parser.add_argument(
            "--arm",
            action="append",
            default=[],
            metavar="LABEL=ARM",
            help="what a label of the CSV file stands for; once for each arm",
        )


def refuse_existing(*paths: Path | None) -> None:
    """Raises CommandError when one of the files to write is there already: before anything is drawn."""
    for path in paths:
        if path is not None and path.exists():
            raise CommandError(f"{path} cannot be written: it exists already.")


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with or without a mark at its start. Raises CommandError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not a text in UTF-8.") from None


def write_new(path: Path, text: str, mode: int) -> None:
    """Write a file that does not exist yet, with these permissions from the start. Raises CommandError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
