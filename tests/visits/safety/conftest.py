"""The people who report what happens to a participant."""

import pytest

from tests.visits import cast
from trialsite.accounts.models import Role, Site, User


@pytest.fixture
def investigator(site: Site) -> User:
    """An investigator of site 01."""
    return cast.make_person(Role.INVESTIGATOR, site)
