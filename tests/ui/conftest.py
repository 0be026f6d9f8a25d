"""Pages as a signed-in person gets them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.screening.factories import Cast, make_cast
from trialsite import clock
from trialsite.accounts import demonstration
from trialsite.accounts.models import Role, User

PERSON = {account.role: account.username for account in reversed(demonstration.ACCOUNTS)}
SignIn = Callable[[Role], None]


def signed_in(role: Role) -> Client:
    """A client in the name of the demonstration's person with this role."""
    return as_person(User.objects.get(username=PERSON[role]))


def as_person(user: User) -> Client:
    """A client in the name of a person."""
    client = Client()
    client.force_login(user)
    return client


def take_session(context: BrowserContext, live_server: LiveServer, user: User) -> None:
    """Give the browser a session of a person."""
    for name, morsel in as_person(user).cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])


@pytest.fixture
def people(db: None) -> None:
    """The people of the demonstration."""
    demonstration.make_accounts()


@pytest.fixture
def sign_in(context: BrowserContext, live_server: LiveServer, people: None) -> SignIn:
    """Give the browser the session of the demonstration's person with this role."""

    def go(role: Role) -> None:
        take_session(context, live_server, User.objects.get(username=PERSON[role]))

    return go


@pytest.fixture
def console(page: Page) -> list[str]:
    """What the browser complains of: scripts that fail, and what the policy refuses."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return said


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """Everybody of two sites, on the day on which the example is randomized."""
    with clock.set_to(datetime(2026, 3, 16, 2, tzinfo=UTC)):
        yield make_cast()
