"""The badge of an unblinded participant: when and by whom, never to what (L23)."""

from zoneinfo import ZoneInfo

from django.db.models import F

from randomization.unblinding.models import CodeBreak, UnblindingRequest
from screening.models import Participant


def unblinded_words(participant: Participant) -> str:
    """Such as “Unblinded on 3 Mar 2026 by …”, of the first time; empty when it never happened. One query.

    A request whose answer nobody has seen has unblinded nobody.
    """
    shown = UnblindingRequest.objects.filter(participant=participant, disclosure__isnull=False).order_by()
    broken = CodeBreak.objects.filter(participant=participant).order_by()
    rows = shown.values_list(F("disclosure__disclosed_at"), F("asked_by__full_name")).union(
        broken.values_list(F("opened_at"), F("UBWHO")), all=True
    )
    found = min(rows, default=None)
    if found is None:
        return ""
    on = found[0].astimezone(ZoneInfo(participant.site.time_zone))
    return f"Unblinded on {on.day} {on:%b %Y} by {found[1]}"
