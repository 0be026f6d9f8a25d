"""The log of exports: who took which data out, when, and their hash (X1, A6)."""

import uuid

from django.conf import settings
from django.db import models


class Export(models.Model):
    """One export of the study data. The file is kept: the same export gives the same bytes."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(null=True, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | (models.Q(rows__isnull=False, finished_at__isnull=False) & ~models.Q(sha256="")),
                name="export_done_has_hash",
            ),
        )

    def __str__(self) -> str:
        return f"export of {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def file_name(self) -> str:
        """The name under which a person saves it."""
        return f"promis-mda5-{self.asked_at:%Y%m%d-%H%M}-{str(self.id)[:8]}.zip"
