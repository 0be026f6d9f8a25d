"""Draw the allocation list and the kit list, and seal them."""

import os
import secrets
import uuid
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from randomization.vault import keys, sealed_list
from randomization.vault.generation import allocation_list, kit_list
from trialsite import protocol


class Command(BaseCommand):
    """Needs the public key only, no database and no private key. Nothing but ciphertext is written."""

    help = "Draws the allocation list and the kit list at random and writes them sealed to a public key."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--public-key", type=Path, required=True, metavar="FILE")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="must not exist yet")
        parser.add_argument(
            "--per-stratum",
            type=int,
            default=protocol.LIST_SLOTS_PER_STRATUM,
            metavar="N",
            help="slots a stratum, at least; the last block is always complete (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["per_stratum"] < 1:
            raise CommandError("--per-stratum is at least 1.")
        try:
            key = keys.load_public(options["public_key"])
        except keys.KeyProblem as error:
            raise CommandError(str(error)) from None
        chance = secrets.SystemRandom()
        list_id = uuid.uuid4()
        slots = allocation_list(
            chance,
            list_id=list_id,
            arms=protocol.ARMS,
            sizes=protocol.BLOCK_SIZES,
            strata=[stratum.code for stratum in protocol.STRATA],
            per_stratum=options["per_stratum"],
        )
        kits = kit_list(chance, slots, list_id=list_id, doses=len(protocol.DOSE_VISITS))
        sealed = sealed_list.seal(
            slots, kits, list_id=list_id, trial=protocol.TRIAL, made_at=datetime.now(UTC), key=key
        )
        try:
            descriptor = os.open(options["out"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}.") from None
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(sealed_list.write(sealed))
        self.stdout.write(sealed_list.summary(sealed))
