"""Draw a kit list, or take one from a file, and seal it."""

import os
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from randomization import kit_list_file
from randomization.list_file import ListProblem
from randomization.vault import keys, kits_csv, kits_file, list_csv
from randomization.vault.kits_checks import LabelledKit, require_sound
from randomization.vault.kits_packing import Pack, draw
from trialsite import protocol

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class Command(BaseCommand):
    """Needs the public key only, no database and no private key.

    What is in a kit is written as ciphertext; with --packing also in clear, for those who fill the kits.
    """

    help = (
        "Draws pairs of kits, numbered at random, or reads a kit list, and writes it sealed to a public key."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--public-key", type=Path, required=True, metavar="FILE")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="must not exist yet")
        parser.add_argument(
            "--maker",
            required=True,
            metavar="NAME",
            help="your user name in the application; somebody else has to load the list",
        )
        parser.add_argument(
            "--pack",
            action="append",
            default=[],
            metavar="SITE:LOT:EXPIRY:PAIRS",
            help="pairs of kits with one label, such as 01:A12:2027-06-30:20; once for each label",
        )
        parser.add_argument(
            "--csv",
            type=Path,
            metavar="FILE",
            help="seal a kit list made elsewhere: columns number, arm, lot, expiry, site",
        )
        parser.add_argument(
            "--arm",
            action="append",
            default=[],
            metavar="LABEL=ARM",
            help="what a label of the CSV file stands for; once for each arm",
        )
        parser.add_argument(
            "--packing",
            type=Path,
            metavar="FILE",
            help="what is in each drawn kit, in clear, for the unblinded people who fill and label them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for path in (options["out"], options["packing"]):
            if path is not None and path.exists():
                raise CommandError(f"{path} cannot be written: it exists already.")
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
        _write(options["out"], kit_list_file.write(sealed), 0o644)
        if options["packing"]:
            _write(options["packing"], _packing(kits), 0o600)
        self.stdout.write(sealed.summary())


def _kits(options: dict[str, Any]) -> list[LabelledKit]:
    if not options["csv"]:
        return draw([_pack(text) for text in options["pack"]], protocol.ARMS)
    labels = list_csv.arms_of_labels(options["arm"], protocol.ARMS)
    try:
        return kits_csv.read(options["csv"].read_text(encoding="utf-8-sig"), arms=labels)
    except OSError as error:
        raise CommandError(f"{options['csv']} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{options['csv']} is not a text in UTF-8.") from None


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


def _write(path: Path, text: str, mode: int) -> None:
    try:
        descriptor = os.open(path, NEW_FILE, mode)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
