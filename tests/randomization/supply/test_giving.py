"""Which kit is given, and when none is: label and shortage follow from totals, never from an arm."""

from datetime import date, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from nacl.public import PrivateKey

from randomization.models import Kit, KitMove, TreatmentRequest
from randomization.states import Refusal, State
from randomization.supply.states import KitState, Verb
from randomization.supply.stock import stock_of
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.kits_packing import Pack
from randomization.vault.loading import load
from randomization.vault.sealing import Slot
from screening.models import Participant
from tests.randomization import factories
from tests.randomization.checks import assert_invariants, used
from tests.randomization.conftest import Ask
from tests.randomization.factories import given, make_participants, tampering
from tests.randomization.processes import at_once, connect_as_vault
from tests.randomization.supply.conftest import Stocked
from tests.randomization.supply.factories import EARLY, LATE, load_kits, receive, ship, stock
from trialsite import clock, protocol
from trialsite.accounts.models import Site, User

NO_KIT_WORDS = "No usable kit at this site. Ask for resupply."


def forget_answers(owner: Connection) -> None:
    """What only a test can do: everything waits again, and every kit is in stock again."""
    owner.execute("TRUNCATE vault.allocation, vault.dispensing")
    owner.execute("DELETE FROM randomization_kitmove WHERE verb = 'GIVE'")
    owner.execute("UPDATE randomization_kit SET state = 'STOCKED' WHERE state = 'GIVEN'")
    with tampering(owner, "randomization_treatmentrequest"):
        owner.execute(
            "UPDATE randomization_treatmentrequest SET state = 'WAITING', refusal = '', \"RANDNO\" = NULL,"
            ' "KITNO" = NULL, answered_at = NULL'
        )


A, B = protocol.ARMS
# Arms of the first places of the two strata; the requests come from them in turn.
FIXED = {
    "as they were drawn": {"ILD": (A, A, B), "NOILD": (A, B, B)},
    "all arms swapped": {"ILD": (B, B, A), "NOILD": (B, A, A)},
    "one arm only": {"ILD": (A, A, A), "NOILD": (A, A, A)},
    "each pair used up": {"ILD": (A, A, A), "NOILD": (B, B, B)},
}


@pytest.fixture
def fixed(vault_db: Connection, request: pytest.FixtureRequest) -> factories.OpenList:
    """A loaded list with the arms of FIXED in these places, and no kit anywhere."""
    list_id, numbers = uuid4(), count(10_000)
    slots = [
        Slot(list_id, stratum, place, f"R{next(numbers)}", arm)
        for stratum, arms in FIXED[request.param].items()
        for place, arm in enumerate(arms, start=1)
    ]
    made = factories.sealed_to(VaultKey(PrivateKey.generate()), slots)
    load(vault_db, made.sealed, loader=factories.LOADER)
    return made


@pytest.mark.req("L5", "L6", "N2", "N3")
@pytest.mark.parametrize("fixed", FIXED, indirect=True)
def test_labels_and_shortages_are_the_same_whatever_the_arms_are(
    vault_db: Connection,
    owner: Connection,
    ask: Ask,
    fixed: factories.OpenList,
    site: Site,
    investigator: User,
) -> None:
    for lot, expiry in (("A1", EARLY), ("B2", LATE)):
        stock(vault_db, fixed.key, site, Pack(site.code, lot, expiry, 2))
    requests = [ask(participant) for participant in make_participants(6, site, investigator)]
    seen, arms_met = [], []
    for shift in (0, 1):
        # From the other stratum on, the arms are met in another order.
        order = requests[shift:] + requests[:shift]
        for request in order:
            answer(vault_db, fixed.key, request.id)
            request.refresh_from_db()
        kits = [Kit.objects.filter(pk=request.KITNO).first() for request in order]
        seen.append([(kit.lot, kit.expiry) if kit else None for kit in kits])
        assert [request.get_refusal_display() for request in order[4:]] == [NO_KIT_WORDS] * 2
        arms_met.append([fixed.slot(request.RANDNO).arm for request in order[:4]])
        forget_answers(owner)
    one, other = ([slot.arm for slot in fixed.slots if slot.stratum == each] for each in ("ILD", "NOILD"))
    assert arms_met == [[one[0], other[0], one[1], other[1]], [other[0], one[0], other[1], one[1]]]
    assert seen == [[("A1", EARLY)] * 2 + [("B2", LATE)] * 2 + [None] * 2] * 2


@pytest.mark.req("L5", "L6", "N3")
@pytest.mark.parametrize("fixed", FIXED, indirect=True)
def test_of_one_pair_in_a_shipment_one_kit_is_given_whatever_the_arms_are(
    vault_db: Connection, ask: Ask, fixed: factories.OpenList, site: Site, investigator: User
) -> None:
    """Both kits of the pair would tell that two participants have different arms."""
    load_kits(vault_db, fixed.key, Pack(site.code, "A1", LATE, 3))
    shipments = [receive(ship(vault_db, fixed.key, site, 1)).pk for _ in range(3)]
    requests = [ask(participant) for participant in make_participants(4, site, investigator)]
    came_with = []
    for request in requests:
        answer(vault_db, fixed.key, request.id)
        request.refresh_from_db()
        came_with.append(Kit.objects.get(pk=request.KITNO).shipment_id if request.KITNO else None)
    assert came_with == [*shipments, None]


