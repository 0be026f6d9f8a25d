from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from trialsite.audit.verification import verify_history


class Command(BaseCommand):
    help = (
        "Recomputes the anchors of the history and compares them with the database and with the anchor file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--file",
            type=Path,
            default=Path(settings.ANCHOR_FILE),
            help="the anchors kept outside (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_history(options["file"])
        for note in verdict.notes:
            self.stdout.write(f"Note: {note}")
        if verdict.faults:
            raise CommandError("\n".join(["The history was tampered with.", *verdict.faults]), returncode=1)
        self.stdout.write(f"{verdict.lines} lines under {verdict.anchors} anchors: the history is unchanged.")
