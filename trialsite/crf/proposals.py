"""Answers that something known before suggests for a form that is not entered yet.

They stand in the inputs for a person to look at and to submit; nothing is stored by proposing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Proposal:
    """typed: the inputs by name. origins: for each value, where it comes from, as a sentence.

    why completes "… (HEIGHT, WEIGHT)" in the history: what the proposal as a whole is.
    """

    typed: Mapping[str, str]
    origins: Mapping[str, str]
    why: str

    def taken(self, typed: Mapping[str, str]) -> list[str]:
        """The proposed values that are submitted unchanged: names of inputs."""
        return [
            name
            for name in self.origins
            if all(
                typed.get(each, "").strip() == text
                for each, text in self.typed.items()
                if each in (name, f"{name}_UNIT", f"{name}_ULN")
            )
        ]

    def reason(self, typed: Mapping[str, str]) -> str:
        """What history says of a submission that takes proposed values; empty when it takes none."""
        taken = self.taken(typed)
        return f"{self.why} ({', '.join(taken)})" if taken else ""
