"""Browsers of several people on the real stack."""

import pytest

from tests.real_stack import Stack


@pytest.fixture(scope="session")
def password(stack: Stack) -> str:
    """The demonstration accounts' password."""
    return stack.manage("make_demo_accounts").rsplit(":", 1)[1].strip()
