"""Many ask at the same moment, and a vault of its own process answers them."""

import statistics
import time
from pathlib import Path
from uuid import UUID

import pytest

from randomization.actions import request_number
from randomization.models import TreatmentRequest
from randomization.states import State
from randomization.vault import keys
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization.checks import assert_invariants
from tests.randomization.factories import OpenList, ask_for_kit, load_list, make_participants
from tests.randomization.processes import at_once, running_vault, wait_until
from trialsite.accounts.models import Site, User

# Storms of processes come one after the other: together they would ask for more sessions than there are.
pytestmark = pytest.mark.xdist_group("storms")


def ask(participant_id: UUID, investigator_id: int) -> None:
    request_number(
        participant=Participant.objects.get(pk=participant_id), by=User.objects.get(pk=investigator_id)
    )


@pytest.mark.req("B3", "F4", "R7")
def test_a_hundred_requests_at_once_for_eighty_participants_get_eighty_numbers(
    vault_db: Connection, key_file: Path, broker: str, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db, per_stratum=60, pairs=100, key=keys.load(key_file))
    participants = make_participants(80, site, investigator)
    asking = [*participants, *participants[::4]]
    assert len(asking) == 100
    with running_vault(key_file, broker):
        at_once(ask, [(participant.pk, investigator.pk) for participant in asking])
        wait_until(
            lambda: TreatmentRequest.objects.filter(state=State.ANSWERED).count() == 80, "every answer"
        )
    assert TreatmentRequest.objects.count() == 80
    assert_invariants(vault_db, opened)


@pytest.mark.req("B3", "F5")
def test_vaults_side_by_side_give_no_slot_or_kit_twice(
    vault_db: Connection, opened: OpenList, key_file: Path, broker: str, site: Site, investigator: User
) -> None:
    participants = make_participants(30, site, investigator)
    with running_vault(key_file, broker), running_vault(key_file, broker):
        at_once(ask, [(participant.pk, investigator.pk) for participant in participants])
        wait_until(
            lambda: TreatmentRequest.objects.filter(state=State.ANSWERED).count() == 30, "every answer"
        )
    assert_invariants(vault_db, opened)


@pytest.mark.req("F6")
def test_a_number_and_a_kit_come_within_a_second(
    vault_db: Connection, opened: OpenList, key_file: Path, broker: str, site: Site, investigator: User
) -> None:
    participants = make_participants(6, site, investigator)

    def seconds(request: TreatmentRequest) -> float:
        wait_until(
            lambda: TreatmentRequest.objects.filter(pk=request.pk, state=State.ANSWERED).exists(), "an answer"
        )
        return time.monotonic() - started

    with running_vault(key_file, broker):
        started = time.monotonic()
        seconds(request_number(participant=participants[0], by=investigator))  # the vault is up
        took = []
        for participant in participants[1:]:
            started = time.monotonic()
            took.append(seconds(request_number(participant=participant, by=investigator)))
            started = time.monotonic()
            took.append(seconds(ask_for_kit(participant, "W2", investigator)))
    assert statistics.median(took) < 1.0


@pytest.mark.req("O3")
def test_a_request_made_while_broker_and_vault_are_away_is_answered_when_the_vault_starts(
    vault_db: Connection,
    opened: OpenList,
    key_file: Path,
    broker: str,
    participant: Participant,
    investigator: User,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from celery import Celery

    from randomization import messages

    nowhere = Celery("nowhere", broker=f"redis+socket://{tmp_path}/nobody", set_as_current=False)
    monkeypatch.setattr(messages, "app", nowhere)
    request = request_number(participant=participant, by=investigator)
    assert request.state == State.WAITING
    with running_vault(key_file, broker):
        wait_until(
            lambda: TreatmentRequest.objects.filter(pk=request.pk, state=State.ANSWERED).exists(), "an answer"
        )
    assert_invariants(vault_db, opened)
