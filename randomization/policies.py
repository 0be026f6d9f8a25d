"""What may be asked for, and if not, why not: each rule answers with a reason, `require_none` raises it.

The rule for a treatment number is `screening.policies.number_refusal` (B2).
"""

from randomization.models import NUMBER_VISIT, TreatmentRequest
from randomization.states import GIVEN, Kind
from screening.forms.diagnosis import Diagnosis
from screening.models import Participant
from trialsite import protocol

LATER_DOSES = tuple(visit for visit in protocol.DOSE_VISITS if visit != NUMBER_VISIT)


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
    """Why no kit may be asked for at this visit; None when it may be."""
    if visit not in LATER_DOSES:
        return f"A kit is asked for at the visits {', '.join(LATER_DOSES)}; Day 1 has one with the number."
    if not number_is_given(participant):
        return "A kit follows a treatment number, and this participant has none."
    return None


def number_is_given(participant: Participant) -> bool:
    """Whether the vault has given this participant a number."""
    given = TreatmentRequest.objects.filter(participant=participant, kind=Kind.NUMBER, state__in=GIVEN)
    return given.exists()


def stratum(participant: Participant) -> str:
    """The stratum's code by ILDYN as it stands. ValueError when unknown, which `number_refusal` excludes."""
    at_screening = Diagnosis.objects.filter(
        record__participant=participant, record__visit=protocol.SCREENING_VISIT
    )
    return protocol.stratum_of(at_screening.values_list("ILDYN", flat=True).first() or "")
