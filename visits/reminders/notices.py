"""Telling data managers and sponsor of an unblinding: that it happened, never to what (U2)."""

from uuid import UUID

from django.conf import settings
from django.db.models import Q

from screening.models import Participant
from trialsite.accounts.models import Membership, Role
from visits.models import Notice

TOLD: tuple[Role, ...] = (Role.DATA_MANAGER,)


def plan_notices(*, participant: Participant, about: UUID) -> list[Notice]:
    """Write a line of the outbox for everybody who is told, in the transaction that is open.

    `about` is the key of the record of the event; each address gets one mail about it.
    """
    held = Membership.objects.filter(role__in=TOLD, ended_at=None, user__is_active=True)
    held = held.filter(Q(site=participant.site_id) | Q(site=None)).exclude(user__email="")
    addresses = {*held.values_list("user__email", flat=True), settings.SPONSOR_EMAIL} - {""}
    return Notice.objects.bulk_create(
        Notice(participant=participant, about=about, address=address) for address in sorted(addresses)
    )
