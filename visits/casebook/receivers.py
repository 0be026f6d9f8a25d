"""The counts of a visit follow its records, at the end of the transaction that saved one."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from screening.forms.consent import Consent
from screening.models import Participant
from trialsite.audit.context import do_last
from trialsite.crf.models import Record
from visits.casebook.summaries import count_visits


@receiver(post_save, sender=Record, dispatch_uid="visits.count_after_record")
def record_was_saved(instance: Record, **_: Any) -> None:
    """A form was entered, marked as not done, or a query on it was opened or closed."""
    # The day of consent, with which screening and the events begin, follows the consent form.
    do_last(
        count_visits, str(instance.participant_id), "" if instance.form == Consent.code else instance.visit
    )


@receiver(post_save, sender=Participant, dispatch_uid="visits.count_after_participant")
def participant_was_saved(instance: Participant, created: bool, **_: Any) -> None:  # noqa: FBT001 - a signal's
    """Day 1, an early end, another day of consent."""
    if not created:
        do_last(count_visits, str(instance.pk))
