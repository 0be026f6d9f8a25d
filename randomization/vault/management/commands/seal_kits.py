"""Draw a kit list, or take one from a file, and seal it."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from randomization import kit_list_file
from randomization.list_file import ListProblem
from randomization.vault import keys, kits_csv, kits_file, list_csv
from randomization.vault.kits_checks import LabelledKit, require_sound
from randomization.vault.kits_packing import Pack, draw
from randomization.vault.sealing_command import SealingCommand, read_text, refuse_existing, write_new
from trialsite import protocol


class Command(SealingCommand):
    """What is in a kit is written as ciphertext; with --packing in clear too, for those who fill the kits."""

    help = (
        "Draws pairs of kits, numbered at random, or reads a kit list, and writes it sealed to a public key."
    )
    columns = "number, arm, lot, expiry, site"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--pack",
            action="append",
            default=[],
            metavar="SITE:LOT:EXPIRY:PAIRS",
            help="pairs of kits with one label, such as 01:A12:2027-06-30:20; once for each label",
        )
        parser.add_argument(
            "--packing",
            type=Path,
            metavar="FILE",
            help="what is in each drawn kit, in clear, for the unblinded people who fill and label them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_existing(options["out"], options["packing"])
        if bool(options["csv"]) == bool(options["pack"]):
            raise CommandError("Give either --pack, once for each label, or --csv.")
        try:
            key = keys.load_public(options["public_key"])
            kits = _kits(options)
            require_sound(kits, arms=protocol.ARMS)
            sealed = kits_file.seal(
                kits,
                trial=protocol.TRIAL,
                maker=options["maker"].lower(),
                made_at=datetime.now(UTC),
                key=key,
            )
        except (keys.KeyProblem, ListProblem, ValueError) as error:
            raise CommandError(str(error)) from None
        write_new(options["out"], kit_list_file.write(sealed), 0o644)
        if options["packing"]:
            write_new(options["packing"], _packing(kits), 0o600)
        self.stdout.write(sealed.summary())


def _kits(options: dict[str, Any]) -> list[LabelledKit]:
    if not options["csv"]:
        return draw([_pack(text) for text in options["pack"]], protocol.ARMS)
    labels = list_csv.arms_of_labels(options["arm"], protocol.ARMS)
    return kits_csv.read(read_text(options["csv"]), arms=labels)


def _pack(text: str) -> Pack:
    try:
        site, lot, expiry, pairs = text.split(":")
        pack = Pack(site, lot.upper(), date.fromisoformat(expiry), int(pairs))
    except ValueError:
        raise CommandError(f"“{text}” is not SITE:LOT:EXPIRY:PAIRS, such as 01:A12:2027-06-30:20.") from None
    if pack.pairs < 1:
        raise CommandError(f"“{text}” has no pair; allowed is 1 or more.")
    return pack


def _packing(kits: list[LabelledKit]) -> str:
    rows = [f"{kit.KITNO},{kit.arm},{kit.lot},{kit.expiry},{kit.site}\n" for kit in sorted(kits, key=_number)]
    return ",".join(kits_csv.COLUMNS) + "\n" + "".join(rows)


def _number(kit: LabelledKit) -> str:
    return kit.KITNO
