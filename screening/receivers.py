"""What screening does when a record was saved: it follows the consent, and voids a review that used it."""

from typing import Any

from django.dispatch import receiver

from screening import carry_over
from screening.case import held_case
from screening.models import EligibilityReview
from screening.registration import follow_consent
from screening.review_states import LIVE
from screening.snapshot import changed_values
from screening.voiding import void_reason, void_review
from trialsite.accounts.models import User
from trialsite.crf.models import Record
from trialsite.crf.signals import record_changed
from trialsite.prepared import Given, PreparedValues
from trialsite.protocol import SCREENING_VISIT

_LIVE_REVIEW = PreparedValues(
    lambda: EligibilityReview.objects.filter(participant=Given("participant"), state__in=LIVE).values_list(
        "pk"
    )
)


@receiver(record_changed)
def record_was_changed(sender: object, record: Record, by: User, **_: Any) -> None:
    """In the transaction that saved the record. Criteria and consent read the screening visit alone."""
    if record.visit != SCREENING_VISIT:
        return
    if record.form == "DS":
        follow_consent(record)
    carry_over.remember(record)
    void_if_used(record, by)


def void_if_used(record: Record, by: User) -> None:
    """Void the participant's live review if any value that it froze is another one now.

    One query when there is no live review. The participant is held before the review is read: a
    signature that is being written at this moment is waited for, and then found.
    """
    if not _LIVE_REVIEW.all(participant=record.participant_id):
        return
    case = held_case(record.participant)
    if case.review is None:
        return
    if changed := changed_values(case.review.snapshot, case.snapshot):
        void_review(case.review, by=by, reason=void_reason(changed))
