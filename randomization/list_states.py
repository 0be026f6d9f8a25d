"""The states of a handed-in list and the moves between them, as a table; a trigger holds the same."""

from django.db.models import TextChoices


class ListState(TextChoices):
    """Where a handed-in list stands."""

    HANDED_IN = "HANDED_IN", "Waits for the second person"
    CONFIRMED = "CONFIRMED", "Waits for the vault"
    LOADED = "LOADED", "Loaded"
    REFUSED = "REFUSED", "Refused by the vault"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class ListKind(TextChoices):
    """What a handed-in list is a list of."""

    ALLOCATION = "ALLOCATION", "Allocation list"
    KITS = "KITS", "Kit list"


NOT_HANDED_IN = "not handed in"
HAND_IN, CONFIRM, WITHDRAW = "hand in (the maker)", "confirm (somebody else)", "withdraw"
LOAD, REFUSE = "load", "refuse, because the list is not as it must be"

LIST_MOVES: dict[tuple[str, str], ListState] = {
    (NOT_HANDED_IN, HAND_IN): ListState.HANDED_IN,
    (ListState.HANDED_IN, CONFIRM): ListState.CONFIRMED,
    (ListState.HANDED_IN, WITHDRAW): ListState.WITHDRAWN,
    (ListState.CONFIRMED, LOAD): ListState.LOADED,
    (ListState.CONFIRMED, REFUSE): ListState.REFUSED,
}
LIST_MOVES_OF_THE_VAULT = (LOAD, REFUSE)

LIST_UNDER_WAY = (ListState.HANDED_IN, ListState.CONFIRMED)