@pytest.mark.req("L5", "B3")
@pytest.mark.parametrize("arm", protocol.ARMS)
def test_a_shortage_is_told_to_both_arms_in_the_same_words_by_the_same_statements(
    vault_db: Connection,
    ask: Ask,
    stocked: Stocked,
    listed: factories.OpenList,
    site: Site,
    investigator: User,
    arm: str,
) -> None:
    # As many doses as there are places before the first one of this arm.
    order = [slot.arm for slot in listed.slots if slot.stratum == "ILD"]
    before = order.index(arm)
    if before:
        stocked(before)
    people = [
        one
        for one in make_participants(2 * before + 2, site, investigator)
        if factories.stratum_of(one.SUBJID) == "ILD"
    ]
    for participant in people[:before]:
        given(vault_db, listed, ask(participant))
    request, counts = ask(people[before]), used(vault_db)
    assert answer(vault_db, listed.key, request.id) is State.REFUSED
    request.refresh_from_db()
    assert (request.refusal, request.get_refusal_display()) == (Refusal.NO_KIT, NO_KIT_WORDS)
    assert used(vault_db) == counts == (before, before)


@pytest.mark.req("L4")
def test_the_kit_is_of_the_participants_arm_and_any_of_them_may_come(
    vault_db: Connection,
    owner: Connection,
    ask: Ask,
    stocked: Stocked,
    listed: factories.OpenList,
    participant: Participant,
) -> None:
    stocked(4)
    request, met = ask(participant), set()
    for _ in range(50):
        request = given(vault_db, listed, request)
        assert listed.arm_of_kit(request.KITNO) == listed.slot(request.RANDNO).arm
        met.add(request.KITNO)
        forget_answers(owner)
        request.refresh_from_db()
    assert len(met) == 4


@pytest.mark.req("B2")
@pytest.mark.parametrize(("spare", "gives"), [(0, True), (-1, False)])
def test_a_kit_has_to_be_usable_until_the_margin_after_the_visit(
    vault_db: Connection,
    ask: Ask,
    stocked: Stocked,
    listed: factories.OpenList,
    participant: Participant,
    spare: int,
    gives: bool,
) -> None:
    today: date = participant.today()
    last = today + timedelta(days=protocol.KIT_EXPIRY_MARGIN_DAYS + spare)
    stocked(1, "A1", last)
    request = ask(participant)
    assert request.usable_until == today + timedelta(days=protocol.KIT_EXPIRY_MARGIN_DAYS)
    assert answer(vault_db, listed.key, request.id) is (State.ANSWERED if gives else State.REFUSED)
    assert used(vault_db) == ((1, 1) if gives else (0, 0))


@pytest.mark.req("B2")
def test_the_kit_of_a_later_dose_outlasts_the_window_of_its_visit(
    vault_db: Connection,
    ask: Ask,
    stocked: Stocked,
    listed: factories.OpenList,
    participant: Participant,
    investigator: User,
) -> None:
    stocked(2)
    given(vault_db, listed, ask(participant))
    request = factories.ask_for_kit(participant, "W2", investigator)
    participant.refresh_from_db()
    assert participant.day1 is not None
    window_ends = participant.day1 + timedelta(days=14 + protocol.WINDOW_DAYS)
    assert request.usable_until == window_ends + timedelta(days=protocol.KIT_EXPIRY_MARGIN_DAYS)


@pytest.mark.req("L5")
def test_what_the_site_is_promised_is_what_the_vault_gives(
    vault_db: Connection,
    ask: Ask,
    stocked: Stocked,
    listed: factories.OpenList,
    site: Site,
    investigator: User,
) -> None:
    stocked(2, "A1", EARLY)
    stocked(3, "B2", LATE)
    for left, participant in zip([5, 4, 3, 2, 1, 0], make_participants(6, site, investigator), strict=True):
        assert stock_of(site, clock.today(site.time_zone)).doses == left
        state = answer(vault_db, listed.key, ask(participant).id)
        assert state is (State.ANSWERED if left else State.REFUSED)
    assert Kit.objects.filter(state=KitState.STOCKED).count() == 5  # the price: one kit for each dose


def answer_one(key: VaultKey, request: UUID) -> None:
    answer(connect_as_vault(), key, request)


@pytest.mark.req("F5", "B3")
def test_of_two_who_want_the_last_dose_at_once_one_gets_it_fifty_times(
    vault_db: Connection,
    owner: Connection,
    ask: Ask,
    stocked: Stocked,
    listed: factories.OpenList,
    site: Site,
    investigator: User,
) -> None:
    stocked(1)
    requests = [ask(participant) for participant in make_participants(2, site, investigator)]
    assert {request.stratum for request in requests} == {"ILD", "NOILD"}  # no lock of a stratum between them
    winners = set()
    for _ in range(50):
        at_once(answer_one, [(listed.key, request.id) for request in requests])
        states = {one.id: one.state for one in TreatmentRequest.objects.all()}
        assert sorted(states.values()) == [State.ANSWERED, State.REFUSED]
        assert used(vault_db) == (1, 1)
        assert_invariants(vault_db, listed)
        loser = TreatmentRequest.objects.get(state=State.REFUSED)
        assert loser.get_refusal_display() == NO_KIT_WORDS
        winners |= {one for one, state in states.items() if state == State.ANSWERED}
        forget_answers(owner)
    assert winners


@pytest.mark.req("A1", "L9")
def test_the_ledger_says_for_which_request_a_kit_was_given(
    vault_db: Connection, ask: Ask, stocked: Stocked, listed: factories.OpenList, participant: Participant
) -> None:
    stocked(2)
    request = given(vault_db, listed, ask(participant))
    line = KitMove.objects.get(verb=Verb.GIVE)
    assert (line.kit_id, line.request_id, line.by) == (request.KITNO, request.id, "system:vault")
    assert (line.start, line.end, line.site_id) == (KitState.STOCKED, KitState.GIVEN, "01")
