"""Keeping the sites of the simulation in kits: ordered, sent and received as the pages do it."""

import time
from collections import Counter

from randomization.supply.actions import Temperature, order_shipment, receive_shipment, send_shipment
from randomization.supply.models import Shipment
from randomization.supply.states import ShipmentState
from randomization.supply.stock import stock_of
from trialsite import clock, protocol
from trialsite.accounts.models import User
from trialsite.simulation.entering import SimulationStopped
from trialsite.simulation.people import Team

_PAIRS = 20
_PATIENCE_SECONDS = 30
_LOOK_SECONDS = 0.005


def refill(team: Team, counts: Counter[str], doses: int = protocol.LOW_STOCK_DOSES) -> None:
    """Order a shipment and receive it in order, when the site can give fewer doses than that."""
    stock = stock_of(team.site, clock.today(team.site.time_zone))
    if stock.doses >= doses:
        return
    if not stock.at_depot:
        raise SimulationStopped(f"The depot has no kits for site {team.site.code}.")
    shipment = order_shipment(
        by=team.coordinator, site=team.site, pairs=min(max(_PAIRS, doses), stock.at_depot)
    )
    _wait_for_kits(shipment)
    send_shipment(by=team.pharmacist, shipment=shipment, password=_signs_as_themselves)
    receive_shipment(
        by=team.coordinator,
        shipment=shipment,
        missing=(),
        damaged=(),
        temperature=Temperature(*protocol.KIT_TEMPERATURE),
        password=_signs_as_themselves,
    )
    counts["shipments"] += 1


def _wait_for_kits(shipment: Shipment) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        shipment.refresh_from_db()
        if shipment.state == ShipmentState.PREPARED:
            return
        time.sleep(_LOOK_SECONDS)
    raise SimulationStopped("The vault did not prepare a shipment. Is its key there?")


def _signs_as_themselves(by: User) -> None:
    """Nobody types a password in a simulation; the check of passwords has tests of its own."""
