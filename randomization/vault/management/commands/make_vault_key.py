"""Make the vault's key pair."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from randomization.vault import keys


class Command(BaseCommand):
    """Writes the private key to VAULT_KEY_FILE (mode 0600) and the public key beside it."""

    help = "Makes the vault's key pair. An existing key is never overwritten."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out", type=Path, help="file of the private key (default: VAULT_KEY_FILE)", metavar="FILE"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        key_file: Path | None = options["out"] or settings.VAULT_KEY_FILE
        if key_file is None:
            raise CommandError("Say where with --out FILE, or set DATABASE_ROLE=vault and VAULT_KEY_FILE.")
        try:
            public = keys.make(key_file)
        except (keys.KeyProblem, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Public key {bytes(public).hex()} in {keys.public_path(key_file)}")
