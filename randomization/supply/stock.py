"""What a site can count: kits by label and state, and how many doses are certain. Never an arm (L5).

In each shipment the kits with one label are pairs. A kit that is gone, for whatever reason, is reckoned as a
pair of its shipment: then a kit of either arm is certain to be there for every dose that is promised, and no
count, warning or shortage depends on an arm. The vault gives by the same rule
(randomization/vault/kits_choosing.py).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Sum

from randomization.supply.models import Kit, Shipment
from randomization.supply.states import ARRIVED, KitState, ShipmentState
from trialsite import protocol
from trialsite.accounts.models import Site

DAYS_TO_LAST_DAY = protocol.KIT_EXPIRY_MARGIN_DAYS
SHOWN = (
    KitState.STOCKED,
    KitState.QUARANTINED,
    KitState.GIVEN,
    KitState.USED,
    KitState.RETURNED,
    KitState.REJECTED,
    KitState.MISSING,
    KitState.DESTROYED,
)


@dataclass(frozen=True)
class Group:
    """The kits of a site with one label: how many of each shipment are in each state."""

    lot: str
    expiry: date
    shipments: tuple[Counter[str], ...]
    usable: bool

    @cached_property
    def counts(self) -> Counter[str]:
        """How many are in each state."""
        return sum(self.shipments, Counter())

    @property
    def in_stock(self) -> int:
        """How many are in stock now, the kits that no dose can be promised from among them."""
        return self.counts[KitState.STOCKED]

    @property
    def doses(self) -> int:
        """How many doses can be given from them, whichever the arms."""
        if not self.usable:
            return 0
        return sum(
            max(0, each.total() // 2 - (each.total() - each[KitState.STOCKED])) for each in self.shipments
        )

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Each state's word and count, in the order of SHOWN."""
        return [(state.label, self.counts[state]) for state in SHOWN]


@dataclass(frozen=True)
class Stock:
    """What a site has, and what is under way to it."""

    site: Site
    groups: tuple[Group, ...]
    on_the_way: int
    at_depot: int

    @property
    def doses(self) -> int:
        """How many doses can be given now."""
        return sum(group.doses for group in self.groups)

    @property
    def low(self) -> bool:
        """Whether the site is asked to order: counted from totals only."""
        return self.doses < protocol.LOW_STOCK_DOSES

    @property
    def quarantined(self) -> int:
        """How many kits are set aside."""
        return sum(group.counts[KitState.QUARANTINED] for group in self.groups)


def stock_of(site: Site, on: date) -> Stock:
    """The stock of a site on a day there; four queries, however many kits."""
    counts: dict[tuple[date, str], dict[UUID | None, Counter[str]]] = {}
    rows = Kit.objects.filter(site=site, state__in=ARRIVED).order_by()
    by_shipment = rows.values_list("expiry", "lot", "shipment_id", "state").annotate(Count("pk"))
    for expiry, lot, shipment, state, count in by_shipment:
        counts.setdefault((expiry, lot), {}).setdefault(shipment, Counter())[state] = count
    last = on + timedelta(days=DAYS_TO_LAST_DAY)
    groups = tuple(
        Group(lot, expiry, tuple(found.values()), expiry >= last)
        for (expiry, lot), found in sorted(counts.items())
    )
    under_way = (ShipmentState.ORDERED, ShipmentState.PREPARED, ShipmentState.SENT)
    pairs = Shipment.objects.filter(site=site, state__in=under_way).aggregate(Sum("pairs"))["pairs__sum"]
    return Stock(site, groups, pairs or 0, pairs_at_depot(site))


def pairs_at_depot(site: Site) -> int:
    """How many pairs can still be ordered for a site."""
    packed = Kit.objects.filter(site=site, state=KitState.PACKED).count() // 2
    ordered = Shipment.objects.filter(site=site, state=ShipmentState.ORDERED).aggregate(Sum("pairs"))
    return packed - int(ordered["pairs__sum"] or 0)
