"""What one version of the tables says otherwise than another, in words."""

from dataclasses import dataclass

from screening.criteria.tables import Attestation, Listed, Prohibited, ProtocolTables


@dataclass(frozen=True)
class Difference:
    """One row that was added (no `before`), removed (no `after`) or changed."""

    row: str
    before: str
    after: str

    @property
    def verb(self) -> str:
        """Added, removed or changed."""
        if not self.before:
            return "Added"
        return "Changed" if self.after else "Removed"


def differences(old: ProtocolTables, new: ProtocolTables) -> list[Difference]:
    """The rows that differ, medication first."""
    return [
        *_between(_medications(old), _medications(new)),
        *_between(_questions(old), _questions(new)),
    ]


def said_of(entry: Prohibited) -> str:
    """An entry of the list in one sentence."""
    kind = "Class" if entry.kind is Listed.CLASS else "Drug"
    also = f", also {', '.join(entry.synonyms)}" if entry.synonyms else ""
    drugs = f", with {', '.join(entry.members)}" if entry.members else ""
    note = f" {entry.note}" if entry.note else ""
    return f"{kind}{also}{drugs}; {entry.window_days} days before {entry.reference.lower()}.{note}"


def _between(old: dict[str, str], new: dict[str, str]) -> list[Difference]:
    return [
        Difference(row, old.get(row, ""), new.get(row, ""))
        for row in (old | new)
        if old.get(row) != new.get(row)
    ]


def _medications(tables: ProtocolTables) -> dict[str, str]:
    return {f"{each.name}, before {each.reference.lower()}": said_of(each) for each in tables.prohibited}


def _questions(tables: ProtocolTables) -> dict[str, str]:
    return {each.code: _said_of_question(each) for each in tables.attestations}


def _said_of_question(attestation: Attestation) -> str:
    return f"{attestation.text} Asked: {attestation.question}"
