"""Planting leaks (N6): what the comparison of twin worlds has to catch, or it proves nothing.

A planted leak is told the arms and the masked values, as no part of the application is, and makes one surface
depend on them. The worlds with a leak are then looked at and compared by the very code that compares twins.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import Enum

from randomization.models import TreatmentRequest
from randomization.policies import why_no_kit
from randomization.signals import kit_asked_for
from screening.models import Participant
from tests.blinding import compare, database, scenes
from tests.blinding.addresses import Scope
from tests.blinding.choices import Again, Drawn, First
from tests.blinding.secret import Course, Secret, all_swapped, one_flipped
from tests.blinding.surfaces import Surfaces
from tests.blinding.twins import Twins, looked_at, of_the_laboratory
from tests.blinding.world import Plan, World
from trialsite import clock, protocol
from trialsite.embedded import roles
from trialsite.simulation.people import teams
from visits.receivers import gate_before_dose

# One of those who look in the tests of the twins, at as many objects of an address.
LOOKS = "blinded-monitor"
MOST = 2
_GATE = "visits.gate_before_dose"

Plant = Callable[["Told"], AbstractContextManager[object]]


class Twin(Enum):
    """Which twin has to give a leak away."""

    SWAPPED = "N1"
    FLIPPED = "N2"
    LABORATORY = "L19"


@dataclass(frozen=True)
class Told:
    """What a planted leak is told: who has the first arm, by number and by key, and the masked values."""

    world: World
    first_arm: frozenset[str]
    somebody: str
    masked: Mapping[str, tuple[float, ...]]

    def has(self, participant: object) -> bool:
        """Whether a participant, named by number or key, has the first arm."""
        return str(participant) in self.first_arm

    @property
    def of_somebody(self) -> bool:
        """Whether the participant has it who is flipped in the one twin, and swapped in the other."""
        return self.has(self.somebody)


@dataclass(frozen=True)
class Leak:
    """One leak. `shows` is what the surface on which it has to be found begins with.

    `acts`: it lies on the way of a request, which then is made. `channels` are those of the requirements.
    """

    name: str
    channels: tuple[str, ...]
    plant: Plant
    shows: str
    routes: tuple[str, ...] = ()
    acts: bool = False
    twin: Twin = Twin.SWAPPED


class Grounds:
    """Worlds with one history, of which each leak is given copies: the first, and one for each twin.

    Their secrets make the same further dose possible: it was rehearsed in the first of them.
    """

    def __init__(self, twins: Twins) -> None:
        self.stage = twins.stage
        self.drawn = Drawn()
        known = twins.first.world.secret
        self.first = twins.made("ground first", known)
        rehearsal = self._copy(self.first, "rehearsal")
        with rehearsal.entered(First(twins.plan.seed, self.drawn)):
            act(rehearsal)
            course = rehearsal.course()
        self.somebody = min(course.places)
        self.worlds = {
            twin: twins.made(f"ground {twin.value}", secret, plan)
            for twin, (secret, plan) in _others(known, course, twins.plan, self.somebody).items()
        }

    def differences(self, leak: Leak) -> list[compare.Difference]:
        """What the comparison finds, for blinded people, while a leak is planted in both worlds."""
        one, other = (self._seen(world, leak) for world in (self.first, self.worlds[leak.twin]))
        found = compare.differences(one, other)
        if leak.twin is Twin.LABORATORY:
            return [each for each in found if not of_the_laboratory(each.surface)]
        return found

    def _copy(self, world: World, name: str) -> World:
        copy = self.stage.world(name, world.secret, source=world.name)
        copy.nonces, copy.calendars = world.nonces, world.calendars
        return copy

    def _seen(self, world: World, leak: Leak) -> Surfaces:
        copy = self._copy(world, "planted")
        scope = Scope(people=frozenset({LOOKS}), routes=frozenset(leak.routes), most=MOST)
        told = _told(copy, self.somebody)
        with copy.entered(Again(self.drawn), leak.name), leak.plant(told):
            if leak.acts:
                act(copy)
            return looked_at(copy, scope, afterwards=True)


def _others(known: Secret, course: Course, plan: Plan, somebody: str) -> dict[Twin, tuple[Secret, Plan]]:
    return {
        Twin.SWAPPED: (all_swapped(known, course), plan),
        Twin.FLIPPED: (one_flipped(known, course, somebody), plan),
        Twin.LABORATORY: (known, replace(plan, laboratory=7)),
    }


_ARMS = """
SELECT "SUBJID", person.id::text, stratum, sequence
FROM vault.allocation JOIN screening_participant AS person ON person.id = participant
"""
_MASKED = """
SELECT "SUBJID", array_agg("CRP"::float ORDER BY visit) FROM screening_laboratorymasked
JOIN crf_record ON crf_record.id = record_id
JOIN screening_participant AS person ON person.id = participant_id
WHERE visit NOT IN ('S', 'D1') AND "CRP" IS NOT NULL GROUP BY 1
"""


def _told(world: World, somebody: str) -> Told:
    """Asked for as the owner of the database, so that no statement of the web role is added."""
    with database.connect(roles.OWNER, world.name) as owner:
        given = owner.execute(_ARMS).fetchall()
        masked = {SUBJID: tuple(values) for SUBJID, values in owner.execute(_MASKED).fetchall()}
    first = [(SUBJID, key) for SUBJID, key, *place in given if _is_first(world.secret, place)]
    return Told(world, frozenset(name for names in first for name in names), somebody, masked)


def _is_first(known: Secret, place: list[object]) -> bool:
    stratum, sequence = place
    return known.arm_at((str(stratum), int(str(sequence)))) == protocol.ARMS[0]


def act(world: World) -> None:
    """One more dose: a kit is asked for while there is none, and again when there is; mails; an export.

    The gate before a dose is open: laboratory and advice of that day are not there. It stands in the way of
    the doses of every world before, with all of these.
    """
    kit_asked_for.disconnect(dispatch_uid=_GATE)
    try:
        for participant in Participant.objects.exclude(day1=None).select_related("site").order_by("SUBJID"):
            for visit in participant.visits.filter(code__in=protocol.DOSE_VISITS[1:]).order_by("target"):
                moment = datetime.combine(visit.target, time(11), participant.site.zone)
                asked = TreatmentRequest.objects.filter(participant=participant, visit=visit.code).exists()
                with clock.set_to(moment):
                    if not asked and why_no_kit(participant, visit.code) is None:
                        _dose(world, participant, visit.code)
                        return
    finally:
        kit_asked_for.connect(gate_before_dose, dispatch_uid=_GATE)
    raise AssertionError("Nobody can be given a further kit.")


def _dose(world: World, participant: Participant, visit: str) -> None:
    team = next(team for team in teams() if team.site == participant.site)
    scenes.dose_after_a_shortage(team, participant, visit, world.sweep)
    scenes.remind()
    scenes.export()
