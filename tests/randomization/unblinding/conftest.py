"""A participant with a number, the people around an unblinding, and short words for its steps."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from nacl.public import PrivateKey

from randomization.actions import request_number, take_up_answer
from randomization.unblinding.actions import request_unblinding
from randomization.unblinding.browser_key import key_of
from randomization.unblinding.models import UnblindingRequest
from randomization.unblinding.reasons import UnblindingReason
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization.factories import OpenList, make_person
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting

WORDS = "Septic shock in the ICU, the treatment depends on it"
PASSWORD = "quiet-otter-runs-north"
SECRET = bytes(range(32))

AskFor = Callable[..., UnblindingRequest]


def no_password(by: User) -> None:
    """The check of passwords has tests of its own."""


def give_number(participant: Participant, by: User, vault: Connection, opened: OpenList) -> Participant:
    """The participant with a treatment number."""
    request = request_number(participant=participant, by=by)
    answer(vault, opened.key, request.id)
    take_up_answer(request_id=request.id)
    participant.refresh_from_db()
    return participant


def arm_of(participant: Participant, opened: OpenList) -> str:
    """What the participant really receives."""
    return opened.slot(participant.RANDNO).arm


def key_for(request_id: uuid.UUID, secret: bytes = SECRET) -> PrivateKey:
    """The key of a request that was made in the browser with this secret."""
    return key_of(secret, request_id)


@pytest.fixture
def randomized(
    participant: Participant, investigator: User, vault_db: Connection, opened: OpenList
) -> Participant:
    """The participant of site 01, with a number."""
    return give_number(participant, investigator, vault_db, opened)


@pytest.fixture
def ask_for(investigator: User) -> AskFor:
    """ask_for(participant) puts a request to unblind on record."""

    def ask(participant: Participant, by: User = investigator) -> UnblindingRequest:
        request_id = uuid.uuid4()
        return request_unblinding(
            by=by,
            participant=participant,
            UBREAS=UnblindingReason.SAE,
            UBREASD=WORDS,
            password=no_password,
            request_id=request_id,
            key=key_for(request_id),
        )

    return ask


@pytest.fixture
def data_manager(site: Site) -> User:
    """Who locks the study and approves its unblinding."""
    return make_person(Role.DATA_MANAGER, None)


@pytest.fixture
def statistician(site: Site) -> User:
    """Who approves its unblinding from the other side."""
    return make_person(Role.STATISTICIAN, None)


@pytest.fixture
def administrator(site: Site) -> User:
    """Who unlocks the study together with the data manager, and exports."""
    return make_person(Role.ADMINISTRATOR, None)


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser in which somebody with a known password is signed in."""

    def signed_in(user: User) -> Client:
        user.set_password(PASSWORD)
        with acting("system:tests"):
            user.save(update_fields=["password"])
        client = Client()
        client.force_login(user)
        return client

    return signed_in
