"""A sealed list on its way to the vault: handed in by its maker, confirmed by somebody else (B5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from randomization.list_states import LIST_UNDER_WAY, ListState


class HandedInList(models.Model):
    """A sealed file that somebody handed in, and what became of it.

    The content is ciphertext, and is emptied once the vault has answered. `maker` and `loader` are user
    names, for the vault, which does not see accounts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.TextField(blank=True)
    commitment = models.CharField(max_length=64)
    maker = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    slots = models.JSONField("slots by stratum")
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()
    loader = models.CharField(max_length=64, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=ListState.choices, default=ListState.HANDED_IN)
    refusal = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-handed_in_at",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ListState.values), name="list_state_is_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, loader="")
                | (~Q(confirmed_by=F("handed_in_by")) & ~Q(loader=F("maker"))),
                name="maker_does_not_load",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ListState.HANDED_IN, ListState.WITHDRAWN])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="list_is_confirmed_before_it_is_loaded",
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(state__in=[*LIST_UNDER_WAY, ListState.LOADED]),
                name="one_list_under_way_or_loaded",
            ),
        )

    def __str__(self) -> str:
        return f"list {self.commitment[:16]}: {self.get_state_display()}"
