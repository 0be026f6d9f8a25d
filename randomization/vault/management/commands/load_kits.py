"""Take a sealed kit list into the depot."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from randomization import kit_list_file
from randomization.list_file import ListProblem
from randomization.vault import keys, kits_loading
from randomization.vault.database import WrongRole, connect
from randomization.vault.sealing import SealBroken
from trialsite import protocol


class Command(BaseCommand):
    """Runs under the vault's database role and with its key: every kit is opened once, to try it."""

    help = "Loads a kit list made by seal_kits, as somebody else than its maker. A known number is refused."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--by", required=True, metavar="NAME", help="your user name; whoever made the list cannot load it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sealed = kit_list_file.read(options["file"].read_bytes())
            key = keys.load(Path(settings.VAULT_KEY_FILE or ""))
            kits_loading.check_opens(sealed, key, trial=protocol.TRIAL, arms=protocol.ARMS)
            with connect() as connection:
                kits_loading.load(connection, sealed, loader=options["by"].lower())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        except (ListProblem, SealBroken, keys.KeyProblem, WrongRole) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(sealed.summary())
