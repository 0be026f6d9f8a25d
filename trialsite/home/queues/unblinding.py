"""Participants who were unblinded lately: that it happened, never to what."""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse

from randomization.unblinding.models import UnblindingRequest
from trialsite.accounts.rights import Right
from trialsite.home.queue import Item, Queue, Scope, day, first

RECENT = timedelta(days=14)


def recent_unblindings(scope: Scope) -> Queue:
    """The requests to unblind of the last two weeks at the sites of this person."""
    rows = (
        UnblindingRequest.objects.filter(
            asked_at__gte=Now() - RECENT, participant__site__in=scope.sites(Right.SEE_PARTICIPANTS)
        )
        .select_related("participant", "asked_by", "disclosure")
        .order_by(F("asked_at").desc())
    )
    count, requests = first(rows)
    items = [
        Item(
            each.participant.SUBJID,
            reverse("randomization:unblinding", args=[each.participant.SUBJID]),
            "unblinded" if hasattr(each, "disclosure") else "waiting",
            "" if hasattr(each, "disclosure") else "Asked for",
            note=f"on {day(each.asked_at)} by {each.asked_by.full_name}",
        )
        for each in requests
    ]
    return Queue(
        "Emergency unblinding",
        "flag",
        count,
        tuple(items),
        "Nobody was unblinded in the last two weeks.",
    )
