"""The badge of an unblinded participant: when and by whom, never to what (L23)."""

from zoneinfo import ZoneInfo

from django.db.models import Value
from django.db.models.functions import Coalesce

from randomization.unblinding.models import CodeBreak, UnblindingRequest
from screening.models import Participant


def unblinded_words(participant: Participant) -> str:
    """ "Unblinded on 3 Mar 2026 by …" for the first time it happened; empty when it never did. One query."""
    asked = UnblindingRequest.objects.filter(participant=participant).order_by()
    broken = CodeBreak.objects.filter(participant=participant).order_by()
    rows = asked.values_list("asked_at", Coalesce("asked_by__full_name", Value(""))).union(
        broken.values_list("opened_at", Coalesce("UBWHO", Value(""))), all=True
    )
    found = min(rows, default=None)
    if found is None:
        return ""
    on = found[0].astimezone(ZoneInfo(participant.site.time_zone))
    return f"Unblinded on {on.day} {on:%b %Y} by {found[1]}"
