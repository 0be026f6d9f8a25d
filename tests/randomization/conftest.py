"""A fixed cast: a site, its investigator, participants who may have a number; and a broker of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from celery import Celery
from redis import Redis

from randomization import actions, messages, pages, policies
from randomization.actions import request_number
from randomization.models import TreatmentRequest
from randomization.signals import kit_asked_for
from randomization.vault import keys
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization import factories
from trialsite.accounts.models import Role, Site, User
from trialsite.broker import address
from trialsite.embedded import redis
from visits.receivers import gate_before_dose

Ask = Callable[[Participant], TreatmentRequest]


@pytest.fixture
def broker(worker_id: str) -> Iterator[str]:
    """An empty broker of this process of the test run, as the value of REDIS_URL."""
    number = 8 + int(worker_id.removeprefix("gw") if worker_id != "master" else 0) % 8
    with Redis(unix_socket_path=str(redis.socket_path()), db=number) as client:
        client.flushdb()
        yield f"unix://{redis.socket_path()}?db={number}"
        client.flushdb()


@pytest.fixture(autouse=True)
def _without_gate_before_dose() -> Iterator[None]:
    """Whether a dose may be given is said by the room above, which has tests of its own."""
    kit_asked_for.disconnect(dispatch_uid="visits.gate_before_dose")
    yield
    kit_asked_for.connect(gate_before_dose, dispatch_uid="visits.gate_before_dose")


@pytest.fixture(autouse=True)
def _send_to_own_broker(broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Celery("tests", broker=address(broker), set_as_current=False)
    monkeypatch.setattr(messages, "app", app)


@pytest.fixture
def everybody_is_eligible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Screening's word is taken as given, for tests that are not about it. Odd numbers have lung disease.

    The whole way through screening is tried in test_preconditions.py.
    """
    monkeypatch.setattr(actions, "number_refusal", Mock(return_value=None))
    monkeypatch.setattr(pages, "number_refusal", Mock(return_value=None))
    monkeypatch.setattr(policies, "stratum", lambda participant: factories.stratum_of(participant.SUBJID))


@pytest.fixture
def site(db: None, everybody_is_eligible: None) -> Site:
    """Site 01."""
    return factories.make_site()


@pytest.fixture
def investigator(site: Site) -> User:
    """The investigator of site 01."""
    return factories.make_person(Role.INVESTIGATOR, site)


@pytest.fixture
def participant(site: Site, investigator: User) -> Participant:
    """One participant of site 01."""
    return factories.make_participants(1, site, investigator)[0]


@pytest.fixture
def ask(vault_db: Connection, investigator: User) -> Ask:
    """ask(participant) asks for the treatment number."""
    return lambda participant: request_number(participant=participant, by=investigator)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A vault's key."""
    file = tmp_path / "vault.key"
    keys.make(file)
    return file


@pytest.fixture
def opened(vault_db: Connection, key_file: Path, site: Site) -> factories.OpenList:
    """A loaded list that is sealed to the key, with room for sixty in each stratum; kits at the site."""
    return factories.load_list(vault_db, per_stratum=60, key=keys.load(key_file))
