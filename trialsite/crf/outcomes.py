"""What can come of submitting a form."""

from dataclasses import dataclass

from trialsite.crf.models import Record
from trialsite.crf.reading import Reading


@dataclass(frozen=True)
class Saved:
    """Stored; `replayed` when the same submission had been stored before."""

    record: Record
    replayed: bool = False


@dataclass(frozen=True)
class Refused:
    """Nothing stored: the checks refuse, or ask for a confirmation that was not given."""

    reading: Reading


@dataclass(frozen=True)
class ReasonNeeded:
    """Nothing stored: values given before would change, which needs a reason (A3)."""

    reading: Reading
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Nothing stored: somebody else saved the record meanwhile (F9)."""

    record: Record


Outcome = Saved | Refused | ReasonNeeded | Conflict
