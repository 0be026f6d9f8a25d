"""One world: a database with its vault, in which a trial runs its course from a seed."""

import logging
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from celery import Celery
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.db import connection
from redis import Redis

from randomization import messages
from randomization.models import TreatmentRequest
from randomization.states import Kind, State
from randomization.vault import kits_choosing, kits_file, kits_loading, loading, sealed_list, worker
from randomization.vault.keys import VaultKey
from randomization.vault.origin import Origin
from screening.models import Participant
from tests.blinding import database, moments, scenes, scenes_of_care
from tests.blinding.chance import MOMENT, Chance, Moments, repeatable
from tests.blinding.choices import Again, First
from tests.blinding.recipe import RECIPE
from tests.blinding.secret import Course, Secret
from trialsite import celery, clock, protocol
from trialsite.embedded import roles
from trialsite.export import actions as export_actions
from trialsite.simulation import course, measurements, patients
from trialsite.simulation.answers import Form
from trialsite.simulation.people import Team, teams

# Columns of ciphertext that trial_web may read: with a fresh key in every row, it is never the same twice.
SEALED = (("randomization_unblindinganswer", "sealed"), ("randomization_kitreport", "answer"))


@dataclass(frozen=True)
class Plan:
    """What happens, the same in every twin. `laboratory` is the seed of the masked values alone."""

    participants: int
    seed: int
    until: date = MOMENT.date() - timedelta(days=1)
    gap: int = 14  # days between two consents
    laboratory: int = 0


class Records(logging.Handler):
    """Every line that any logger writes."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line and what hangs on it."""
        error = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"{record.levelname} {record.name} {record.getMessage()} {error!r}")


