"""Many small trials through the real vault, and what somebody who watches from outside could guess from (N4).

A trial is a database of its own, with its own list and kits. Participants come one after the other; each asks
for a number and is given one, with a kit. The watcher sees all that the web role may read, and the clock.
"""

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any

import psycopg

from randomization.models import NUMBER_VISIT, TreatmentRequest
from randomization.states import Kind
from randomization.supply.actions import order_shipment, receive_shipment, send_shipment
from randomization.supply.models import Kit
from randomization.supply.states import KitState
from screening.models import Participant
from tests.blinding import database, scenes
from tests.blinding.choices import Drawn, First
from tests.blinding.recipe import first_secret
from tests.blinding.secret import Secret
from tests.blinding.stage import Stage
from tests.blinding.world import World, load
from trialsite import protocol
from trialsite.audit.context import acting
from trialsite.embedded import roles
from trialsite.simulation.people import Team, teams

PARTICIPANTS = 60
PAIRS_A_LOT = 40
_PER_STRATUM = PARTICIPANTS  # should all of them be of one stratum
_TODAY = date(2026, 3, 2)
_NEVER = datetime(2100, 1, 1, tzinfo=UTC)
_WEB_SEES = (
    'SELECT "RANDNO", "KITNO", randomization_treatmentrequest::text FROM randomization_treatmentrequest'
)
_HISTORY = (
    "SELECT count(*), coalesce(sum(length(lines::text)), 0), coalesce(max(id), 0) FROM audit.history AS lines"
)


@dataclass(frozen=True)
class Given:
    """What a watcher saw of one answer, and the arm, which only the judge of a guess sees."""

    first: bool
    place: int  # in the order of asking, from 0
    RANDNO: int
    KITNO: int
    rank: float  # of the kit among those in stock, 0 the lowest
    key: int  # of the request
    size: int  # of the row, in characters
    lines: int  # of history that the answer left
    length: int  # of these, in characters
    step: int  # by which the numbers of the history went on
    seconds: float  # from the question to the answer
    before: "Given | None" = None


Guess = Callable[[Given], float]


def _step(given: Given, of: Callable[[Given], float]) -> float:
    return of(given) - of(given.before) if given.before else 0.0


GUESSES: dict[str, Guess] = {
    "order": lambda given: given.place,
    "order, odd or even": lambda given: given.place % 2,
    "order in fours": lambda given: given.place % 4 >= 2,
    "treatment number": lambda given: given.RANDNO,
    "treatment number, odd or even": lambda given: given.RANDNO % 2,
    "gap between treatment numbers": lambda given: _step(given, lambda one: one.RANDNO),
    "kit number": lambda given: given.KITNO,
    "kit number, odd or even": lambda given: given.KITNO % 2,
    "last digit of the kit": lambda given: given.KITNO % 10,
    "gap between kit numbers": lambda given: _step(given, lambda one: one.KITNO),
    "place of the kit in the stock": lambda given: given.rank,
    "key of the request": lambda given: given.key,
    "size of the answer": lambda given: given.size,
    "lines of history": lambda given: given.lines,
    "length of history": lambda given: given.length,
    "gap in the numbers of history": lambda given: given.step,
    "time until the answer": lambda given: given.seconds,
    "time, against the answer before": lambda given: _step(given, lambda one: one.seconds),
}


def trials(stage: Stage, count: int, *, participants: int = PARTICIPANTS) -> Iterator[Given]:
    """Everything that was given in so many trials."""
    for seed in range(count):
        drawn = first_secret(4000 + seed, ("01",), PAIRS_A_LOT)
        known = replace(drawn, slots=tuple(slot for slot in drawn.slots if slot.sequence <= _PER_STRATUM))
        world = stage.world("trial", known)
        with world.entered(First(seed, Drawn()), f"trial {seed}"):
            load(world)
            (team, *_) = teams()
            stock_up(team, world.sweep, 2 * PAIRS_A_LOT)
            yield from _given(world, team, known, participants, random.Random(seed))


def stock_up(team: Team, sweep: Callable[[], None], pairs: int) -> None:
    """A shipment of so many pairs, received in order."""
    shipment = order_shipment(by=team.coordinator, site=team.site, pairs=pairs)
    sweep()
    shipment.refresh_from_db()
    send_shipment(by=team.pharmacist, shipment=shipment, password=scenes.signs)
    receive_shipment(
        by=team.coordinator,
        shipment=shipment,
        missing=(),
        damaged=(),
        temperature=scenes.KEPT,
        password=scenes.signs,
    )


def ask(team: Team, SUBJID: str, stratum: str) -> TreatmentRequest:
    """A participant and the waiting request for a number, as the web process leaves them."""
    with acting(team.investigator):
        participant = Participant.objects.create(
            id=uuid.uuid4(), SUBJID=SUBJID, site=team.site, RFICDTC=_TODAY, registered_by=team.coordinator
        )
        request: TreatmentRequest = TreatmentRequest.objects.create(
            participant=participant,
            kind=Kind.NUMBER,
            visit=NUMBER_VISIT,
            SITEID=team.site.code,
            stratum=stratum,
            on=_TODAY,
            answer_by=_NEVER,
            usable_until=_TODAY + timedelta(days=30),
            asked_by=team.investigator,
            asked_at=_NEVER - timedelta(days=1),
        )
    return request


def _given(
    world: World, team: Team, known: Secret, participants: int, chance: random.Random
) -> Iterator[Given]:
    before = None
    with database.connect(roles.WEB) as web:
        for place in range(participants):
            stratum = chance.choice(protocol.STRATA).code
            request = ask(team, f"01-{place + 1:03}", stratum)
            stock = sorted(Kit.objects.filter(state=KitState.STOCKED).values_list("KITNO", flat=True))
            left = _history(web)
            began = perf_counter()
            world.sweep()
            seconds = perf_counter() - began
            now = _history(web)
            row = web.execute(f"{_WEB_SEES} WHERE id = %s", [request.pk]).fetchone()
            assert row is not None
            RANDNO, KITNO, text = row
            before = Given(
                first=_arm(known, RANDNO) == protocol.ARMS[0],
                place=place,
                RANDNO=int(RANDNO[1:]),
                KITNO=int(KITNO[1:]),
                rank=stock.index(KITNO) / len(stock),
                key=request.pk.int,
                size=len(text),
                lines=now[0] - left[0],
                length=now[1] - left[1],
                step=now[2] - left[2],
                seconds=seconds,
                before=replace(before, before=None) if before else None,
            )
            yield before


def _history(web: psycopg.Connection[Any]) -> tuple[int, int, int]:
    row = web.execute(_HISTORY).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2])


def _arm(known: Secret, RANDNO: str) -> str:
    return next(slot.arm for slot in known.slots if slot.RANDNO == RANDNO)
