"""How the other rooms of the visits propose a deviation: nothing is recorded by it, a person decides."""

from datetime import date

from screening.models import Participant
from visits.deviations.category import Category
from visits.deviations.models import ProposedDeviation
from visits.deviations.states import MOVES, PROPOSE, WITHDRAW

__all__ = ["Category", "propose_deviation", "withdraw_proposal"]


def propose_deviation(
    *, participant: Participant, category: Category, cause: str, term: str, on: date, visit: str = ""
) -> None:
    """Put a deviation before the people who classify it, inside an open `acting`.

    cause: a stable key such as "booked-outside:W2"; asked again with the same one, nothing changes, unless
    it was withdrawn meanwhile: then it is proposed again. term: a fixed sentence without data.
    """
    found, made = ProposedDeviation.objects.select_for_update().get_or_create(
        participant=participant,
        cause=cause,
        defaults={"category": category, "term": term, "on": on, "visit": visit},
    )
    state = None if made else MOVES.get((found.state, PROPOSE))
    if state is not None:
        found.state, found.category, found.term, found.on, found.visit = state, category, term, on, visit
        found.save(update_fields=["state", "category", "term", "on", "visit"])


def withdraw_proposal(*, participant: Participant, cause: str) -> None:
    """The cause no longer holds, inside an open `acting`; what a person decided stays as it is."""
    found = ProposedDeviation.objects.select_for_update().filter(participant=participant, cause=cause).first()
    state = MOVES.get((found.state, WITHDRAW)) if found else None
    if found is not None and state is not None:
        found.state = state
        found.save(update_fields=["state"])
