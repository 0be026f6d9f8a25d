"""Answer what is asked of the vault without a broker: for the simulation, for tests, and by hand."""

import os
import select
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from randomization.vault import keys, kits_report, kits_shipping
from randomization.vault.answering import answer_waiting
from randomization.vault.database import Connection, WrongRole, connect
from randomization.vault.disclosing import disclose_waiting, unblind_study_if_approved

SECONDS_BETWEEN_LOOKS = 5.0  # when no notification comes


class Command(BaseCommand):
    """Runs under the vault's database role and with the vault's key, as the vault itself does."""

    help = "Answers every waiting treatment request; with --follow, until standard input is closed."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--follow", action="store_true", help="go on until standard input is closed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = keys.load(Path(settings.VAULT_KEY_FILE or ""))
            with connect() as connection:
                if options["follow"]:
                    with connect() as bell:
                        self._follow(connection, bell, key)
                else:
                    self.stdout.write(f"Answered: {_answer(connection, key)}")
        except (keys.KeyProblem, WrongRole) as error:
            raise CommandError(str(error)) from None

    def _follow(self, connection: Connection, bell: Connection, key: keys.VaultKey) -> None:
        # The bell is a connection of its own: one that works would swallow a notification while it works.
        bell.execute("LISTEN treatment_request")
        self.stdout.write("Answering requests until standard input is closed.")
        self.stdout.flush()
        while True:
            _answer(connection, key)
            ready, _, _ = select.select([bell, sys.stdin], [], [], SECONDS_BETWEEN_LOOKS)
            if sys.stdin in ready and not os.read(sys.stdin.fileno(), 1024):
                return
            for _ in bell.notifies(timeout=0):
                pass  # one look answers them all


def _answer(connection: Connection, key: keys.VaultKey) -> int:
    """Answer everything that waits, emergencies first; how many requests."""
    done = disclose_waiting(connection, key)
    kits_shipping.prepare_waiting(connection, key)
    kits_report.answer_waiting(connection, key)
    done += answer_waiting(connection, key)
    unblind_study_if_approved(connection, key)
    return done
