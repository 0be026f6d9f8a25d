"""Writing into the ledger: the one way in which a kit is moved."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from randomization.supply.models import KitMove, Quarantine, Shipment
from randomization.supply.states import Verb

MEANINGS: dict[Verb, str] = {
    Verb.SEND: "I packed these kits by their numbers and sent them to the site.",
    Verb.RECEIVE: "I received this kit, compared its number and found it in order.",
    Verb.MISS: "This kit was not in the shipment that I received.",
    Verb.QUARANTINE: "I set this kit apart; it is not used until it is decided about.",
    Verb.RELEASE: "I judged the kits together, as if each held the active drug: they may be used.",
    Verb.REJECT: "I judged the kits together, as if each held the active drug: they may not be used.",
    Verb.RETURN: "I returned this kit.",
    Verb.DESTROY: "This kit was destroyed.",
}


class SupplyRefused(Exception):
    """A move that cannot be made. `reason` is a sentence for the person, and says nothing of an arm."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def move(
    kits: Iterable[str],
    verb: Verb,
    *,
    reason: str = "",
    shipment: Shipment | None = None,
    quarantine: Quarantine | None = None,
) -> None:
    """One line for each kit, in the transaction that is open; a trigger moves the kits, or refuses all.

    Raises SupplyRefused when a kit is not, or no longer, where the move begins.
    """
    lines = [
        KitMove(
            kit_id=KITNO,
            verb=verb,
            meaning=MEANINGS.get(verb, ""),
            reason=reason,
            shipment=shipment,
            quarantine=quarantine,
        )
        for KITNO in sorted(kits)
    ]
    if not lines:
        return
    try:
        with transaction.atomic():
            KitMove.objects.bulk_create(lines)
    except IntegrityError:
        raise SupplyRefused(
            "One of these kits is not where it was when you looked: somebody else has moved it. "
            "Nothing was done; look again."
        ) from None
