"""What each person wants to be reminded of, and how."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from visits.reminders.hours import DEFAULT_HOUR, DIGEST_HOURS
from visits.reminders.kinds import SERIOUS

SERIOUS_KINDS = [kind.value for kind in SERIOUS]


class ReminderPreference(models.Model):
    """The wishes of one person; who has no row has the defaults: everything, in the mail of the morning.

    What concerns a serious adverse event is mailed in any case.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="reminder_preference",
    )
    in_application = ArrayField(models.CharField(max_length=13), default=list, blank=True)
    switched_off = ArrayField(models.CharField(max_length=13), default=list, blank=True)
    digest_hour = models.PositiveSmallIntegerField(default=DEFAULT_HOUR)
    urgent_at_once = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(switched_off__overlap=SERIOUS_KINDS) & ~Q(in_application__overlap=SERIOUS_KINDS),
                name="serious_reminders_are_mailed",
            ),
            models.CheckConstraint(
                condition=Q(digest_hour__gte=DIGEST_HOURS[0], digest_hour__lte=DIGEST_HOURS[-1]),
                name="digest_comes_in_the_day",
            ),
        )

    def __str__(self) -> str:
        return f"reminders of {self.person_id} at {self.digest_hour}:00"
