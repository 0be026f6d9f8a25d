"""Print the code-break sheets of the loaded list."""

import getpass
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from randomization.vault import keys
from randomization.vault.code_break import CodeBreakProblem, make_sheets, page, read_passphrase, read_slots
from randomization.vault.database import WrongRole, connect
from randomization.vault.sealing import SealBroken
from randomization.vault.sealing_command import write_new
from trialsite import protocol


class Command(BaseCommand):
    """Runs under the vault's database role and with the vault's key. Nothing but ciphertext is written."""

    help = "Writes one printable, encrypted code-break sheet for each treatment number; asks a passphrase."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="must not exist yet (.html)"
        )

        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of typing it twice")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = keys.load(Path(settings.VAULT_KEY_FILE or ""))
            with connect() as connection:
                slots = read_slots(connection, key)
                row = connection.execute("SELECT commitment FROM vault.list").fetchone()
            sheets = make_sheets(slots, _passphrase(options["passphrase_file"]))
        except (keys.KeyProblem, WrongRole, SealBroken, CodeBreakProblem) as error:
            raise CommandError(str(error)) from None
        sheet = page(
            sheets, trial=protocol.TRIAL, commitment=row[0] if row else "", made_at=datetime.now(UTC)
        )
        write_new(options["out"], sheet, 0o600)
        self.stdout.write(
            f"{len(sheets)} sheets in {options['out']}. Print them; give file and passphrase "
            "to the pharmacist, by two ways."
        )


def _passphrase(file: Path | None) -> str:
    if file is not None:
        return read_passphrase(file)
    typed = getpass.getpass("Passphrase of the sheets: ")
    if typed != getpass.getpass("The same again: "):
        raise CommandError("The two differ. Nothing was written.")
    return typed
