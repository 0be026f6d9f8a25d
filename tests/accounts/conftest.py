"""The people of these tests: each holds one role, given by the same action that administrators use."""

from collections.abc import Callable

import pytest

from trialsite.accounts import actions
from trialsite.accounts.models import Role, Site, User

Join = Callable[..., User]
PASSWORD = "correct-horse-9-battery"


@pytest.fixture
def sites(db: None) -> dict[str, Site]:
    """Two hospitals."""
    return {
        code: actions.add_site(
            by="system:tests", code=code, name=f"Hospital {code}", time_zone="Asia/Shanghai"
        )
        for code in ("01", "02")
    }


@pytest.fixture
def join(sites: dict[str, Site]) -> Join:
    """join(role, site="") makes a person with a role at a site, or in the whole study."""

    def joined(role: Role, site: str = "", *, username: str = "", password: str = "") -> User:
        name = username or f"{role.value.lower()}{site}"
        user = actions.add_person(
            by="system:tests", username=name, full_name=f"Dr {name}", email="a@b.example"
        )
        if password:
            actions.set_password(by="system:tests", user=user, password=password)
        actions.give_role(by="system:tests", user=user, role=role, site=sites[site] if site else None)
        return user

    return joined
