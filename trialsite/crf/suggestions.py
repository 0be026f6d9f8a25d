"""Answers that the numbers of a form suggest: shown as chosen until a person chooses or submits them.

What an earlier screening suggests is another matter: see `proposals`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

SETTLED = "settled"  # the input that carries the names which a person has answered, or cleared


@dataclass(frozen=True)
class Suggestion:
    """code: of the question's codelist. why: the numbers, as the start of a sentence."""

    code: str
    why: str


def settled_names(sent: str, suggestible: Collection[str]) -> frozenset[str]:
    """The questions that a person has answered or cleared on this page; unknown names are dropped."""
    return frozenset(sent.split()) & frozenset(suggestible)


def own_answers(
    typed: Mapping[str, str], suggestible: Collection[str], settled: Collection[str]
) -> dict[str, str]:
    """What a person typed: without the answers that stand in the inputs only because they are suggested."""
    shown_only = set(suggestible) - set(settled)
    return {name: text for name, text in typed.items() if name not in shown_only}
