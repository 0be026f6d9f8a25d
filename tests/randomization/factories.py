"""People, participants and lists for the tests of this room."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from nacl.public import PrivateKey
from psycopg import sql

from randomization.actions import request_kit, take_up_answer
from randomization.list_file import SealedList
from randomization.models import TreatmentRequest
from randomization.states import Kind, State
from randomization.vault import sealed_list
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from randomization.vault.generation import PermutedBlocks, Recipe, allocation_list
from randomization.vault.keys import VaultKey
from randomization.vault.kits_checks import LabelledKit
from randomization.vault.kits_packing import Pack
from randomization.vault.loading import load
from randomization.vault.origin import Origin, fresh_salt
from randomization.vault.sealing import Slot
from randomization.vault.stream import fresh_seed
from screening.models import Participant
from tests.randomization.supply import factories as supply
from trialsite import clock, protocol
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting

TESTS = "system:tests"


def make_site(code: str = "01") -> Site:
    """A site in Shanghai's time zone."""
    with acting(TESTS):
        return Site.objects.create(code=code, name=f"Hospital {code}", time_zone="Asia/Shanghai")


def make_person(role: Role, site: Site | None) -> User:
    """Somebody with one role."""
    name = f"{role.lower().replace('_', '')}-{uuid.uuid4().hex[:6]}"
    with acting(TESTS):
        user: User = User.objects.create(username=name, full_name=name.title(), email=f"{name}@example.org")
        Membership.objects.create(user=user, role=role, site=site)
    return user


def make_participants(count: int, site: Site, by: User, *, start: int = 1) -> list[Participant]:
    """Participants who consented, without forms."""
    with acting(TESTS):
        return [
            Participant.objects.create(
                SUBJID=f"{site.code}-{number:03}", site=site, RFICDTC=date(2026, 3, 2), registered_by=by
            )
            for number in range(start, start + count)
        ]


def stratum_of(SUBJID: str) -> str:
    """Odd numbers in the first stratum, even ones in the second."""
    return protocol.STRATA[(int(SUBJID[-1]) + 1) % 2].code


@dataclass(frozen=True)
class OpenList:
    """A loaded list together with what only its maker knows."""

    key: VaultKey
    slots: list[Slot]
    sealed: SealedList
    stock: list[LabelledKit]

    def slot(self, RANDNO: str | None) -> Slot:
        """The slot with this treatment number."""
        return next(slot for slot in self.slots if slot.RANDNO == RANDNO)

    def arm_of_kit(self, KITNO: str | None) -> str:
        """What is in a kit."""
        return next(kit.arm for kit in self.stock if kit.KITNO == KITNO)

    def order(self, stratum: str) -> list[str]:
        """The treatment numbers of a stratum in the order of the list."""
        return [slot.RANDNO for slot in self.slots if slot.stratum == stratum]


MAKER, LOADER = "maker", "loader"


def recipe(*, per_stratum: int = 12, **other: Any) -> Recipe:
    """The protocol's recipe, with some of it changed."""
    of_protocol = Recipe(
        protocol.TRIAL,
        PermutedBlocks(protocol.BLOCK_SIZES),
        protocol.ARMS,
        tuple(stratum.code for stratum in protocol.STRATA),
        per_stratum,
    )
    return replace(of_protocol, **other)


def make_list(*, per_stratum: int = 12, key: VaultKey | None = None) -> OpenList:
    """A list for two strata."""
    key = key or VaultKey(PrivateKey.generate())
    origin, list_id = Origin(fresh_seed(), fresh_salt(), recipe(per_stratum=per_stratum)), uuid.uuid4()
    return sealed_to(key, allocation_list(origin.seed, origin.recipe, list_id=list_id), origin)


def sealed_to(key: VaultKey, slots: list[Slot], origin: Origin | None = None) -> OpenList:
    """These slots as a sealed list."""
    origin = origin or Origin(fresh_seed(), fresh_salt(), recipe(), imported=True)
    sealed = sealed_list.seal(slots, origin, maker=MAKER, made_at=datetime.now(UTC), key=key.public)
    return OpenList(key, slots, sealed, [])


def load_list(connection: Connection, *, pairs: int = 48, **wanted: object) -> OpenList:
    """Make a list and load it; every site that there is gets so many pairs of kits, in one shipment."""
    made = make_list(**wanted)  # type: ignore[arg-type]
    load(connection, made.sealed, loader=LOADER)
    for site in Site.objects.all() if pairs else ():
        pack = Pack(site.code, "TEST", supply.LATE, pairs)
        made.stock.extend(supply.stock(connection, made.key, site, pack))
    return made


def given(connection: Connection, opened: OpenList, request: TreatmentRequest) -> TreatmentRequest:
    """The request with its number or kit; AssertionError when the vault refuses."""
    assert answer(connection, opened.key, request.id) is State.ANSWERED
    request.refresh_from_db()
    return request


def ask_for_kit(participant: Participant, visit: str, by: User) -> TreatmentRequest:
    """Ask for the kit of a dose visit on its target day, after taking up the participant's number."""
    number = TreatmentRequest.objects.get(participant=participant, kind=Kind.NUMBER)
    day1 = take_up_answer(request_id=number.pk).on
    participant.refresh_from_db()
    day = next(each.day for each in protocol.VISITS if each.code == visit) or 0
    with clock.set_to(datetime.combine(day1 + timedelta(days=day - 1), time(4), UTC)):
        return request_kit(participant=participant, visit=visit, by=by)


@contextmanager
def tampering(owner: Connection, table: str) -> Iterator[None]:
    """What only the owner of the database can do: change rows with the triggers switched off."""
    name = sql.Identifier(*table.split("."))
    owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    try:
        yield
    finally:
        owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
