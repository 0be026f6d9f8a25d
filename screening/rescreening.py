"""Screening a person again, under a new number that is linked to the one before.

Only one screening of a person is under way: the earlier one has ended, and is never taken up again.
"""

import uuid
from datetime import date, time, timedelta

from screening.case import hold, live_review
from screening.models import Participant
from screening.registration import RegistrationRefused, register_participant, registered_with
from screening.review_states import ReviewState
from screening.voiding import void_review
from trialsite.accounts.access import lacking, require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.protocol import SCREENING_DAYS


class RescreeningRefused(Exception):
    """Nobody was screened again. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def last_day_of_screening(participant: Participant) -> date:
    """The last day on which the screening can lead to a treatment number."""
    return participant.RFICDTC + timedelta(days=SCREENING_DAYS)


def rescreen_refusal(user: User, participant: Participant, review: ReviewState | None) -> str | None:
    """Why this person cannot screen the participant again now, as a sentence; None when they can.

    review: the state of the review that counts, None without one.
    """
    if reason := lacking(user, Right.REGISTER_PARTICIPANT, participant.site_id):
        return reason
    SUBJID, later, earlier = participant.SUBJID, participant.followed_by, participant.rescreen_of
    if later is not None:
        return f"{SUBJID} is screened again as {later.SUBJID} already. Go on there."
    for each in (participant, earlier):
        if each is not None and each.RANDNO:
            return f"{each.SUBJID} has a treatment number: who was randomized is not screened again."
    last = last_day_of_screening(participant)
    if review is ReviewState.SCREEN_FAILURE or participant.today() > last:
        return None
    return (
        f"The screening of {SUBJID} goes on. It can be followed by another when a screening failure is "
        f"signed, or after {last.day} {last:%b %Y} without a treatment number."
    )


def rescreen(
    *, by: User, participant: Participant, RFICDTC: date, RFICTIM: time, ICVER: str, key: uuid.UUID
) -> Participant:
    """Register the same person anew, with a consent of a later day (B2, P1); a new SUBJID of the same site.

    One transaction; the same key registers once. A review that still waits or is signed becomes void.
    NotAllowed without the right; RescreeningRefused while the screening goes on or was followed already;
    RegistrationRefused for a consent that cannot be.
    """
    require(by, Right.REGISTER_PARTICIPANT, participant.site_id)
    with acting(by, role=role_name(by, Right.REGISTER_PARTICIPANT, participant.site_id)):
        held = hold(participant)
        if done := registered_with(key, held.site):
            return done
        review = live_review(held)
        if refusal := rescreen_refusal(by, held, ReviewState(review.state) if review else None):
            raise RescreeningRefused(refusal)
        if held.RFICDTC >= RFICDTC:
            raise RegistrationRefused(
                {"RFICDTC": f"A new screening has a new consent: allowed is a day after {held.RFICDTC}."}
            )
        later = register_participant(
            by=by,
            site=held.site,
            RFICDTC=RFICDTC,
            RFICTIM=RFICTIM,
            ICVER=ICVER,
            key=key,
            rescreen_of=held,
        )
        if review is not None and review.state != ReviewState.SCREEN_FAILURE:
            void_review(review, by=by, reason=f"Screened again as {later.SUBJID}.")
    return later
