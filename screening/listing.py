"""The list of participants: pages by key, with a fixed number of queries however many there are."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from screening.models import EligibilityReview, Participant
from screening.progress import forms_done
from screening.review_states import LIVE, ReviewState

PAGE = 20


class Standing(StrEnum):
    """Where a participant stands on the way to a treatment number; the value is what the address says."""

    SCREENING = "screening"
    REVIEW = "review"
    SIGNED = "signed"
    FAILURE = "failure"
    NUMBER = "number"


TITLES = {
    Standing.SCREENING: "In screening",
    Standing.REVIEW: "Waiting for review",
    Standing.SIGNED: "Signed as eligible",
    Standing.FAILURE: "Screening failure",
    Standing.NUMBER: "With a number",
}
_REVIEWED_AS = {
    Standing.REVIEW: ReviewState.SUBMITTED,
    Standing.SIGNED: ReviewState.SIGNED,
    Standing.FAILURE: ReviewState.SCREEN_FAILURE,
}


@dataclass(frozen=True)
class Line:
    """A participant in the list. `state` is a code of trialsite.icons.STATES, `word` its word."""

    participant: Participant
    forms_done: int
    state: str
    word: str
    unblinded: bool


@dataclass(frozen=True)
class Page:
    """A page of the list, and the number after which the next one begins; empty on the last."""

    lines: list[Line]
    next: str


def page_of(sites: Collection[str], *, standing: Standing | None, search: str, after: str) -> Page:
    """The page after a participant's number, newest first; one query.

    sites: codes of the sites to list. search: a part of the number. Whatever else is empty filters nothing.
    """
    reviews = EligibilityReview.objects.filter(participant=OuterRef("pk")).order_by("-submitted_at")
    rows = Participant.objects.filter(site__in=sites)
    if standing is not None:
        rows = rows.filter(_in(standing))
    if search:
        rows = rows.filter(SUBJID__contains=search)
    if after:
        rows = rows.filter(SUBJID__lt=after)
    found = list(
        rows.select_related("site", "rescreen_of", "rescreened_as")
        .annotate(
            forms_done=forms_done(),
            review=Subquery(reviews.values("state")[:1]),
            unblinded=_rows("unblinding_requests", disclosure__isnull=False) | _rows("code_breaks"),
        )
        .order_by("-SUBJID")[: PAGE + 1]
    )
    lines = [Line(each, each.forms_done, *_badge(each, each.review), each.unblinded) for each in found[:PAGE]]
    return Page(lines, found[PAGE - 1].SUBJID if len(found) > PAGE else "")


def _in(standing: Standing) -> Q:
    if standing is Standing.NUMBER:
        return ~Q(RANDNO="")
    if standing is Standing.SCREENING:
        return Q(~Exists(_reviews(*LIVE)), RANDNO="", rescreened_as=None)
    return Q(Exists(_reviews(_REVIEWED_AS[standing])), RANDNO="")


def _reviews(*states: ReviewState) -> "QuerySet[EligibilityReview]":
    return EligibilityReview.objects.filter(participant=OuterRef("pk"), state__in=states)


def _rows(relation: str, **wanted: object) -> Exists:
    """Whether a later room has such rows about the participant, by the name of their relation (L23)."""
    model: Any = Participant._meta.get_field(relation).related_model
    return Exists(model._default_manager.filter(participant=OuterRef("pk"), **wanted))


def _badge(participant: Participant, review: str | None) -> tuple[str, str]:
    """How the latest review shows: (state code, word)."""
    if participant.followed_by and review != ReviewState.SCREEN_FAILURE:
        return ("ended", "Screened again")
    if review is None:
        return ("incomplete", "In screening")
    return {
        ReviewState.SUBMITTED: ("waiting", "Waiting for review"),
        ReviewState.SIGNED: ("signed", "Signed as eligible"),
        ReviewState.RETURNED: ("query", "Sent back"),
        ReviewState.SCREEN_FAILURE: ("ended", "Screening failure"),
        # Without a number the door is closed and the screening goes on; with one, the harm is done.
        ReviewState.VOIDED: ("warning", "Signature void")
        if participant.RANDNO
        else ("incomplete", "Review void"),
    }[ReviewState(review)]
