"""Judge participants of an exchange file; nothing is stored and no database is needed."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from screening.exchange import NotReadable, check, participants_in
from trialsite import clock
from trialsite.accounts.models import Site

UNUSABLE = 2


class Command(BaseCommand):
    """Prints one JSON array with an object a participant, and nothing else, on standard output."""

    help = "Read participants in the exchange format and print the verdict on each criterion as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help='one participant, an array of them, or {"participants": [...]}'
        )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Exit code 2, and one line on standard error, when the file cannot be read."""
        try:
            participants = participants_in(file.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=UNUSABLE) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not JSON: it is not UTF-8 text.", returncode=UNUSABLE) from error
        except NotReadable as error:
            raise CommandError(f"{file} {error}.", returncode=UNUSABLE) from error
        # The file names no site: today is the day at a site of the trial.
        today = clock.today(Site._meta.get_field("time_zone").default)
        answers = [check(participant, today=today).as_json() for participant in participants]
        self.stdout.write(json.dumps(answers, indent=1))
