"""Ordering, sending, receiving, setting aside, returning and destroying kits.

Every move of a kit by a person is signed with the person's own password, checked before the transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from randomization.messages import tell_vault_of_a_list as tell_vault_to_look
from randomization.supply import stock
from randomization.supply.ledger import SupplyRefused, move
from randomization.supply.models import Kit, Quarantine, Shipment
from randomization.supply.states import KitState, ShipmentState, Verb
from screening.actions import PasswordCheck
from trialsite import clock, protocol
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.free_text import identifying

MOST_PAIRS = 200
RETURNABLE = (KitState.STOCKED, KitState.GIVEN, KitState.USED, KitState.REJECTED)
DESTROYABLE = (KitState.RETURNED, KitState.REJECTED)


@dataclass(frozen=True)
class Temperature:
    """The lowest and the highest temperature that the logger shows, °C."""

    lowest: Decimal
    highest: Decimal

    @property
    def in_limits(self) -> bool:
        """Whether the kits were stored as the protocol wants."""
        low, high = protocol.KIT_TEMPERATURE
        return low <= self.lowest and self.highest <= high


def order_shipment(*, by: User, site: Site, pairs: int) -> Shipment:
    """Order pairs of kits for a site, of which the vault chooses the numbers; HANDLE_KITS or MANAGE_SUPPLY.

    Raises NotAllowed, or SupplyRefused when the depot has fewer pairs for this site.
    """
    right = Right.HANDLE_KITS if role_name(by, Right.HANDLE_KITS, site) else Right.MANAGE_SUPPLY
    require(by, right, site)
    with acting(by, role=role_name(by, right, site)):
        Site.objects.select_for_update(no_key=True).get(pk=site.pk)  # one order at a time
        there = stock.pairs_at_depot(site)
        if not 1 <= pairs <= min(there, MOST_PAIRS):
            raise SupplyRefused(
                f"The depot has {there} pairs of kits for site {site.code}. Order between 1 and "
                f"{min(there, MOST_PAIRS)} pairs."
                if there
                else f"The depot has no kits for site {site.code}. Ask the pharmacist for a new kit list."
            )
        shipment = Shipment.objects.create(site=site, pairs=pairs, ordered_by=by, ordered_at=clock.now())
        transaction.on_commit(tell_vault_to_look)
    return shipment


def send_shipment(*, by: User, shipment: Shipment, password: PasswordCheck) -> Shipment:
    """Sign that a shipment left the depot; needs MANAGE_SUPPLY for its site."""
    require(by, Right.MANAGE_SUPPLY, shipment.site_id)
    password(by)
    with acting(by, role=role_name(by, Right.MANAGE_SUPPLY, shipment.site_id)):
        held = _held(shipment, ShipmentState.PREPARED)
        move(_numbers(held), Verb.SEND, shipment=held)
        held.state = ShipmentState.SENT
        held.sent_by, held.sent_at = by, clock.now()
        held.save()
        anchor_soon()
    return held


def receive_shipment(
    *,
    by: User,
    shipment: Shipment,
    missing: Collection[str],
    damaged: Collection[str],
    temperature: Temperature,
    password: PasswordCheck,
) -> Shipment:
    """Sign what arrived; all kits that are neither missing nor damaged are in order. Needs HANDLE_KITS.

    When the temperature left its limits, all that arrived is set aside together.
    """
    require(by, Right.HANDLE_KITS, shipment.site_id)
    password(by)
    _check_temperature(temperature)
    with acting(by, role=role_name(by, Right.HANDLE_KITS, shipment.site_id)):
        held = _held(shipment, ShipmentState.SENT)
        numbers = _numbers(held)
        if unknown := sorted({*missing, *damaged} - numbers):
            raise SupplyRefused(f"Kit {unknown[0]} is not in this shipment.")
        arrived = numbers - set(missing)
        apart = arrived if not temperature.in_limits else arrived & set(damaged)
        move(set(missing), Verb.MISS, shipment=held)
        move(arrived - apart, Verb.RECEIVE, shipment=held)
        if apart:
            out = not temperature.in_limits
            quarantine = Quarantine.objects.create(
                site_id=held.site_id,
                cause=Quarantine.Cause.TEMPERATURE if out else Quarantine.Cause.DAMAGE,
                details="At receipt: " + ("temperature outside the limits" if out else "found damaged"),
                lowest=temperature.lowest,
                highest=temperature.highest,
                begun_by=by,
                begun_at=clock.now(),
            )
            move(apart, Verb.QUARANTINE, shipment=held, quarantine=quarantine)
        held.state = ShipmentState.RECEIVED
        held.received_by, held.received_at = by, clock.now()
        held.lowest, held.highest = temperature.lowest, temperature.highest
        held.save()
        anchor_soon()
    return held


def quarantine_kits(
    *,
    by: User,
    site: Site,
    kits: Collection[str],
    cause: str,
    details: str,
    temperature: Temperature | None,
    password: PasswordCheck,
) -> Quarantine:
    """Set kits in stock aside until somebody decides about all of them together; needs HANDLE_KITS."""
    require(by, Right.HANDLE_KITS, site)
    password(by)
    _check_text(details)
    if temperature is not None:
        _check_temperature(temperature)
    with acting(by, role=role_name(by, Right.HANDLE_KITS, site)):
        _check_kits(kits, site, (KitState.STOCKED,), "set aside")
        quarantine = Quarantine.objects.create(
            site=site,
            cause=cause,
            details=details,
            lowest=temperature.lowest if temperature else None,
            highest=temperature.highest if temperature else None,
            begun_by=by,
            begun_at=clock.now(),
        )
        move(kits, Verb.QUARANTINE, reason=details, quarantine=quarantine)
        anchor_soon()
    return quarantine


def decide_quarantine(
    *, by: User, quarantine: Quarantine, decision: str, reason: str, password: PasswordCheck
) -> Quarantine:
    """Release or reject all kits of a quarantine together; needs MANAGE_SUPPLY for the site."""
    require(by, Right.MANAGE_SUPPLY, quarantine.site_id)
    password(by)
    _check_text(reason)
    with acting(by, role=role_name(by, Right.MANAGE_SUPPLY, quarantine.site_id), reason=reason):
        held = Quarantine.objects.select_for_update(no_key=True).get(pk=quarantine.pk)
        if held.decision:
            raise SupplyRefused("This quarantine is decided already.")
        held.decision, held.reason = decision, reason
        held.decided_by, held.decided_at = by, clock.now()
        held.save()
        kits = held.kits.filter(state=KitState.QUARANTINED).values_list("KITNO", flat=True)
        verb = Verb.RELEASE if decision == Quarantine.Decision.RELEASE else Verb.REJECT
        move(kits, verb, reason=reason, quarantine=held)
        anchor_soon()
    return held


def return_kits(*, by: User, site: Site, kits: Collection[str], reason: str, password: PasswordCheck) -> None:
    """Sign that kits went back to the depot, used or not; needs HANDLE_KITS."""
    _end(by, site, kits, reason, password, right=Right.HANDLE_KITS, verb=Verb.RETURN, of=RETURNABLE)


def destroy_kits(
    *, by: User, site: Site, kits: Collection[str], reason: str, password: PasswordCheck
) -> None:
    """Sign that kits were destroyed; needs MANAGE_SUPPLY."""
    _end(by, site, kits, reason, password, right=Right.MANAGE_SUPPLY, verb=Verb.DESTROY, of=DESTROYABLE)


def _end(
    by: User,
    site: Site,
    kits: Collection[str],
    reason: str,
    password: PasswordCheck,
    *,
    right: Right,
    verb: Verb,
    of: tuple[KitState, ...],
) -> None:
    require(by, right, site)
    password(by)
    _check_text(reason)
    with acting(by, role=role_name(by, right, site), reason=reason):
        _check_kits(kits, site, of, "returned" if verb == Verb.RETURN else "destroyed")
        move(kits, verb, reason=reason)
        anchor_soon()


def _held(shipment: Shipment, state: ShipmentState) -> Shipment:
    held = Shipment.objects.select_for_update(no_key=True).get(pk=shipment.pk)
    if held.state != state:
        raise SupplyRefused(f"This shipment is: {held.get_state_display().lower()}. Look at it again.")
    return held


def _numbers(shipment: Shipment) -> set[str]:
    return set(shipment.kits.values_list("KITNO", flat=True))


def _check_kits(kits: Collection[str], site: Site, states: Collection[KitState], done: str) -> None:
    if not kits:
        raise SupplyRefused("Choose at least one kit.")
    fit = set(Kit.objects.filter(site=site, KITNO__in=kits, state__in=states).values_list("KITNO", flat=True))
    if wrong := sorted(set(kits) - fit):
        raise SupplyRefused(f"Kit {wrong[0]} of site {site.code} cannot be {done} now. Nothing was done.")


def _check_text(text: str) -> None:
    if not text.strip():
        raise SupplyRefused("Say why.")
    if found := identifying(text):
        raise SupplyRefused(found)


def _check_temperature(temperature: Temperature) -> None:
    if not -80 <= temperature.lowest <= temperature.highest <= 60:
        raise SupplyRefused(
            "The lowest temperature is not above the highest, and both lie between -80 and 60 °C."
        )
