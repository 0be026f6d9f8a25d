"""Load a sealed list into the database, once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from randomization.vault import keys, loading, sealed_list
from randomization.vault.database import OWNER_ROLE, VAULT_ROLE, WrongRole, connect
from randomization.vault.sealing import SealBroken
from trialsite import protocol


class Command(BaseCommand):
    """Runs under the database role of the vault or of the owner; the web role may not."""

    help = "Loads a sealed list made by seal_list. A second list is refused."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        key_file: Path | None = settings.VAULT_KEY_FILE
        try:
            sealed = sealed_list.read(options["file"].read_bytes())
            strata = [stratum.code for stratum in protocol.STRATA]
            loading.check_fits(sealed, trial=protocol.TRIAL, strata=strata)
            opened = key_file is not None and key_file.exists()
            if key_file and opened:
                loading.check_opens(sealed, keys.load(key_file))
            with connect(roles=(VAULT_ROLE, OWNER_ROLE)) as connection:
                loading.load(connection, sealed)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        except (sealed_list.ListProblem, SealBroken, keys.KeyProblem, WrongRole) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(sealed_list.summary(sealed))
        self.stdout.write(
            "Every row was opened once with the vault's key, to try it."
            if opened
            else "The rows were not tried: the vault's key is not here."
        )
