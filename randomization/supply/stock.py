"""What a site can count: kits by label and state, and how many doses are certain. Never an arm (L5).

Kits with one label arrive in pairs. A kit that is gone, for whatever reason, is reckoned as a pair: then a
kit of either arm is certain to be there for every dose that is promised, and no count, warning or shortage
depends on an arm. The vault gives by the same rule (randomization/vault/kits_choosing.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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
    """The kits of a site with one label."""

    lot: str
    expiry: date
    counts: Mapping[str, int]
    usable: bool

    @property
    def arrived(self) -> int:
        """How many kits came."""
        return sum(self.counts.get(state, 0) for state in ARRIVED)

    @property
    def in_stock(self) -> int:
        """How many are in stock now, the kits that no dose can be promised from among them."""
        return self.counts.get(KitState.STOCKED, 0)

    @property
    def doses(self) -> int:
        """How many doses can be given from them, whichever the arms."""
        if not self.usable:
            return 0
        return max(0, self.arrived // 2 - (self.arrived - self.in_stock))

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Each state's word and count, in the order of SHOWN."""
        return [(state.label, self.counts.get(state, 0)) for state in SHOWN]


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
        return sum(group.counts.get(KitState.QUARANTINED, 0) for group in self.groups)


def stock_of(site: Site, on: date) -> Stock:
    """The stock of a site on a day there; four queries, however many kits."""
    counts: dict[tuple[date, str], dict[str, int]] = {}
    rows = Kit.objects.filter(site=site, state__in=ARRIVED).order_by()
    for expiry, lot, state, count in rows.values_list("expiry", "lot", "state").annotate(Count("pk")):
        counts.setdefault((expiry, lot), {})[state] = count
    last = on + timedelta(days=DAYS_TO_LAST_DAY)
    groups = tuple(
        Group(lot, expiry, found, expiry >= last) for (expiry, lot), found in sorted(counts.items())
    )
    under_way = (ShipmentState.ORDERED, ShipmentState.PREPARED, ShipmentState.SENT)
    pairs = Shipment.objects.filter(site=site, state__in=under_way).aggregate(Sum("pairs"))["pairs__sum"]
    return Stock(site, groups, pairs or 0, pairs_at_depot(site))


def pairs_at_depot(site: Site) -> int:
    """How many pairs can still be ordered for a site."""
    packed = Kit.objects.filter(site=site, state=KitState.PACKED).count() // 2
    ordered = Shipment.objects.filter(site=site, state=ShipmentState.ORDERED).aggregate(Sum("pairs"))
    return packed - int(ordered["pairs__sum"] or 0)
