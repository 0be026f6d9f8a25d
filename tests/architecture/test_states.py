"""The drawn states are those of the tables that the code acts on."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from trialsite.management.commands.draw_states import FILE, machines, page

STATE = re.compile(r'    state "[^":;]+" as (\w+)')
# A semicolon or a colon would end the words of an arrow.
ARROW = re.compile(r"    (\[\*\]|\w+) --> (\w+): [^:;]+")


def test_the_page_of_states_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == page()


def test_a_page_that_is_missing_or_not_up_to_date_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "states.md"
    with pytest.raises(CommandError, match="draw_states"):
        call_command("draw_states", check=True, file=file)
    call_command("draw_states", file=file)
    call_command("draw_states", check=True, file=file)
    file.write_text(file.read_text(encoding="utf-8").replace("-->", "-> ", 1), encoding="utf-8")
    with pytest.raises(CommandError, match="draw_states"):
        call_command("draw_states", check=True, file=file)


def test_every_arrow_leads_between_states_that_are_drawn() -> None:
    diagrams = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)\n```", page(), re.DOTALL)
    assert len(diagrams) == len(list(machines()))
    for diagram in diagrams:
        lines = diagram.splitlines()
        states = {found[1] for line in lines if (found := STATE.fullmatch(line))}
        arrows = [found for line in lines if (found := ARROW.fullmatch(line))]
        assert len(states) + len(arrows) == len(lines)
        assert {name for arrow in arrows for name in arrow.groups()} == states | {"[*]"}
