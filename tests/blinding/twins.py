"""The first world and its twins: made one after the other, looked at in the same way, and compared."""

import hashlib
from dataclasses import dataclass, field, replace

from tests.blinding import compare, secret
from tests.blinding.addresses import Scope
from tests.blinding.choices import Again, Drawn, First
from tests.blinding.crawl import crawl
from tests.blinding.recipe import first_secret, slots_of
from tests.blinding.stage import Stage
from tests.blinding.surfaces import Surfaces, gathered
from tests.blinding.world import Plan, World, run

SITES = ("01", "02")
_KEPT = 20_000  # bytes of a surface in a small world; of a large one its hash is kept

_OF_THE_LABORATORY = (
    "dump audit.",
    "dump public.crf_submission",
    "dump public.screening_laboratorymasked",
    "statements of the web role",
)
# Everything that a treatment number, a kit or the stock could show on, for a flip of one participant.
TOUCHED = frozenset(
    {
        *("home", "participants", "casebook", "matrix", "entry", "history", "sign", "log", "log_file"),
        *("number", "kit", "dose_gate", "dose_advice", "advice_queue", "doses", "medication"),
        *("visit", "list", "calendar", "early_end", "unscheduled", "improvement", "improvement_panel"),
        *("supply", "supply_sites", "shipment", "kit_ledger", "strata", "given_in_error", "unblinding"),
        *("events", "serious", "report_pdf", "safety", "deviations"),
        *("reminders", "told", "outbox", "notices", "demo_mails", "download"),
    }
)
FLIPPED = Scope(routes=TOUCHED, forms=frozenset({"EX", "LBI"}))


@dataclass(frozen=True)
class Checked:
    """One comparison: what differed, over how many surfaces and bytes."""

    what: str
    surfaces: int
    bytes: int
    differences: list[compare.Difference]


@dataclass
class Seen:
    """A world after its course, as everybody blinded sees it."""

    world: World
    surfaces: Surfaces
    course: secret.Course
    scope: Scope


@dataclass
class Twins:
    """Worlds from one plan. `brief` keeps hashes in place of large surfaces."""

    stage: Stage
    plan: Plan
    pairs: int
    brief: bool = False
    scope: Scope = field(default_factory=Scope)
    first: Seen = field(init=False)
    reference: Seen = field(init=False)
    control: Checked = field(init=False)
    drawn: Drawn = field(default_factory=Drawn)

    def begin(self) -> Seen:
        """The first world. Another small one goes before: what a process does once is then done."""
        known = first_secret(self.plan.seed, SITES, self.pairs)
        warm = self.stage.world("warm", known)
        with warm.entered(First(0, Drawn())):
            run(warm, replace(self.plan, participants=1))
            warm.sweep()
        self.first = self.seen("first", known, First(self.plan.seed, self.drawn), self.plan, self.scope)
        return self.first

    def seen(self, name: str, known: secret.Secret, chance: First | Again, plan: Plan, scope: Scope) -> Seen:
        """Let a world run its course and look at it."""
        world = self.stage.world(name, known)
        with world.entered(chance):
            run(world, plan)
            found = looked_at(world, scope, afterwards=scope == self.scope)
            course = world.course()
        return Seen(world, self._kept(found), course, scope)

    def again(self, scope: Scope) -> Checked:
        """The first world once more: the control. What touches a treatment is compared with it."""
        scope = replace(scope, people=self.scope.people)
        self.reference = self._twin("again", self.first.world.secret, self.plan, scope)
        self.control = self._checked("the same world again", self.first, self.reference)
        return self.control

    def twin(self, what: str, known: secret.Secret, *, plan: Plan | None = None) -> Checked:
        """A world with another secret, looked at like the first and compared with it."""
        return self._checked(what, self.first, self._twin(what, known, plan or self.plan, self.scope))

    def flip(self, participant: str) -> Checked:
        """N2: a world in which one participant has the other arm; its pages and those of all are compared."""
        known = secret.one_flipped(self.first.world.secret, self.first.course, participant)
        scope = replace(self.reference.scope, participants=frozenset({participant}))
        found = self._twin(participant, known, self.plan, scope)
        return self._checked(f"N2 {participant} flipped", self.reference, found)

    def touched(self, what: str, known: secret.Secret, *, plan: Plan | None = None) -> Checked:
        """A world with another secret or plan, compared where a treatment or a masked value could show."""
        found = self._twin(what, known, plan or self.plan, self.reference.scope)
        return self._checked(what, self.reference, found)

    def _twin(self, what: str, known: secret.Secret, plan: Plan, scope: Scope) -> Seen:
        return self.seen(_database(what), known, Again(self.drawn), plan, scope)

    def _checked(self, what: str, one: Seen, other: Seen) -> Checked:
        """Pages are compared as far as both were looked at; everything else whole."""
        first = one.surfaces
        if one.scope != other.scope:
            common = one.surfaces.keys() & other.surfaces.keys()
            first, second = (
                {name: seen for name, seen in each.surfaces.items() if name in common or not _looked(name)}
                for each in (one, other)
            )
        else:
            second = other.surfaces
        return Checked(what, len(first), sum(map(len, first.values())), compare.differences(first, second))

    def made(self, name: str, known: secret.Secret, plan: Plan | None = None) -> World:
        """A world after its course, at which nobody has looked."""
        world = self.stage.world(_database(name), known)
        with world.entered(Again(self.drawn)):
            run(world, plan or self.plan)
        return world

    def swapped(self) -> secret.Secret:
        """N1."""
        return secret.all_swapped(self.first.world.secret, self.first.course)

    def redrawn(self, seed: int) -> secret.Secret:
        """N3."""
        return secret.fresh_list(self.first.world.secret, self.first.course, slots_of(seed))

    def _kept(self, found: Surfaces) -> Surfaces:
        if not self.brief:
            return found
        return {
            name: hashlib.sha256(content).hexdigest().encode() if len(content) > _KEPT else content
            for name, content in found.items()
        }


def looked_at(world: World, scope: Scope, *, afterwards: bool) -> Surfaces:
    """Every surface of a world that is entered, without its own commitments.

    `afterwards`: what looking left behind too, sessions, events and log lines.
    """
    found = gathered(world) | crawl(world, scope)
    if afterwards:
        found |= {f"afterwards {name}": content for name, content in gathered(world).items()}
    return {name: compare.canonical(content, world.nonces) for name, content in found.items()}


def _database(what: str) -> str:
    return "".join(letter for letter in what.lower() if letter.isalnum())[:20]


def of_the_laboratory(surface: str) -> bool:
    """Whether a surface may show masked values: the laboratory assessor's, and what serves them."""
    return "lab-assessor" in surface or surface.removeprefix("afterwards ").startswith(_OF_THE_LABORATORY)


def _looked(surface: str) -> bool:
    return surface.startswith(("page ", "afterwards "))
