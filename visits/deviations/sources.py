"""Deviations that follow from what another room or a form says; appointments and doses propose their own."""

from uuid import UUID

from screening.forms.medication import OtherMedication
from screening.models import Participant
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.protocol import SCREENING_VISIT
from visits.deviations.category import Category
from visits.deviations.proposing import propose_deviation, withdraw_proposal


def propose_unblinding(participant: Participant, about: UUID) -> None:
    """An unblinding is on record. about: the key of that record, which knows no arm."""
    propose_deviation(
        participant=participant,
        category=Category.UNBLINDING,
        cause=f"unblinding:{about}",
        term="An unblinding is on record.",
        on=participant.today(),
    )


def settle_prohibited_medication(record: Record) -> None:
    """The form "Other medication" of a visit was saved: PROHMED = Y proposes, anything else withdraws.

    At screening it excludes (EX14) and is no deviation.
    """
    if record.visit == SCREENING_VISIT:
        return
    participant, cause = record.participant, f"prohibited-medication:{record.visit}"
    said = OtherMedication._default_manager.filter(record=record, PROHMED="Y")
    if record.state == RecordState.NOT_DONE or not said.exists():
        withdraw_proposal(participant=participant, cause=cause)
        return
    propose_deviation(
        participant=participant,
        category=Category.PROHIBITED_MED,
        cause=cause,
        term="Medication that the protocol prohibits was given.",
        on=said.values_list("CMDTC", flat=True).first() or participant.today(),
        visit=record.visit,
    )
