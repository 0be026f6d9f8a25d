"""The states of a reminder, of the mail that carries it, and the moves between them, as tables."""

from dataclasses import dataclass

from django.db.models import TextChoices


class State(TextChoices):
    """Where a reminder or a notice stands."""

    PLANNED = "PLANNED", "Planned"
    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Sent"
    EXPIRED = "EXPIRED", "Expired"
    VOID = "VOID", "Settled before it was sent"
    QUIET = "QUIET", "In the application only"
    UNKNOWN = "UNKNOWN", "Outcome unknown"


class MailState(TextChoices):
    """Where a mail with reminders stands."""

    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Sent"
    REFUSED = "REFUSED", "Refused by the mail server"
    UNKNOWN = "UNKNOWN", "Outcome unknown"


@dataclass(frozen=True)
class Move:
    """One allowed move, and what it means."""

    start: State
    end: State
    means: str


CLAIM = Move(State.PLANNED, State.SENDING, "a worker took it, before it speaks to the mail server")
EXPIRE = Move(State.PLANNED, State.EXPIRED, "it helps nobody any more")
SETTLE = Move(State.PLANNED, State.VOID, "its cause is gone, or the recipient has left")
RETURN = Move(State.VOID, State.PLANNED, "its cause has come back")
KEEP_QUIET = Move(State.PLANNED, State.QUIET, "the recipient wants no mail about it")
DELIVER = Move(State.SENDING, State.SENT, "the mail server accepted it")
PUT_BACK = Move(
    State.SENDING, State.PLANNED, "the mail server certainly did not take it, so it is tried again later"
)
LOSE = Move(State.SENDING, State.UNKNOWN, "the worker died or the line broke, so it is never sent again")
TELL_AGAIN = Move(State.SENT, State.PLANNED, "the recipient put it off, and is told again on that day")
TELL_AT_LAST = Move(State.UNKNOWN, State.PLANNED, "the recipient put it off, so has read it here")

MOVES = (
    CLAIM,
    EXPIRE,
    SETTLE,
    RETURN,
    KEEP_QUIET,
    DELIVER,
    PUT_BACK,
    LOSE,
    TELL_AGAIN,
    TELL_AT_LAST,
)
MAILED = (State.SENDING, State.SENT, State.UNKNOWN)


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = [f"    {move.start} --> {move.end}: {move.means}" for move in MOVES]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.PLANNED}", *lines])
