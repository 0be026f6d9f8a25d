"""Shipments to pack, to send and to receive, and kits that were set aside. Never what is in a kit."""

from django.db.models import Count, F, QuerySet
from django.urls import reverse

from randomization.supply.models import Quarantine, Shipment
from randomization.supply.states import ShipmentState
from trialsite.accounts.rights import Right
from trialsite.home.queue import Item, Queue, Scope, day, first


def shipments_to_send(scope: Scope) -> Queue:
    """Shipments whose kits the vault has chosen, for those who pack and send them."""
    rows = Shipment.objects.filter(
        state=ShipmentState.PREPARED, site__in=scope.sites(Right.MANAGE_SUPPLY)
    ).order_by(F("ordered_at").asc())
    return _shipments("Shipments to send", rows, "Pack and send", "No shipment waits to be sent.")


def shipments_to_receive(scope: Scope) -> Queue:
    """Shipments on their way to the sites of this person."""
    rows = Shipment.objects.filter(
        state=ShipmentState.SENT, site__in=scope.sites(Right.HANDLE_KITS)
    ).order_by(F("sent_at").asc())
    return _shipments("Shipments under way", rows, "Receive", "No shipment is on its way.")


def kits_to_decide(scope: Scope) -> Queue:
    """Kits that were set aside and wait for the one decision that holds for all of them."""
    rows = (
        Quarantine.objects.filter(decision="", site__in=scope.sites(Right.MANAGE_SUPPLY))
        .annotate(held=Count("kits"))
        .order_by(F("begun_at").asc())
    )
    count, quarantines = first(rows)
    items = [
        Item(
            f"Site {each.site_id} · {each.get_cause_display()}",
            reverse("randomization:supply", args=[each.site_id]),
            "warning",
            "Release or reject",
            f"{each.held} kits since {day(each.begun_at)}",
        )
        for each in quarantines
    ]
    return Queue("Kits set aside", "kit", count, tuple(items), "No kit is set aside.")


def _shipments(title: str, rows: QuerySet[Shipment], word: str, empty: str) -> Queue:
    count, shipments = first(rows)
    items = [
        Item(
            f"Site {each.site_id} · {each.pairs} pairs",
            reverse("randomization:shipment", args=[each.site_id, each.pk]),
            "open",
            word,
            f"ordered {day(each.ordered_at)}",
        )
        for each in shipments
    ]
    return Queue(title, "kit", count, tuple(items), empty)
