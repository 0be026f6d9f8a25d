"""When the vault gives nothing: the words say nothing, and no slot is used."""

from unittest.mock import patch

import pytest

from randomization.actions import request_kit, withdraw_requests
from randomization.models import TreatmentRequest
from randomization.states import Refusal, State
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from randomization.vault.kits_packing import Pack
from screening.models import Participant
from tests.randomization.checks import used
from tests.randomization.conftest import Ask
from tests.randomization.factories import (
    OpenList,
    given,
    load_list,
    make_participants,
    make_site,
    stratum_of,
    tampering,
)
from tests.randomization.supply import factories as supply
from trialsite.accounts.models import Site, User


def refused(
    connection: Connection, opened: OpenList, request: TreatmentRequest, code: Refusal = Refusal.NOT_AVAILABLE
) -> TreatmentRequest:
    before = used(connection)
    assert answer(connection, opened.key, request.id) is State.REFUSED
    request.refresh_from_db()
    assert request.refusal == code
    assert used(connection) == before
    return request


@pytest.mark.req("R7", "F5")
def test_an_exhausted_stratum_refuses_and_takes_no_kit(
    vault_db: Connection, ask: Ask, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db, per_stratum=2)
    slots = len(opened.order("ILD"))
    participants = make_participants(2 * slots + 2, site, investigator)
    requests = [ask(one) for one in participants if stratum_of(one.SUBJID) == "ILD"]
    for request in requests[:slots]:
        given(vault_db, opened, request)
    refused(vault_db, opened, requests[slots])


@pytest.mark.req("L5", "B3")
def test_a_missing_kit_refuses_in_the_same_words_and_uses_no_slot(
    vault_db: Connection, ask: Ask, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db, pairs=3)
    participants = make_participants(6, site, investigator)
    for participant in participants[:3]:
        given(vault_db, opened, ask(participant))
    for participant in participants[3:]:
        request = refused(vault_db, opened, ask(participant), Refusal.NO_KIT)
        assert request.get_refusal_display() == "No usable kit at this site. Ask for resupply."


@pytest.mark.req("B3")
def test_a_refused_request_may_be_asked_again_and_gets_the_slot_that_was_next(
    vault_db: Connection, ask: Ask, participant: Participant, site: Site
) -> None:
    opened = load_list(vault_db, pairs=0)
    request = refused(vault_db, opened, ask(participant), Refusal.NO_KIT)
    opened.stock.extend(supply.stock(vault_db, opened.key, site, Pack("01", "TEST", supply.LATE, 2)))
    again = ask(participant)
    assert (again.id, again.attempt) == (request.id, 2)
    again = given(vault_db, opened, again)
    assert opened.order(again.stratum)[0] == again.RANDNO


def test_a_kit_that_another_site_holds_is_not_given(
    vault_db: Connection, ask: Ask, participant: Participant, site: Site
) -> None:
    make_site("02")
    opened = load_list(vault_db, pairs=4)
    own = {kit.KITNO for kit in opened.stock if kit.site == "01"}
    assert given(vault_db, opened, ask(participant)).KITNO in own


@pytest.mark.req("B2")
def test_a_request_of_yesterday_is_refused_because_eligibility_was_computed_for_that_day(
    vault_db: Connection, ask: Ask, participant: Participant, owner: Connection
) -> None:
    opened = load_list(vault_db)
    request = ask(participant)
    with tampering(owner, "randomization_treatmentrequest"):
        owner.execute(
            "UPDATE randomization_treatmentrequest SET answer_by = clock_timestamp() - interval '1 second'"
        )
    refused(vault_db, opened, request, Refusal.EXPIRED)


def test_a_withdrawn_request_is_not_answered(
    vault_db: Connection, ask: Ask, participant: Participant
) -> None:
    opened = load_list(vault_db)
    request = ask(participant)
    withdraw_requests(participant=participant)
    assert answer(vault_db, opened.key, request.id) is State.WITHDRAWN
    assert used(vault_db) == (0, 0)


def test_a_kit_is_not_given_without_a_number(
    vault_db: Connection, ask: Ask, participant: Participant, investigator: User
) -> None:
    opened = load_list(vault_db)
    with patch("randomization.policies.why_no_kit", return_value=None):
        request = request_kit(participant=participant, visit="W2", by=investigator)
    refused(vault_db, opened, request)
