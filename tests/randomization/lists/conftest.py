"""Two statisticians, and a list that one of them made."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from randomization.vault import keys
from trialsite.accounts import actions
from trialsite.accounts.models import Role, User

PASSWORD = "correct-horse-9-battery"


def statistician(name: str) -> User:
    user = actions.add_person(by="system:tests", username=name, full_name=name.title(), email="a@b.example")
    actions.give_role(by="system:tests", user=user, role=Role.STATISTICIAN, site=None)
    actions.set_password(by="system:tests", user=user, password=PASSWORD)
    return user


@pytest.fixture
def maker(db: None) -> User:
    """The statistician who makes the list."""
    return statistician("maker")


@pytest.fixture
def loader(db: None) -> User:
    """The statistician who loads it."""
    return statistician("loader")


def sealed_file(key_file: Path, out: Path, maker: str = "maker", **options: object) -> Path:
    """A sealed list, made by the command."""
    call_command(
        "seal_list",
        public_key=keys.public_path(key_file),
        out=out,
        maker=maker,
        **{"per_stratum": 12, "stdout": io.StringIO()} | options,
    )
    return out


@pytest.fixture
def sealed(key_file: Path, tmp_path: Path) -> bytes:
    """The content of a sealed file of twelve places a stratum."""
    return sealed_file(key_file, tmp_path / "list.sealed").read_bytes()


def commitment_in(content: bytes) -> str:
    """The commitment that a file promises."""
    return str(json.loads(content)["commitment"])
