"""Versions of the protocol, each with its whole tables. Append-only: a change is another version."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from screening.criteria.tables import Listed, Reference

LONGEST_NAME = 100
LONGEST_TEXT = 500
LONGEST_WINDOW = 3650
FIRST_PUBLISHED = 2


class ProtocolVersion(models.Model):
    """A published version; version 1 is the registration's text and has no tables, so no row.

    Its rows are written in the transaction that makes it and never later; a trigger holds that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField(unique=True)
    # Why there is a new version: the amendment that it follows.
    reason = models.CharField(max_length=200)
    # From this day at a site, screenings that are not yet submitted are judged under it.
    effective = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.CheckConstraint(
                condition=Q(number__gte=FIRST_PUBLISHED), name="protocol_version_follows_registration"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="protocol_version_has_reason"),
        )

    def __str__(self) -> str:
        return f"version {self.number}, {self.reason}"


class ProhibitedMedication(models.Model):
    """A drug or class of exclusion 14 in one version."""

    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="prohibited")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    kind = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Listed])
    synonyms = ArrayField(models.CharField(max_length=LONGEST_NAME), default=list, blank=True)
    # The drugs of a class.
    members = ArrayField(models.CharField(max_length=LONGEST_NAME), default=list, blank=True)
    window_days = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=16, choices=[(each.value, each.value) for each in Reference])
    note = models.CharField(max_length=LONGEST_TEXT, blank=True, default="")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("version", "number"), name="prohibited_numbered_once"),
            models.UniqueConstraint(
                fields=("version", "name", "reference"), name="prohibited_named_once_for_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind=Listed.DRUG.value, members=[]) | Q(kind=Listed.CLASS.value) & ~Q(members=[]),
                name="prohibited_members_are_of_a_class",
            ),
            models.CheckConstraint(
                condition=Q(reference__in=[each.value for each in Reference]), name="prohibited_reference"
            ),
            models.CheckConstraint(condition=Q(window_days__lte=LONGEST_WINDOW), name="prohibited_window"),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.window_days} days"


class AttestationQuestion(models.Model):
    """A further inclusion criterion in one version."""

    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="attestations")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=4)
    text = models.CharField(max_length=LONGEST_TEXT)
    question = models.CharField(max_length=LONGEST_TEXT)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("version", "number"), name="attestation_numbered_once"),
            models.UniqueConstraint(fields=("version", "code"), name="attestation_code_once"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^IN(0[6-9]|[1-9][0-9])$"), name="attestation_code_from_in06"
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(question=""), name="attestation_has_words"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.question}"
