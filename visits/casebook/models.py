"""Signatures under the forms of a visit, and the counts that the matrix of the study reads."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from trialsite.crf.models import Record

HASH = r"^[0-9a-f]{64}$"


class VisitSignature(models.Model):
    """An investigator's signature under complete forms of one visit (E1, E2); written once, never changed.

    `content_hash` is the SHA-256 over the values of every form that was signed, `signature` the one over
    the whole statement: who, under which name and role, when, what it means, and which forms.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="visit_signatures"
    )
    visit = models.CharField(max_length=4)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=200)
    signer_role = models.CharField(max_length=16)
    signed_at = models.DateTimeField()
    meaning = models.TextField()
    content_hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ("-signed_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(content_hash__regex=HASH, signature__regex=HASH)
                & ~Q(signer_name="")
                & ~Q(meaning=""),
                name="visit_signature_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"signature of {self.visit}, {self.signer_name}"


class SignedRecord(models.Model):
    """One form under a signature: which version of it, and the SHA-256 of the values that it had."""

    signature = models.ForeignKey(VisitSignature, on_delete=models.PROTECT, related_name="records")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="signed")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    content_hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("record", "version"), name="version_is_signed_once"),
            models.CheckConstraint(condition=Q(content_hash__regex=HASH), name="signed_record_is_hashed"),
        )

    def __str__(self) -> str:
        return f"version {self.version} of {self.record_id}"


class VisitSummary(models.Model):
    """What is left to do at a participant's visit, counted from the records with every save.

    Masked forms are not counted: nobody learns from a number whether one exists (L19). Nothing is decided
    by these rows: they make a page of the study quick, and `visits.casebook.summaries` counts them anew at
    any time. SUBJID and site repeat the participant's, so that a filtered page is read along one index.
    """

    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.CASCADE, related_name="visit_summaries"
    )
    visit = models.CharField(max_length=4)
    SUBJID = models.CharField(max_length=10)
    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    # None for a visit without window: screening, unscheduled, early end.
    window_open = models.DateField(null=True)
    window_close = models.DateField(null=True)
    took_place_on = models.DateField(null=True)
    missed = models.BooleanField()
    # The participant's early end came before it.
    closed = models.BooleanField()
    # Forms that the schedule asks for and that are not done.
    missing = models.PositiveSmallIntegerField()
    queries = models.PositiveSmallIntegerField()
    # Finished forms: not signed in their present version, those of them that were signed before, and signed.
    unsigned = models.PositiveSmallIntegerField()
    changed = models.PositiveSmallIntegerField()
    signed = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("SUBJID",)
        constraints = (
            models.UniqueConstraint(fields=("participant", "visit"), name="summary_once_per_visit"),
        )
        indexes = (
            models.Index(
                fields=("SUBJID", "window_close"),
                condition=Q(took_place_on=None, missed=False, closed=False),
                name="summary_outstanding",
            ),
            models.Index(
                fields=("SUBJID",),
                condition=Q(took_place_on__isnull=False, missing__gt=0),
                name="summary_missing",
            ),
            models.Index(fields=("SUBJID",), condition=Q(queries__gt=0), name="summary_queries"),
            models.Index(
                fields=("SUBJID",),
                condition=Q(took_place_on__isnull=False, missing=0, unsigned__gt=0),
                name="summary_to_sign",
            ),
        )

    def __str__(self) -> str:
        return f"{self.SUBJID}, {self.visit}"
