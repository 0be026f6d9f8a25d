"""Kits in stock that can be used for some days only: one cause a site and expiry, whatever the kits."""

from collections.abc import Iterator
from datetime import timedelta

from randomization.supply.models import Kit
from randomization.supply.states import KitState
from visits.reminders.causes import Among, Cause, Days, caused
from visits.reminders.rules import KITS_AHEAD_DAYS, kits_span


def expiring_kits(days: Days, among: Among) -> Iterator[Cause]:
    """Which of the labels in stock come to their end; one query. No count, lot or number is read (L5)."""
    del among  # kits are a site's, not a participant's
    rows = Kit.objects.filter(
        site__in=days,
        state=KitState.STOCKED,
        expiry__gte=min(days.values()),
        expiry__lte=max(days.values()) + timedelta(days=KITS_AHEAD_DAYS),
    )
    for site, expiry in rows.order_by("site", "expiry").values_list("site_id", "expiry").distinct():
        span = kits_span(expiry)
        if span.covers(days[site]):
            yield caused(span, subject=f"{site}:{expiry}", site=site, participant=None)
