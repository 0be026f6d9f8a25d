"""Open one code-break sheet. Works with everything stopped."""

import getpass
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from randomization.vault.code_break import CodeBreakProblem, open_sheet, read_passphrase


class Command(BaseCommand):
    """Needs the sheet and its passphrase: no database, no broker, no key."""

    help = "Says which treatment a number stands for, from its code-break sheet; asks the passphrase."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the file of sheets, or one typed code")
        parser.add_argument("number", metavar="NUMBER", help="the treatment number")
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of typing it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise CommandError(f"{options['file']} cannot be read as text.") from None
        file: Path | None = options["passphrase_file"]
        try:
            passphrase = read_passphrase(file) if file else getpass.getpass("Passphrase of the sheets: ")
            arm = open_sheet(text, options["number"], passphrase)
        except CodeBreakProblem as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{options['number']}: {arm}")
        self.stdout.write("Tell it to the physician who asked. Later, record it on the page “Code break”.")
