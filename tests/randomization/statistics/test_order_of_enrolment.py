"""Whoever comes in whatever order: the slots of a stratum are given in the order of the list (R7, B3)."""

from collections import Counter, defaultdict
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from randomization.actions import request_number
from randomization.models import TreatmentRequest
from randomization.states import State
from randomization.vault import answering
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from tests.randomization.checks import assert_invariants
from tests.randomization.factories import OpenList, load_list, make_participants
from trialsite.accounts.models import Site, User

ORDERS, ARRIVALS = 1_000, 10


@pytest.mark.req("R7", "B3")
def test_a_thousand_orders_of_enrolment_take_the_slots_in_the_order_of_the_list_until_there_are_none(
    vault_db: Connection, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db, per_stratum=4)
    waiting = [
        request_number(participant=participant, by=investigator)
        for participant in make_participants(ARRIVALS, site, investigator)
    ]
    length = Counter(slot.stratum for slot in opened.slots)
    refused = 0
    for number in range(ORDERS):
        rng = Random(number)
        rng.shuffle(waiting)
        given: dict[str, list[str]] = defaultdict(list)
        # Mostly one stratum, so that its slots end before the participants do.
        often = rng.choice(sorted(length))
        with vault_db.transaction(force_rollback=True):
            for request in waiting:
                stratum = often if rng.random() < 0.8 else rng.choice(sorted(length))
                RANDNO = take(vault_db, opened, request, stratum)
                if RANDNO:
                    given[stratum].append(RANDNO)
                else:
                    refused += 1
                    assert len(given[stratum]) == length[stratum]  # exhausted, and no other stratum helps out
        for stratum, numbers in given.items():
            assert numbers == opened.order(stratum)[: len(numbers)]
    assert refused > ORDERS / 10


def take(vault: Connection, opened: OpenList, request: TreatmentRequest, stratum: str) -> str | None:
    """Take the next slot of a stratum by the vault's own rule, without a kit; its number, or None."""
    asked: Any = SimpleNamespace(stratum=stratum)
    slot = answering._next_slot(vault, opened.key, asked)
    if slot is None:
        return None
    vault.execute(
        "INSERT INTO vault.allocation (request_id, stratum, sequence, participant, randno)"
        " VALUES (%s, %s, %s, %s, %s)",
        [request.id, slot.stratum, slot.sequence, request.participant_id, slot.RANDNO],
    )
    return slot.RANDNO


@pytest.mark.req("R7", "B2", "B3")
def test_the_whole_way_in_random_order_gives_each_slot_once_and_refuses_the_rest(
    vault_db: Connection, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db, per_stratum=8)
    participants = make_participants(40, site, investigator)
    Random(7).shuffle(participants)
    asked = [request_number(participant=each, by=investigator).id for each in participants]
    states = [answer(vault_db, opened.key, each) for each in asked]
    assert states.count(State.ANSWERED) == len(opened.slots)
    assert_invariants(vault_db, opened)
    taken: dict[str, list[UUID]] = defaultdict(list)
    for pk in asked:
        request = TreatmentRequest.objects.get(pk=pk)
        taken[request.stratum].append(pk)
        if len(taken[request.stratum]) > len(opened.order(request.stratum)):
            assert request.state == State.REFUSED
        else:
            assert opened.order(request.stratum)[len(taken[request.stratum]) - 1] == request.RANDNO
