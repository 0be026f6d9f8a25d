"""Draw a sealed list anew from its sealed seed, and compare it byte for byte (R5)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from randomization import list_file
from randomization.list_file import ListProblem
from randomization.vault import keys, sealed_list
from randomization.vault.generation import code_hash
from randomization.vault.origin import content_hash, plain_text, regenerate, unseal
from randomization.vault.sealing import SealBroken


class Command(BaseCommand):
    """Needs the private key and no database. Says whether seed and code give the list, never the list."""

    help = "Opens a sealed list, draws it anew from its seed, and compares both byte for byte."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--key", type=Path, metavar="FILE", help="the private key (default: VAULT_KEY_FILE)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sealed = list_file.read(options["file"].read_bytes())
            key = keys.load(options["key"] or Path(settings.VAULT_KEY_FILE or ""))
            slots = sealed_list.open_list(sealed, key)
            origin = unseal(sealed.head.origin, key.private)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        except (ListProblem, SealBroken, keys.KeyProblem) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(list_file.summary(sealed))
        if content_hash(origin.salt, slots) != sealed.head.content:
            raise CommandError("The opened rows do not have the salted hash that was published with them.")
        self.stdout.write("The opened rows have the salted hash that was published with them.")
        if origin.imported:
            self.stdout.write("The list was made elsewhere: there is no seed to draw it from.")
            return
        if sealed.head.generator != code_hash():
            self.stdout.write("The list was drawn by other code than this; its hash is in the file's head.")
        if plain_text(regenerate(origin, list_id=sealed.list_id)) != plain_text(slots):
            raise CommandError("Seed and recipe give another list.")
        self.stdout.write("Drawn anew from the sealed seed, the list is the same, byte for byte.")
