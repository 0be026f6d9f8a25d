"""The secret address of a person's calendar."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarFeed(models.Model):
    """That a person's calendar can be read at a secret address; without a row there is none.

    Only a hash of the secret is kept: whoever reads the table cannot read the calendar.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="calendar_feed"
    )
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="calendar_feed_keeps_a_hash"
            ),
        )

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
