"""Draw the allocation list, or take it from a file, and seal it."""

import uuid
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from randomization import list_file
from randomization.list_file import ListProblem
from randomization.vault import keys, list_csv, list_report, sealed_list
from randomization.vault.generation import (
    BigStick,
    PermutedBlocks,
    Recipe,
    Scheme,
    allocation_list,
)
from randomization.vault.origin import Origin, fresh_salt
from randomization.vault.sealing import Slot
from randomization.vault.sealing_command import SealingCommand, read_text, refuse_existing, write_new
from randomization.vault.stream import fresh_seed
from trialsite import protocol


class Command(SealingCommand):
    """The list is written as ciphertext only."""

    help = "Draws the allocation list at random, or reads one, and writes it sealed to a public key."
    columns = "stratum, order, number, arm and, if known, block"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--per-stratum",
            type=int,
            default=protocol.LIST_SLOTS_PER_STRATUM,
            metavar="N",
            help="slots a stratum, at least; the last block is always complete (default: %(default)s)",
        )
        parser.add_argument(
            "--block-sizes",
            type=int,
            nargs="+",
            default=list(protocol.BLOCK_SIZES),
            metavar="N",
            help="sizes of the permuted blocks (default: the protocol's)",
        )
        parser.add_argument(
            "--big-stick",
            type=int,
            metavar="LIMIT",
            help="no blocks: a fair coin, unless the arms of a stratum differ by LIMIT",
        )
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE",
            help="statistics of the list, for the unblinded statistician alone: .txt, .html or .json",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_existing(options["out"], options["report"])
        try:
            if options["report"]:
                list_report.check_place(options["report"])
            key = keys.load_public(options["public_key"])
            origin = Origin(fresh_seed(), fresh_salt(), _recipe(options), imported=options["csv"] is not None)
            slots, blocks = _slots(origin, options)
            sealed = sealed_list.seal(
                slots, origin, maker=options["maker"].lower(), made_at=datetime.now(UTC), key=key
            )
            report = options["report"] and list_report.written(
                options["report"],
                list_report.report_of(origin, slots, blocks, list_file.commitment_of(sealed)),
            )
        except (keys.KeyProblem, ListProblem, ValueError) as error:
            raise CommandError(str(error)) from None
        write_new(options["out"], list_file.write(sealed), 0o644)
        if report:
            write_new(options["report"], report, 0o600)
        self.stdout.write(list_file.summary(sealed))


def _recipe(options: dict[str, Any]) -> Recipe:
    if options["per_stratum"] < 1:
        raise CommandError("--per-stratum is at least 1.")
    stick = options["big_stick"]
    scheme: Scheme = PermutedBlocks(tuple(options["block_sizes"])) if stick is None else BigStick(stick)
    return Recipe(
        protocol.TRIAL,
        scheme,
        protocol.ARMS,
        tuple(stratum.code for stratum in protocol.STRATA),
        options["per_stratum"],
    )


def _slots(origin: Origin, options: dict[str, Any]) -> tuple[list[Slot], list_csv.Blocks | None]:
    """The slots, and the blocks that they stand in where these are known."""
    list_id = uuid.uuid4()
    if origin.imported:
        labels = list_csv.arms_of_labels(options["arm"], protocol.ARMS)
        text = read_text(options["csv"])
        return list_csv.read(text, list_id=list_id, strata=origin.recipe.strata, arms=labels)
    blocks = origin.recipe.draw(origin.seed) if isinstance(origin.recipe.scheme, PermutedBlocks) else None
    return allocation_list(origin.seed, origin.recipe, list_id=list_id), blocks
