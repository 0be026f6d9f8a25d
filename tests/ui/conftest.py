"""Pages as a signed-in person gets them."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from trialsite.accounts import demonstration
from trialsite.accounts.models import Role, User

PERSON = {account.role: account.username for account in reversed(demonstration.ACCOUNTS)}
SignIn = Callable[[Role], None]


def signed_in(role: Role) -> Client:
    """A client in the name of the demonstration's person with this role."""
    client = Client()
    client.force_login(
        User.objects.get(username=PERSON[role]), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def people(db: None) -> None:
    """The people of the demonstration."""
    demonstration.make_accounts()


@pytest.fixture
def sign_in(context: BrowserContext, live_server: LiveServer, people: None) -> SignIn:
    """Give the browser the session of the person with this role."""

    def go(role: Role) -> None:
        for name, morsel in signed_in(role).cookies.items():
            context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])

    return go


@pytest.fixture
def console(page: Page) -> list[str]:
    """What the browser complains of: scripts that fail, and what the policy refuses."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return said
