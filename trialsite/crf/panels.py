"""Panels beside a form that later rooms show: registered by them, loaded when the page is there."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """A part of a page beside the form: title, the address of its content, the stylesheet that it needs."""

    title: str
    url: str
    stylesheet: str


# (SUBJID, form, visit) -> the panel, None where it has nothing to say. Called for every page: no query.
Offer = Callable[[str, str, str], Panel | None]

_OFFERS: list[Offer] = []


def show_panel(offer: Offer) -> None:
    """Let forms show a panel."""
    _OFFERS.append(offer)


def panels_beside(SUBJID: str, form: str, visit: str) -> list[Panel]:
    """The panels of a form at a visit."""
    return [panel for offer in _OFFERS if (panel := offer(SUBJID, form, visit))]
