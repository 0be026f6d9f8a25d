"""Load a sealed list into the database, once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from randomization import list_file
from randomization.list_file import ListProblem
from randomization.vault import keys, loading
from randomization.vault.database import WrongRole, connect
from randomization.vault.sealing import SealBroken
from trialsite import protocol


class Command(BaseCommand):
    """Runs under the vault's database role and with its key, where the pages are not there yet."""

    help = "Loads a sealed list made by seal_list, as somebody else than its maker. A second list is refused."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--by", required=True, metavar="NAME", help="your user name; whoever made the list cannot load it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sealed = list_file.read(options["file"].read_bytes())
            loader = options["by"].lower()
            list_file.check_two_people(sealed, loader=loader)
            list_file.check_fits(
                sealed, trial=protocol.TRIAL, strata=[stratum.code for stratum in protocol.STRATA]
            )
            with connect() as connection:
                key = keys.load(Path(settings.VAULT_KEY_FILE or ""))
                loading.check_opens(sealed, key, arms=protocol.ARMS)
                loading.load(connection, sealed, loader=loader)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        except (ListProblem, SealBroken, keys.KeyProblem, WrongRole) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(list_file.summary(sealed))
        self.stdout.write("Every row was opened once with the vault's key, to try it.")
