"""The states of a kit and of a shipment, and the moves between them, as tables.

The database holds the same tables as triggers (migration 0005_kit_ledger); a test compares them.
"""

from dataclasses import dataclass

from django.db.models import TextChoices


class KitState(TextChoices):
    """Where a kit is."""

    PACKED = "PACKED", "At the depot"
    ALLOTTED = "ALLOTTED", "In a shipment"
    SENT = "SENT", "On the way"
    STOCKED = "STOCKED", "In stock"
    QUARANTINED = "QUARANTINED", "In quarantine"
    GIVEN = "GIVEN", "Given to a participant"
    USED = "USED", "Used"
    RETURNED = "RETURNED", "Returned"
    REJECTED = "REJECTED", "Not to be used"
    MISSING = "MISSING", "Missing"
    DESTROYED = "DESTROYED", "Destroyed"


class Verb(TextChoices):
    """What is done with a kit. Each is one line of the ledger."""

    LOAD = "LOAD", "load"
    ALLOT = "ALLOT", "put into a shipment"
    SEND = "SEND", "send"
    RECEIVE = "RECEIVE", "receive"
    MISS = "MISS", "find missing at receipt"
    QUARANTINE = "QUARANTINE", "quarantine"
    RELEASE = "RELEASE", "release"
    REJECT = "REJECT", "reject"
    GIVE = "GIVE", "give"
    USE = "USE", "use for a dose"
    CORRECT = "CORRECT", "correct, because the dose was not given from it"
    RETURN = "RETURN", "return"
    DESTROY = "DESTROY", "destroy"


NOT_LOADED = "not loaded"
K = KitState

KIT_MOVES: dict[tuple[str, Verb], KitState] = {
    (NOT_LOADED, Verb.LOAD): K.PACKED,
    (K.PACKED, Verb.ALLOT): K.ALLOTTED,
    (K.ALLOTTED, Verb.SEND): K.SENT,
    (K.SENT, Verb.RECEIVE): K.STOCKED,
    (K.SENT, Verb.QUARANTINE): K.QUARANTINED,
    (K.SENT, Verb.MISS): K.MISSING,
    (K.STOCKED, Verb.QUARANTINE): K.QUARANTINED,
    (K.QUARANTINED, Verb.RELEASE): K.STOCKED,
    (K.QUARANTINED, Verb.REJECT): K.REJECTED,
    (K.STOCKED, Verb.GIVE): K.GIVEN,
    (K.GIVEN, Verb.USE): K.USED,
    (K.USED, Verb.CORRECT): K.GIVEN,
    (K.STOCKED, Verb.RETURN): K.RETURNED,
    (K.GIVEN, Verb.RETURN): K.RETURNED,
    (K.USED, Verb.RETURN): K.RETURNED,
    (K.REJECTED, Verb.RETURN): K.RETURNED,
    (K.RETURNED, Verb.DESTROY): K.DESTROYED,
    (K.REJECTED, Verb.DESTROY): K.DESTROYED,
}
VERBS_OF_THE_VAULT = (Verb.LOAD, Verb.ALLOT, Verb.GIVE)

ARRIVED = (K.STOCKED, K.QUARANTINED, K.GIVEN, K.USED, K.RETURNED, K.REJECTED, K.MISSING, K.DESTROYED)
AT_SITE = (K.STOCKED, K.QUARANTINED, K.GIVEN, K.USED, K.REJECTED)


class ShipmentState(TextChoices):
    """Where a shipment stands."""

    ORDERED = "ORDERED", "Waits for the vault"
    PREPARED = "PREPARED", "To be packed and sent"
    SENT = "SENT", "On the way"
    RECEIVED = "RECEIVED", "Received"
    REFUSED = "REFUSED", "Refused"


@dataclass(frozen=True)
class ShipmentMove:
    """One move; `vault` says that the vault makes it."""

    start: str
    verb: str
    end: ShipmentState
    vault: bool = False


NOT_ORDERED = "not ordered"
SHIPMENT_MOVES = (
    ShipmentMove(NOT_ORDERED, "order pairs", ShipmentState.ORDERED),
    ShipmentMove(ShipmentState.ORDERED, "choose the kits", ShipmentState.PREPARED, vault=True),
    ShipmentMove(
        ShipmentState.ORDERED,
        "refuse, because the depot has fewer pairs",
        ShipmentState.REFUSED,
        vault=True,
    ),
    ShipmentMove(ShipmentState.PREPARED, "send", ShipmentState.SENT),
    ShipmentMove(ShipmentState.SENT, "receive", ShipmentState.RECEIVED),
)
