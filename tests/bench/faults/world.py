"""Sites, participants, list and kits in a server of their own, and the way from request to number."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from unittest.mock import Mock, patch
from uuid import UUID, uuid4

import psycopg
from django.core.management import call_command
from django.db import connection
from nacl.public import PrivateKey

from randomization import actions, messages, policies
from randomization.actions import request_number, take_up_answer
from randomization.list_file import ListProblem
from randomization.models import TreatmentRequest
from randomization.states import State
from randomization.supply.actions import MOST_PAIRS
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.kits_packing import Pack
from randomization.vault.loading import load
from randomization.vault.sealing import Slot
from screening.models import Participant
from tests.bench.faults.server import Server
from tests.randomization import factories
from tests.randomization.factories import OpenList
from tests.randomization.processes import connect_as_vault
from tests.randomization.supply import factories as supply
from trialsite import protocol
from trialsite.accounts.models import Role, Site, User
from trialsite.embedded import roles

Tell = Callable[[str, str], None]  # what was acknowledged to whoever asked, and its value
ASKED, ANSWERED, GIVEN, REFUSED = "asked", "answered", "given", "refused"
A_SITE = 900  # participants; their numbers have three digits
SCARCE = "99"  # the site that has one pair of kits at a time


class World:
    """What the rounds of one run share."""

    def __init__(self, opened: OpenList, investigator: User) -> None:
        self.opened = opened
        self.investigator = investigator
        self.vault: Connection = connect_as_vault()
        self.last_slots = [name for name in opened.sealed.per_stratum() if name.startswith("LAST")]
        self._strata: dict[UUID, str] = {}
        self._registered: dict[str, int] = {}

    def reconnect(self) -> None:
        """New sessions, after the server or a process that shared them was killed."""
        connection.close()
        self.vault.close()
        self.vault = connect_as_vault()

    def leave(self) -> None:
        """Close the session that is open by then."""
        self.vault.close()

    def participants(self, count: int, *, site: str = "", stratum: str = "") -> list[Participant]:
        """So many new participants; at a site with room, in strata in turn, unless these are given."""
        site = site or next(
            code
            for code in Site.objects.exclude(code=SCARCE).values_list("code", flat=True)
            if self._registered.get(code, 0) + count <= A_SITE
        )
        start = self._registered.get(site, 0) + 1
        self._registered[site] = start + count - 1
        where = Site.objects.get(code=site)
        made = factories.make_participants(count, where, self.investigator, start=start)
        self._strata |= {each.pk: stratum for each in made if stratum}
        return made

    def stratum_of(self, participant: Participant) -> str:
        """In place of the protocol's rule."""
        return self._strata.get(participant.pk) or factories.stratum_of(participant.SUBJID)

    def ask(self, participant: Participant, tell: Tell, vault: Connection) -> None:
        """The whole way: ask as the investigator, answer as the vault, take up; tell each acknowledgement."""
        request = request_number(participant=participant, by=self.investigator)
        tell(ASKED, str(request.pk))
        state = answer(vault, self.opened.key, request.pk)
        if state is State.REFUSED:
            tell(REFUSED, TreatmentRequest.objects.get(pk=request.pk).refusal)
            return
        tell(ANSWERED, "")
        tell(GIVEN, take_up_answer(request_id=request.pk).RANDNO or "")

    def one_pair(self) -> None:
        """Give the scarce site one pair of kits: the last kit, whatever the arm."""
        stock(self.vault, self.opened, Site.objects.get(code=SCARCE), Pack(SCARCE, "LAST", supply.LATE, 1))


def stock(vault: Connection, opened: OpenList, site: Site, pack: Pack) -> None:
    """Pairs of kits in stock. Of so many lists two may draw one number: such a list is drawn anew."""
    while True:
        with suppress(ListProblem):
            opened.stock.extend(supply.stock(vault, opened.key, site, pack))
            return


@contextmanager
def world_in(
    server: Server, *, rounds: int, last_slots: int, like: dict[str, str] | None = None
) -> Iterator[World]:
    """A database with room for so many rounds; Django's connection is to it meanwhile.

    `like` is where a migrated, empty one is; without, this one is migrated.
    """
    with ExitStack() as stack:
        stack.enter_context(_connected_to(server, roles.OWNER))
        if like:
            server.copy_of(like)
        else:
            call_command("migrate", verbosity=0, interactive=False)
        _log_in(roles.WEB)
        stack.enter_context(patch.object(messages, "app", Mock()))
        stack.enter_context(patch("trialsite.audit.tasks.write_anchors", Mock()))
        stack.enter_context(patch.object(actions, "number_refusal", Mock(return_value=None)))
        world = _made(rounds, last_slots)
        stack.callback(world.leave)
        stack.enter_context(patch.object(policies, "stratum", world.stratum_of))
        yield world


def _made(rounds: int, last_slots: int) -> World:
    sites = [factories.make_site(f"{number:02}") for number in range(1, rounds // A_SITE + 2)]
    factories.make_site(SCARCE)
    investigator = factories.make_person(Role.INVESTIGATOR, None)
    vault = connect_as_vault()
    opened = _list(rounds, last_slots)
    load(vault, opened.sealed, loader=factories.LOADER)
    for site in sites:
        pairs = min(rounds, A_SITE)
        while pairs > 0:
            pack = Pack(site.code, f"B{pairs}", supply.LATE, min(pairs, MOST_PAIRS))
            stock(vault, opened, site, pack)
            pairs -= pack.pairs
    vault.close()
    return World(opened, investigator)


def _list(rounds: int, last_slots: int) -> OpenList:
    """Room for every round in either stratum of the protocol, and strata with one slot each."""
    chance = random.SystemRandom()
    places = [(stratum.code, place) for stratum in protocol.STRATA for place in range(1, rounds + 1)]
    places += [(f"LAST{number:06}", 1) for number in range(last_slots)]
    numbers = chance.sample(range(100_000, 999_999), len(places))
    list_id = uuid4()
    slots = [
        Slot(list_id, stratum, place, f"R{number}", chance.choice(protocol.ARMS))
        for (stratum, place), number in zip(places, numbers, strict=True)
    ]
    return factories.sealed_to(VaultKey(PrivateKey.generate()), slots)


@contextmanager
def _connected_to(server: Server, role: str) -> Iterator[None]:
    kept = dict(connection.settings_dict)
    connection.close()
    where = server.parameters(role, roles.password(role))
    connection.settings_dict.update(
        {name.upper().replace("DBNAME", "NAME"): each for name, each in where.items()}
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(kept)


def _log_in(role: str) -> None:
    connection.close()
    connection.settings_dict.update(USER=role, PASSWORD=roles.password(role))


def is_lost(error: Exception) -> bool:
    """Whether an error says that the server went away, rather than that something was refused."""
    cause: Any = error.__cause__ or error
    return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
