"""What a version of the protocol adds to the registration: prohibited medication, further inclusion criteria.

Plain values: the rules get them with the readings, a submission freezes them as JSON.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from trialsite.protocol import PROTOCOL_VERSION


class Reference(StrEnum):
    """The day from which a window is counted back."""

    SCREENING = "SCREENING"
    RANDOMIZATION = "RANDOMIZATION"

    @property
    def variable(self) -> str:
        """The variable of form SV that holds this day."""
        return "SCRNDTC" if self is Reference.SCREENING else "RANDDTC"


class Listed(StrEnum):
    """What a row of the list names."""

    DRUG = "DRUG"
    CLASS = "CLASS"


@dataclass(frozen=True)
class Prohibited:
    """A drug or class that excludes (EX14) when its last day lies `window_days` or fewer before `reference`.

    `synonyms` are other names of the same, `members` the drugs of a class; a medication that bears any of
    the names is meant.
    """

    name: str
    kind: Listed
    window_days: int
    reference: Reference
    synonyms: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which it is found."""
        return (self.name, *self.synonyms, *self.members)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From what `ProtocolTables.as_json` wrote."""
        return cls(
            name=data["name"],
            kind=Listed(data["kind"]),
            window_days=data["window_days"],
            reference=Reference(data["reference"]),
            synonyms=tuple(data["synonyms"]),
            members=tuple(data["members"]),
            note=data["note"],
        )


@dataclass(frozen=True)
class Attestation:
    """A further inclusion criterion (IN06, IN07, ...): its text, and the question that the site answers."""

    code: str
    text: str
    question: str


@dataclass(frozen=True)
class ProtocolTables:
    """One version of the protocol. Version 1 is the text of the registration, which has neither table."""

    number: int = 1
    name: str = PROTOCOL_VERSION
    prohibited: tuple[Prohibited, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As a submission freezes it."""
        return {
            "number": self.number,
            "name": self.name,
            "prohibited": [
                {**asdict(each), "synonyms": list(each.synonyms), "members": list(each.members)}
                for each in self.prohibited
            ],
            "attestations": [asdict(each) for each in self.attestations],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The version that was frozen."""
        return cls(
            number=data["number"],
            name=data["name"],
            prohibited=tuple(Prohibited.from_json(each) for each in data["prohibited"]),
            attestations=tuple(Attestation(**each) for each in data["attestations"]),
        )


REGISTERED = ProtocolTables()
