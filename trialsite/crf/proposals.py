"""Answers that something known before suggests for a form that is not entered yet.

They stand in the inputs for a person to look at and to submit; nothing is stored by proposing it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialsite.crf.forms import CaseReportForm


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

    def without_idle(self, typed: Mapping[str, str], not_asked: Collection[str]) -> dict[str, str]:
        """What is typed, without proposed values of questions that are not asked: nobody typed those."""
        idle = {name for name in self.taken(typed) if name in not_asked}
        return {
            name: text
            for name, text in typed.items()
            if name.removesuffix("_UNIT").removesuffix("_ULN") not in idle
        }

    def reason(self, typed: Mapping[str, str]) -> str:
        """What history says of a submission that takes proposed values; empty when it takes none."""
        taken = self.taken(typed)
        return f"{self.why} ({', '.join(taken)})" if taken else ""


def proposal_of(form: "type[CaseReportForm]", participant: Any, visit: str, repeat: int) -> Proposal | None:
    """What is proposed for a form that is not submitted yet: by the form itself for an event that runs
    through the study, by the participant for a planned form; nothing for a retest.
    """
    if form.runs_through():
        return form.proposal_for(participant, repeat)
    if repeat:
        return None
    proposed: Proposal | None = participant.proposal(form.code, visit)
    return proposed
