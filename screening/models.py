"""Participants, and every screening form (imported here so that Django knows its table)."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models

from screening.forms import EVERY_FORM
from screening.review_models import EligibilityReview
from trialsite import clock
from trialsite.accounts.models import Site
from trialsite.protocol import FORMS, SCREENING_VISIT

__all__ = ["EVERY_FORM", "EligibilityReview", "Participant"]


class Participant(models.Model):
    """A person who has given consent, known by number only: no name, no identity number (P1)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    SUBJID = models.CharField(max_length=10, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="participants")
    # Date of consent, the same as on the consent form; nothing happens before it.
    RFICDTC = models.DateField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(auto_now_add=True)
    # Both come with the treatment number; Day 1 anchors the schedule.
    RANDNO = models.CharField(max_length=12, blank=True, default="")
    day1 = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["SUBJID"]
        constraints = [
            models.UniqueConstraint(
                fields=["RANDNO"], condition=~models.Q(RANDNO=""), name="participant_randno_once"
            ),
            models.CheckConstraint(
                condition=models.Q(RANDNO="", day1=None) | (~models.Q(RANDNO="") & ~models.Q(day1=None)),
                name="participant_day1_comes_with_number",
            ),
        ]

    def __str__(self) -> str:
        return self.SUBJID

    def today(self) -> date:
        """Today at the participant's site."""
        return clock.today(self.site.time_zone)

    def check_context(self) -> dict[str, Any]:
        """What the edit checks of every form may read."""
        return {"TODAY": self.today(), "CONSENT": self.RFICDTC, "DAY1": self.day1}

    def entry_refusal(self, form: str, visit: str) -> str | None:
        """Why this form cannot be entered at this visit, as a sentence; None when it can."""
        scheduled = next((each for each in FORMS if each.code == form), None)
        if scheduled is None or visit not in (*scheduled.visits, *scheduled.optional):
            return "The schedule of assessments does not have this form at this visit."
        if visit != SCREENING_VISIT and self.day1 is None:
            return "This visit opens when the treatment number has been given."
        return None
