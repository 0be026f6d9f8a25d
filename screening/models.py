"""Participants, and every screening form (imported here so that Django knows its table)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, Optional

from django.conf import settings
from django.db import models
from django.urls import reverse

from screening.carried_value import CarriedValue
from screening.carry_over import origins_of, proposal_for
from screening.early_end import EndReason, end_refusal
from screening.forms import EVERY_FORM
from screening.forms.attestations import Attestations
from screening.protocol_tables.loading import tables_for
from screening.protocol_tables.models import AttestationQuestion, ProhibitedMedication, ProtocolVersion
from screening.review_models import EligibilityReview
from screening.signals import origins_wanted, proposal_wanted
from trialsite import clock
from trialsite.accounts.access import may
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from trialsite.crf.models import Record
from trialsite.crf.proposals import Proposal
from trialsite.protocol import FORMS, LOG_FORMS, LOG_VISIT, SCREENING_VISIT

__all__ = [
    "EVERY_FORM",
    "AttestationQuestion",
    "CarriedValue",
    "EligibilityReview",
    "Participant",
    "ProhibitedMedication",
    "ProtocolVersion",
]


class Participant(models.Model):
    """A person who has given consent, known by number only: no name, no identity number (P1)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    SUBJID = models.CharField(max_length=10, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="participants")
    # Date of consent, the same as on the consent form; nothing happens before it.
    RFICDTC = models.DateField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(auto_now_add=True)
    # The screening of the same person that ended before this one; each is followed once at most.
    rescreen_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="rescreened_as"
    )
    # Both come with the treatment number; Day 1 anchors the schedule.
    RANDNO = models.CharField(max_length=12, blank=True, default="")
    day1 = models.DateField(null=True, blank=True)
    # Left the study before its end: the day and the code of the reason, both or neither.
    left_on = models.DateField(null=True, blank=True)
    left_because = models.CharField(max_length=18, choices=EndReason.choices, blank=True, default="")

    class Meta:
        ordering = ["SUBJID"]
        # The order of the screening log, so that a page of it is read without sorting everybody.
        indexes = [models.Index(fields=["RFICDTC", "SUBJID"], name="participant_in_log")]
        constraints = [
            models.UniqueConstraint(
                fields=["RANDNO"], condition=~models.Q(RANDNO=""), name="participant_randno_once"
            ),
            models.CheckConstraint(
                condition=models.Q(RANDNO="", day1=None) | (~models.Q(RANDNO="") & ~models.Q(day1=None)),
                name="participant_day1_comes_with_number",
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None, left_because="")
                | models.Q(
                    day1__isnull=False,
                    left_on__isnull=False,
                    left_on__gte=models.F("day1"),
                    left_because__in=EndReason.values,
                ),
                name="participant_leaves_after_day1_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.SUBJID

    @property
    def followed_by(self) -> Optional["Participant"]:
        """The later screening of the same person; None when there is none."""
        later: Participant | None = getattr(self, "rescreened_as", None)
        return later

    def today(self) -> date:
        """Today at the participant's site."""
        return clock.today(self.site.time_zone)

    def check_context(self) -> dict[str, Any]:
        """What the edit checks of every form may read."""
        return {"TODAY": self.today(), "CONSENT": self.RFICDTC, "DAY1": self.day1}

    def side_panel(self, user: User, form: str, visit: str) -> str:
        """The address of what stands beside a form that is entered: the criteria at screening, else "".
        After the treatment number the criteria have done their work.
        """
        if visit != SCREENING_VISIT or self.RANDNO or not may(user, Right.SEE_ELIGIBILITY, self.site_id):
            return ""
        return f"{reverse('screening:live', args=[self.SUBJID])}?form={form}"

    def schedule_refusal(self, form: str, visit: str) -> str | None:
        """Why there is no such form at this visit, or not yet, as a sentence; None when there is."""
        if visit == LOG_VISIT:
            # An event belongs to the participant from consent on, whatever becomes of the visits.
            known = any(each.code == form for each in LOG_FORMS)
            return None if known else "This form belongs to a visit."
        scheduled = next((each for each in FORMS if each.code == form), None)
        if scheduled is None or visit not in (*scheduled.visits, *scheduled.optional):
            return "The schedule of assessments does not have this form at this visit."
        if visit != SCREENING_VISIT and self.day1 is None:
            return "This visit opens when the treatment number has been given."
        if form == Attestations.code and not tables_for(self).attestations:
            return "The participant's version of the protocol has no further inclusion criteria."
        return None

    def entry_refusal(self, form: str, visit: str) -> str | None:
        """Why this form cannot be entered at this visit, as a sentence; None when it can."""
        refusal = self.schedule_refusal(form, visit)
        if refusal or self.day1 is None:
            return refusal
        return end_refusal(visit, self.day1, self.left_on)

    def proposal(self, form: str, visit: str) -> Proposal | None:
        """What is known already and suggested for a form: at screening from an earlier screening of the same
        person, afterwards by a later room. None when nothing."""
        if visit == SCREENING_VISIT:
            return proposal_for(self, form, visit)
        answers: list[tuple[Any, Any]] = proposal_wanted.send(
            sender=Participant, participant=self, form=form, visit=visit
        )
        proposed: Proposal | None = next((proposal for _, proposal in answers if proposal), None)
        return proposed

    def origins(self, record: Record) -> Mapping[str, str]:
        """What stands beside the values of a stored form: at screening, which were carried over and from
        where; afterwards what a later room has to say."""
        if record.visit == SCREENING_VISIT:
            return origins_of(self, record)
        answers: list[tuple[Any, Any]] = origins_wanted.send(sender=Participant, record=record)
        found: Mapping[str, str] = next((each for _, each in answers if each), {})
        return found
