"""The README names what there is: variables, commands, targets, pictures, files."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from trialsite import environment
from trialsite.audit.coverage import OWN_PACKAGES
from trialsite.embedded import roles

ROOT = environment.ROOT
README = (ROOT / "README.md").read_text(encoding="utf-8")
READ = re.compile(r"""\b(?:value|flag|number|required|_outside|environ\.get)\(\s*["']([A-Z_]+)["']""")
# What Django and its libraries bring and the README names.
NOT_OURS = {"migrate"}


def first_cells(chapter: str) -> str:
    """The first column of the table in a chapter."""
    text = README.split(f"\n## {chapter}\n", 1)[1].split("\n## ", 1)[0]
    return "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("|"))


def test_every_variable_that_is_read_is_in_the_table_and_no_other() -> None:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "trialsite").glob("*.py"))
    read = {name for source in sources for name in READ.findall(source)}
    logins = (roles.OWNER, roles.WEB, roles.VAULT)
    passwords = {f"DATABASE_PASSWORD_{login.removeprefix('trial_').upper()}" for login in logins}
    assert set(re.findall(r"`([A-Z_]+)`", first_cells("Variables"))) == read | passwords


def test_every_command_is_in_the_table_and_no_other() -> None:
    ours = {name for name, app in get_commands().items() if str(app).split(".")[0] in OWN_PACKAGES}
    assert set(re.findall(r"`([a-z_]+)[ `]", first_cells("Commands"))) == ours | NOT_OURS


def test_every_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`| {4})make ([a-z-]+)", README))
    assert {"run", "test"} <= named <= targets


def test_every_picture_is_shown_and_small_enough_to_load() -> None:
    shown = set(re.findall(r"\]\((docs/pictures/[^)]+)\)", README))
    pictures = {str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "pictures").iterdir()}
    assert shown == pictures
    assert all((ROOT / path).stat().st_size <= 250_000 for path in pictures)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^):#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
