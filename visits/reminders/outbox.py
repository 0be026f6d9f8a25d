"""The states of a reminder in the outbox and the moves between them, as a table."""

from dataclasses import dataclass

from django.db.models import TextChoices


class State(TextChoices):
    """Where a reminder stands."""

    PLANNED = "PLANNED", "Planned"
    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Sent"
    EXPIRED = "EXPIRED", "Expired"
    UNKNOWN = "UNKNOWN", "Outcome unknown"


@dataclass(frozen=True)
class Move:
    """One allowed move, and what it means."""

    start: State
    end: State
    means: str


CLAIM = Move(State.PLANNED, State.SENDING, "a worker took it, before it speaks to the mail server")
EXPIRE = Move(State.PLANNED, State.EXPIRED, "it helps nobody any more")
DELIVER = Move(State.SENDING, State.SENT, "the mail server accepted it")
PUT_BACK = Move(
    State.SENDING, State.PLANNED, "the mail server certainly did not take it, so it is tried again later"
)
LOSE = Move(State.SENDING, State.UNKNOWN, "the worker died or the line broke, so it is never sent again")

MOVES = (CLAIM, EXPIRE, DELIVER, PUT_BACK, LOSE)


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = [f"    {move.start} --> {move.end}: {move.means}" for move in MOVES]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.PLANNED}", *lines])
