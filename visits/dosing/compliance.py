"""Compliance: doses given of doses due, volume given of planned, kits returned. Plain values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from visits.dosing.volume import share_of_plan


@dataclass(frozen=True)
class Dose:
    """One dose visit. given: None while nothing is entered. Volumes in mL, None when not known."""

    closes: date
    given: bool | None = None
    planned: Decimal | None = None
    volume: Decimal | None = None
    kit: str = ""
    kit_returned: bool = False

    @property
    def percent(self) -> Decimal | None:
        """Volume given of planned; None unless both are known."""
        if not self.given or self.planned is None or self.volume is None:
            return None
        return share_of_plan(self.volume, self.planned)


@dataclass(frozen=True)
class Compliance:
    """The sums. planned and volume: mL of the doses where both are known."""

    due: int
    given: int
    planned: Decimal
    volume: Decimal
    kits: int
    kits_returned: int

    @property
    def doses_percent(self) -> Decimal | None:
        """Percent of the doses due that were given; None as long as none is due."""
        return share_of_plan(Decimal(self.given), Decimal(self.due)) if self.due else None

    @property
    def volume_percent(self) -> Decimal | None:
        """Percent of the planned volume that was given; None without a given dose."""
        return share_of_plan(self.volume, self.planned) if self.planned else None


def is_due(dose: Dose, today: date, left_on: date | None) -> bool:
    """Whether a dose counts: it was given, or its window has closed before the participant left and by now.

    A dose that is recorded as not given counts at once.
    """
    if dose.given is not None:
        return True
    return dose.closes < today and (left_on is None or dose.closes < left_on)


def compliance(doses: Sequence[Dose], today: date, left_on: date | None = None) -> Compliance:
    """The sums over the dose visits of a participant."""
    due = [dose for dose in doses if is_due(dose, today, left_on)]
    measured = [
        (dose.planned, dose.volume) for dose in due if dose.given and dose.planned and dose.volume is not None
    ]
    return Compliance(
        due=len(due),
        given=sum(bool(dose.given) for dose in due),
        planned=sum((planned for planned, _ in measured), Decimal(0)),
        volume=sum((volume for _, volume in measured), Decimal(0)),
        kits=sum(bool(dose.kit) for dose in doses),
        kits_returned=sum(bool(dose.kit) and dose.kit_returned for dose in doses),
    )