@dataclass
class World:
    """A world under way, or finished."""

    name: str
    secret: Secret
    key: VaultKey
    redis: Redis
    broker: Celery
    directory: Path
    chance: Chance = field(init=False)
    moments: Moments = field(init=False)
    vault: psycopg.Connection[Any] = field(init=False)
    log: Records = field(default_factory=Records)
    statements: list[str] = field(default_factory=list)
    nonces: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    calendars: dict[str, str] = field(default_factory=dict)  # by name, the addresses for telephones

    def sweep(self) -> None:
        """Let the vault's worker do everything that waits."""
        worker.sweep()

    def wait(self, request: TreatmentRequest) -> TreatmentRequest:
        """The request after the vault has answered it."""
        self.sweep()
        request.refresh_from_db()
        return request

    def course(self) -> Course:
        """What the vault did."""
        numbers = {str(pk): SUBJID for pk, SUBJID in Participant.objects.values_list("pk", "SUBJID")}
        allocated = self.vault.execute("SELECT participant::text, stratum, sequence FROM vault.allocation")
        given = self.vault.execute("SELECT kitno, participant::text FROM vault.dispensing").fetchall()
        shipped = self.vault.execute('SELECT "KITNO", shipment_id::text FROM randomization_kit').fetchall()
        return Course(
            {numbers[pk]: (stratum, sequence) for pk, stratum, sequence in allocated.fetchall()},
            {KITNO: numbers[pk] for KITNO, pk in given},
            {KITNO: shipment for KITNO, shipment in shipped if shipment},
        )

    def arms(self) -> dict[str, str]:
        """The arm of each participant: for planted leaks alone."""
        return {SUBJID: self.secret.arm_at(place) for SUBJID, place in self.course().places.items()}

    def sealed(self) -> Iterator[str]:
        """Ciphertext that the web role may read, in hexadecimal: no two are alike."""
        with connection.cursor() as cursor:
            for table, column in SEALED:
                cursor.execute(f"SELECT encode({column}, 'hex') FROM {table} WHERE {column} IS NOT NULL")
                yield from (content for (content,) in cursor.fetchall())

    @contextmanager
    def entered(self, chance_of_kits: First | Again, seed: str = "world") -> Iterator["World"]:
        """Let everything in the block happen in this world."""
        app = self.broker
        for key in self.redis.scan_iter():
            if not key.startswith(b"_kombu"):  # the names of the queues, which are made known once
                self.redis.delete(key)
        mail.outbox = []
        caches["default"].clear()
        with ExitStack() as stack:
            self.chance, self.moments = stack.enter_context(repeatable(seed))
            stack.enter_context(database.django_at(self.name))
            cursors = moments.cursor_class(self.moments)
            self.vault = stack.enter_context(database.connect(roles.VAULT, cursor_factory=cursors))
            connection.savepoint_state = 0  # it numbers the names of savepoints
            stack.enter_context(_logging_to(self.log))
            stack.enter_context(connection.execute_wrapper(self._execute))
            stack.enter_context(_settings(EXPORT_DIR=self.directory / self.name))
            app.set_current()
            stack.callback(celery.app.set_current)
            for module, name, stand_in in (
                (worker, "connect", self._vault_connection),
                (worker, "_key", lambda: self.key),
                (worker, "app", app),
                (messages, "app", app),
                (export_actions, "app", app),
                (kits_choosing, "_chance", chance_of_kits),
            ):
                stack.enter_context(patch.object(module, name, stand_in))
            yield self

    @contextmanager
    def _vault_connection(self) -> Iterator[psycopg.Connection[Any]]:
        yield self.vault

    def _execute(self, execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(f"{statement} {params}")
        return execute(moments.timed(statement, self.moments), params, many, context)


@contextmanager
def _settings(**changed: Any) -> Iterator[None]:
    with ExitStack() as stack:
        for name, value in changed.items():
            stack.enter_context(patch.object(settings, name, value))
        yield


@contextmanager
def _logging_to(handler: logging.Handler) -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    with patch.object(root, "handlers", [handler]):
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.setLevel(level)


def run(world: World, plan: Plan) -> None:
    """Load what is sealed, and let the trial run its course: as `simulate_trial` does, in one process."""
    with clock.set_to(datetime(2025, 1, 1, tzinfo=UTC)):
        load(world)
    sites = teams()
    numbers = random.Random(plan.seed)
    consent = plan.until - timedelta(days=plan.gap * plan.participants)
    refill = scenes.refill_with(world.sweep)
    with _masked_values(plan):
        for place in range(plan.participants):
            own = random.Random(numbers.getrandbits(64))
            person = patients.invent(own, consent)
            team = sites[place % len(sites)]
            course.Course(person, team, own, plan.until, world.counts, world.wait, refill).run()
            consent += timedelta(days=plan.gap)
    _afterwards(world, sites)
    world.nonces |= {sealed: f"sealed, {len(sealed) // 2} bytes" for sealed in world.sealed()}


def load(world: World) -> None:
    """Seal list and kits of the world, and load them into its vault."""
    origin = Origin(world.chance.bytes(32), world.chance.bytes(32), RECIPE)
    slots = world.secret.slots
    made = sealed_list.seal(slots, origin, maker="maker", made_at=MOMENT, key=world.key.public)
    loading.load(world.vault, made, loader="loader")
    kits = kits_file.seal(
        world.secret.kits, trial=protocol.TRIAL, maker="packer", made_at=MOMENT, key=world.key.public
    )
    kits_loading.load(world.vault, kits, loader="loader")
    row = world.vault.execute("SELECT commitment FROM vault.list").fetchone()
    assert row is not None
    world.nonces |= {row[0]: "commitment of the list", kits.commitment: "commitment of the kits"}


@contextmanager
def _masked_values(plan: Plan) -> Iterator[None]:
    """Draw the values of the form LBI from numbers of their own, so that nothing else follows them."""
    original = measurements.inflammation

    def drawn(person_random: random.Random, severity: float, on: date, visit: str) -> Form:
        own = random.Random(
            f"{person_random.getrandbits(32)} {plan.laboratory if visit not in ('S', 'D1') else 0}"
        )
        return original(own, severity, on, visit)

    with patch.object(measurements, "inflammation", drawn):
        yield


def _afterwards(world: World, sites: list[Team]) -> None:
    """On the day on which everybody looks: questions, mails, emergencies, events, calendars, an export."""
    scenes.ask_about_values()
    scenes.remind()
    given = TreatmentRequest.objects.filter(kind=Kind.NUMBER, state=State.TAKEN_UP).order_by("asked_at")
    participants = [request.participant for request in given.select_related("participant__site")]
    if participants:
        team = next(team for team in sites if team.site == participants[0].site)
        scenes.unblind(team, participants[0], world.sweep)
        scenes_of_care.serious_event(team, participants[0])
        scenes_of_care.deviations(team, participants[0])
    scenes.remind()
    scenes_of_care.put_a_reminder_off()
    world.calendars = scenes_of_care.calendars()
    scenes.export()
