"""Reminders wait for working hours in these tests, as they do outside a demonstration."""

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def working_hours(settings: Settings) -> None:
    """Whatever the environment says."""
    settings.REMINDERS_AT_ANY_HOUR = False
