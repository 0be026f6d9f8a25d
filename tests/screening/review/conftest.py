"""The fixed cast of these tests, and browsers in which its people are signed in."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.screening.factories import Cast, make_cast
from trialsite.accounts.models import User

SignIn = Callable[[User], Client]


@pytest.fixture
def cast(db: None) -> Cast:
    """Two sites and everybody in them."""
    return make_cast()


@pytest.fixture
def signed_in() -> SignIn:
    """signed_in(user) is a browser in which this person is signed in."""

    def open_browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return open_browser
