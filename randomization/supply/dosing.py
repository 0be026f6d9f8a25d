"""What becomes of a given kit once the form says whether the dose was given from it."""

from randomization.models import TreatmentRequest
from randomization.supply.ledger import move
from randomization.supply.models import Kit
from randomization.supply.states import KitState, Verb
from screening.models import Participant

_WHY = "As the form of the dose says."


def follow_dose(*, participant: Participant, visit: str, used: str | None) -> None:
    """In the transaction that saves the form: the kit that was used is used, and no other of the visit."""
    given = TreatmentRequest.objects.filter(participant=participant, visit=visit, KITNO__isnull=False)
    for KITNO, state in Kit.objects.filter(KITNO__in=given.values("KITNO")).values_list("KITNO", "state"):
        if used == KITNO and state == KitState.GIVEN:
            move([KITNO], Verb.USE, reason=_WHY)
        elif used != KITNO and state == KitState.USED:
            move([KITNO], Verb.CORRECT, reason=_WHY)
