"""The states of a treatment request and the moves between them, as a table.

The database holds the same table as a trigger (second migration), and docs/adr/0005-sealed-arm.md as a
diagram; tests compare them.
"""

from django.db.models import TextChoices


class Kind(TextChoices):
    """What is asked for."""

    NUMBER = "NUMBER", "treatment number, with the kit for Day 1"
    KIT = "KIT", "kit for a later dose"


class State(TextChoices):
    """Where a request stands."""

    WAITING = "WAITING", "Waiting for the vault"
    ANSWERED = "ANSWERED", "Answered"
    TAKEN_UP = "TAKEN_UP", "Given"
    REFUSED = "REFUSED", "Refused"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class Refusal(TextChoices):
    """Why the vault gave nothing. No code depends on an arm (L5).

    NO_KIT follows from counts that everybody at the site sees; NOT_AVAILABLE is the end of the list.
    """

    NOT_AVAILABLE = "NOT_AVAILABLE", "Nothing can be given at this site at present."
    NO_KIT = "NO_KIT", "No usable kit at this site. Ask for resupply."
    EXPIRED = "EXPIRED", "The request was not answered on the day that it was made for."


NOT_ASKED = "not asked"
ASK, WITHDRAW, TAKE_UP = "ask", "withdraw, because eligibility was voided", "take up"
GIVE, REFUSE = "give", "refuse, because there is nothing to give or the day is over"

MOVES: dict[tuple[str, str], State] = {
    (NOT_ASKED, ASK): State.WAITING,
    (State.WAITING, GIVE): State.ANSWERED,
    (State.WAITING, REFUSE): State.REFUSED,
    (State.WAITING, WITHDRAW): State.WITHDRAWN,
    (State.ANSWERED, TAKE_UP): State.TAKEN_UP,
    (State.REFUSED, ASK): State.WAITING,
    (State.WITHDRAWN, ASK): State.WAITING,
}
OF_THE_VAULT = (GIVE, REFUSE)  # made under the database role trial_vault, the others under trial_web

OPEN = (State.WAITING, State.ANSWERED, State.TAKEN_UP)  # asking again changes nothing
GIVEN = (State.ANSWERED, State.TAKEN_UP)
