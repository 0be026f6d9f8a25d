"""Invented participants through the real actions: for the demonstration, benchmarks and load."""

import json
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import click
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trialsite import clock
from trialsite.serving.demonstration import prepare_kits, prepare_randomization
from trialsite.simulation.course import Course
from trialsite.simulation.entering import SimulationStopped
from trialsite.simulation.patients import invent
from trialsite.simulation.people import teams
from trialsite.simulation.supply import refill
from trialsite.simulation.vault_process import running_vault, wait_for_answer

SUMMARY = ("screened", "eligible", "randomized", "visits", "doses", "events", "shipments")
_DAYS_BETWEEN_CONSENTS = (1, 4)


class Command(BaseCommand):
    """Prints one JSON object; the progress bar goes to standard error."""

    help = "Takes N invented participants through screening, randomization and visits. Never in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--participants", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, required=True, metavar="S")
        parser.add_argument(
            "--until", type=date.fromisoformat, metavar="DATE", help="the last day that has happened (today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented participants do not belong into a real trial: DEMO is off.")
        if options["participants"] < 0:
            raise CommandError("--participants is 0 or more.")
        started = time.monotonic()
        prepare_randomization()
        teams()
        prepare_kits()
        counts: Counter[str] = Counter()
        until = options["until"] or clock.today("Asia/Shanghai")
        try:
            with running_vault():
                self._simulate(options["participants"], Random(options["seed"]), until, counts)  # noqa: S311 - no secret
        except SimulationStopped as stopped:
            raise CommandError(str(stopped)) from None
        summary: dict[str, float] = {name: counts[name] for name in SUMMARY}
        summary["seconds"] = round(time.monotonic() - started, 1)
        self.stdout.write(json.dumps(summary))

    def _simulate(self, number: int, random: Random, until: date, counts: Counter[str]) -> None:
        sites = teams()
        gaps = [random.randint(*_DAYS_BETWEEN_CONSENTS) for _ in range(number)]
        consent = until - timedelta(days=sum(gaps))
        with click.progressbar(gaps, label="Simulating", file=sys.stderr) as shown:
            for place, gap in enumerate(shown):
                # Each has numbers of their own: a change in one leaves the others as they are.
                own = Random(random.getrandbits(64))  # noqa: S311 - no secret
                person = invent(own, consent)
                Course(person, sites[place % len(sites)], own, until, counts, wait_for_answer, refill).run()
                consent += timedelta(days=gap)
