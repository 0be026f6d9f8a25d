"""A sealed list on its way to the vault: handed in by its maker, confirmed by somebody else (B5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from randomization.list_states import LIST_UNDER_WAY, ListKind, ListState


class HandedInList(models.Model):
    """A sealed file that somebody handed in, and what became of it.

    The content is ciphertext, and is emptied once the vault has answered. `maker` and `loader` are user
    names, for the vault, which does not see accounts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=ListKind.choices)
    content = models.TextField(blank=True)
    commitment = models.CharField(max_length=64)
    maker = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    counts = models.JSONField("places by stratum, or pairs of kits by site")
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
            models.CheckConstraint(condition=Q(kind__in=ListKind.values), name="list_kind_is_known"),
            models.UniqueConstraint(
                fields=("kind",),
                condition=Q(state__in=LIST_UNDER_WAY),
                name="one_list_of_a_kind_under_way",
            ),
            models.UniqueConstraint(
                fields=("kind",),
                condition=Q(kind=ListKind.ALLOCATION, state__in=[*LIST_UNDER_WAY, ListState.LOADED]),
                name="one_allocation_list_under_way_or_loaded",
            ),
        )

    def __str__(self) -> str:
        return f"list {self.commitment[:16]}: {self.get_state_display()}"
