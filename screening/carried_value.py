"""Where a value of a re-screened participant comes from, when it was carried over."""

import uuid

from django.db import models

from trialsite.crf.models import Record


class CarriedValue(models.Model):
    """A value that was carried over from an earlier screening and submitted by a person as it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    # The input, such as HEIGHT; a row by its first variable, RECORDS-0-MHTERM.
    name = models.CharField(max_length=60)
    # What stood in the inputs of the value: text, unit, upper limit.
    typed = models.JSONField()
    # The record in which it was entered first, of which participant, by whom and when (at the site).
    source = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    SUBJID = models.CharField(max_length=10)
    entered_by = models.CharField(max_length=200)
    entered_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("record", "name"), name="carried_value_once"),)

    def __str__(self) -> str:
        on = f"{self.entered_on.day} {self.entered_on:%b %Y}"
        return f"Carried over from {self.SUBJID}, {on}, {self.entered_by}."
