"""The laboratory assessor's word on the next dose, as a code; never why (L19)."""

from collections.abc import Iterable
from dataclasses import dataclass

from screening.models import Participant
from trialsite.protocol import DOSE_VISITS
from visits.dosing.gate import Advice, Judged
from visits.dosing.models import DoseAdvice
from visits.windows import VISIT_BY_CODE


@dataclass(frozen=True)
class Hold:
    """A dose that is not to be given: held this time, or stopped for good. `since` is the visit's code."""

    advice: Advice
    since: str

    @property
    def words(self) -> str:
        """For a reader: what, not why."""
        where = VISIT_BY_CODE[self.since].label
        return f"Stopped at {where}" if self.advice is Advice.STOP else f"Held at {where}"


def hold_of(participant: Participant, visit: str) -> Hold | None:
    """What keeps the dose of a visit from being given, None when nothing does; one query."""
    found = counting(DoseAdvice.objects.filter(participant=participant), visit)
    if found is None or found.advice == Advice.GIVE:
        return None
    return Hold(Advice(found.advice), found.visit)


def counting(given: Iterable[DoseAdvice], visit: str) -> DoseAdvice | None:
    """Of all words given, the one that counts for a visit: a STOP of an earlier visit, else its own latest.

    A later word replaces an earlier one of the same visit; a HOLD ends with its visit, a STOP does not.
    """
    latest = {each.visit: each for each in sorted(given, key=lambda each: (each.signed_at, str(each.pk)))}
    for code in DOSE_VISITS[: DOSE_VISITS.index(visit)]:
        if code in latest and latest[code].advice == Advice.STOP:
            return latest[code]
    return latest.get(visit)


def judged(found: DoseAdvice | None, visit: str) -> Judged | None:
    """The same as the gate reads it."""
    if found is None:
        return None
    return Judged(
        advice=Advice(found.advice),
        version=found.laboratory_version,
        of_visit=VISIT_BY_CODE[found.visit].label,
        here=found.visit == visit,
    )
