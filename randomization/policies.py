"""What may be asked for, and if not, why not: each rule answers with a reason, `require_none` raises it.

The rule for a treatment number is `screening.policies.number_refusal` (B2).
"""

from datetime import date, timedelta

from randomization.models import NUMBER_VISIT
from randomization.signals import kit_asked_for
from screening.forms.diagnosis import Diagnosis
from screening.models import Participant
from trialsite import protocol

LATER_DOSES = tuple(visit for visit in protocol.DOSE_VISITS if visit != NUMBER_VISIT)
VISITS = {visit.code: visit for visit in protocol.VISITS}
# Doses are two weeks apart: earlier than this before the target, the kit would be wanted for the dose before.
KIT_DAYS_AHEAD = 7


class NotYet(Exception):
    """Nothing can be asked for. `reason` is a sentence for the person who asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def require_none(reason: str | None) -> None:
    """Does nothing for None; else raises NotYet with the reason."""
    if reason is not None:
        raise NotYet(reason)


def why_no_kit(participant: Participant, visit: str) -> str | None:
    """Why no kit may be asked for at this visit today; None when it may be.

    A kit for quite another visit is refused here; whether the dose may be given, the rooms above say.
    """
    if visit not in LATER_DOSES:
        return f"A kit is asked for at the visits {', '.join(LATER_DOSES)}; Day 1 has one with the number."
    if participant.day1 is None:
        return "A kit follows a treatment number, and this participant has none."
    if participant.left_on is not None:
        return f"Closed: left the study on {participant.left_on.isoformat()}."
    planned = VISITS[visit]
    assert planned.day is not None  # a dose visit is a scheduled visit
    first = participant.day1 + timedelta(days=planned.day - 1 - KIT_DAYS_AHEAD)
    if participant.today() < first:
        return f"The kit of {planned.label} can be asked for from {first.day} {first:%b %Y}."
    answers = kit_asked_for.send(sender=Participant, participant=participant, visit=visit)
    return next((refusal for _, refusal in answers if refusal), None)


def usable_until(participant: Participant, visit: str, on: date) -> date:
    """Until when a kit asked for on a day has to be usable: the visit's window, and a margin."""
    planned = VISITS[visit]
    assert planned.day is not None
    last = (participant.day1 or on) + timedelta(days=planned.day - 1 + planned.after)
    return max(last, on) + timedelta(days=protocol.KIT_EXPIRY_MARGIN_DAYS)


def stratum(participant: Participant) -> str:
    """The stratum's code by ILDYN as it stands. ValueError when unknown, which `number_refusal` excludes."""
    at_screening = Diagnosis.objects.filter(
        record__participant=participant, record__visit=protocol.SCREENING_VISIT
    )
    return protocol.stratum_of(at_screening.values_list("ILDYN", flat=True).first() or "")
