"""The state diagrams of docs/states.md, drawn from the tables that the code acts on."""

import re
from argparse import ArgumentParser
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import TextChoices

from randomization import states as requests
from randomization.supply import states as supply
from screening import review_states as reviews
from trialsite import environment
from trialsite.accounts.rights import Right, roles_with
from trialsite.crf import lifecycle as records
from trialsite.crf import queries
from trialsite.crf import study_lock_models as locks
from trialsite.crf.models import Query
from visits.deviations import states as deviations
from visits.reminders import outbox
from visits.safety import states as safety

FILE = environment.ROOT / "docs" / "states.md"
HEAD = """# States and moves

Drawn by `manage.py draw_states` from the tables that the code acts on; not edited by hand. What is not drawn
is refused. `manage.py draw_states --check` ends with code 1 when a table was changed and this page was not.
"""
START = ""
Arrow = tuple[str, str, str]  # from, to, what happens


@dataclass(frozen=True)
class Machine:
    """One kind of thing that has states, and the file whose table is drawn."""

    title: str
    says: str
    table: str
    states: type[TextChoices]
    arrows: tuple[Arrow, ...]


def machines() -> Iterator[Machine]:
    """Everything that is drawn."""
    yield Machine(
        "Form",
        "One form of one participant at one visit. A change of submitted values needs a reason.",
        "trialsite/crf/lifecycle.py",
        records.RecordState,
        _arrows(records.MOVES, before=records.NOT_STARTED),
    )
    yield Machine(
        "Query",
        "A question about a value. A question that a check asked is closed by itself once the value gives "
        "no reason for it any more.",
        "trialsite/crf/queries.py",
        Query.State,
        (
            (START, Query.State.OPEN, "somebody asks, or confirms what a check asked"),
            *(
                (start, end, f"by a {_roles(right)}")
                for start, ways in queries.MOVES.items()
                for end, right in ways
            ),
        ),
    )
    yield Machine(
        "Eligibility review",
        "At most one review of a participant counts: submitted, signed, or a screening failure.",
        "screening/review_states.py",
        reviews.ReviewState,
        _arrows(reviews.MOVES, before=reviews.NOT_SUBMITTED),
    )
    yield Machine(
        "Treatment request",
        "A treatment number or a kit. The database refuses any other move too, and those of the vault to "
        "everybody else.",
        "randomization/states.py",
        requests.State,
        _arrows(requests.MOVES, before=requests.NOT_ASKED, of_the_vault=requests.OF_THE_VAULT),
    )
    yield Machine(
        "Lock of the study",
        "While the study is locked, the database refuses every write of its data. The two who unlock it have "
        "two roles.",
        "trialsite/crf/study_lock_models.py",
        locks.LockState,
        (
            (START, locks.LockState.OPEN, "the study begins"),
            (locks.LockState.OPEN, locks.LockState.LOCKED, f"lock, by a {_roles(Right.LOCK_STUDY)}"),
            *(
                (start, end, move.label.lower())
                for (start, verb), end in locks.MOVES.items()
                if (move := locks.LockMove(verb)) is not locks.LockMove.LOCK
            ),
        ),
    )
    yield Machine(
        "Kit",
        "Each move is a line of the ledger, and only a line of the ledger moves a kit.",
        "randomization/supply/states.py",
        supply.KitState,
        _arrows(
            {(start, verb.label): end for (start, verb), end in supply.KIT_MOVES.items()},
            before=supply.NOT_LOADED,
            of_the_vault=[verb.label for verb in supply.VERBS_OF_THE_VAULT],
        ),
    )
    yield Machine(
        "Shipment",
        "Pairs of kits for a site. The vault chooses which; nobody blinded has to know what is in them.",
        "randomization/supply/states.py",
        supply.ShipmentState,
        tuple(
            (
                START if move.start == supply.NOT_ORDERED else move.start,
                move.end,
                f"{move.verb} (vault)" if move.vault else move.verb,
            )
            for move in supply.SHIPMENT_MOVES
        ),
    )
    yield Machine(
        "Report of a serious event",
        "A clock runs while a report or a follow-up is due: for 24 hours, and for seven days after a report "
        "of an event that goes on.",
        "visits/safety/states.py",
        safety.ReportState,
        _arrows(safety.MOVES, before=safety.NOT_SERIOUS_YET),
    )
    yield Machine(
        "Proposed deviation",
        "What the system noticed; a person records or dismisses it.",
        "visits/deviations/states.py",
        deviations.ProposalState,
        _arrows(deviations.MOVES, before=deviations.NOT_PROPOSED),
    )
    yield Machine(
        "Reminder",
        "A line of the outbox becomes at most one mail.",
        "visits/reminders/outbox.py",
        outbox.State,
        (
            (START, outbox.State.PLANNED, "it is due"),
            *((move.start, move.end, move.means) for move in outbox.MOVES),
        ),
    )


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *map(_section, machines())])


def _arrows(
    moves: Mapping[tuple[str, str], str], *, before: str, of_the_vault: Collection[str] = ()
) -> tuple[Arrow, ...]:
    """The arrows of a table (state, verb) -> state; `before` is its name for what does not exist yet."""
    return tuple(
        (START if start == before else start, end, f"{verb} (vault)" if verb in of_the_vault else verb)
        for (start, verb), end in moves.items()
    )


def _roles(right: Right) -> str:
    *others, last = (role.label.lower() for role in roles_with(right))
    return f"{', '.join(others)} or {last}" if others else last


def _section(machine: Machine) -> str:
    met = {state for arrow in machine.arrows for state in arrow[:2]}
    missing = [f"“{state.label}”" for state in machine.states if state not in met]
    lines = [f"## {machine.title}", "", machine.says, f"Table: `{machine.table}`."]
    if missing:
        lines += ["", f"No move leads to {' or '.join(missing)} yet."]
    lines += ["", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {_name(state)}' for state in machine.states if state in met]
    lines += [f"    {_name(start)} --> {_name(end)}: {verb}" for start, end, verb in machine.arrows]
    return "\n".join([*lines, "```", ""])


def _name(state: str) -> str:
    """The state's name in the diagram, where blanks are not allowed."""
    return re.sub(r"\W", "_", state.lower()) if state else "[*]"


class Command(BaseCommand):
    """Needs no database."""

    help = "Draws the state diagrams in docs/states.md; with --check, only says whether they are up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; code 1 when it is not up to date"
        )
        parser.add_argument("--file", type=Path, default=FILE, help="the page (default: docs/states.md)")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        drawn = page()
        if not options["check"]:
            file.write_text(drawn, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != drawn:
            raise CommandError(f"{file.name} is not what the tables say: run manage.py draw_states.")
