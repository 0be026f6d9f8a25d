"""What happens in a world besides the courses of its participants, all of it through the real actions."""

import uuid
from collections import Counter
from collections.abc import Callable

from nacl.public import PrivateKey

from randomization.actions import request_kit, take_up_answer
from randomization.models import TreatmentRequest
from randomization.states import State
from randomization.supply.actions import (
    Temperature,
    decide_quarantine,
    order_shipment,
    quarantine_kits,
    receive_shipment,
    send_shipment,
)
from randomization.supply.models import Kit, Quarantine
from randomization.supply.states import KitState
from randomization.supply.stock import stock_of
from randomization.unblinding.actions import request_unblinding
from randomization.unblinding.reasons import UnblindingReason
from screening.models import Participant
from trialsite import clock, protocol
from trialsite.accounts.models import Role, User
from trialsite.crf.models import Record
from trialsite.crf.queries import answer_query, raise_query
from trialsite.export.actions import build_export, request_export
from trialsite.simulation.people import Team
from visits.reminders.delivery import deliver_reminders
from visits.reminders.planning import plan_reminders

Sweep = Callable[[], None]
PAIRS = 12
KEPT = Temperature(*protocol.KIT_TEMPERATURE)


def signs(by: User) -> None:
    """Nobody types a password here; the check of passwords has tests of its own."""


def refill_with(sweep: Sweep) -> Callable[[Team, Counter[str]], None]:
    """Order a shipment when no dose can be given at the site, and receive it in order."""

    def refill(team: Team, counts: Counter[str]) -> None:
        if stock_of(team.site, clock.today(team.site.time_zone)).doses > 0:
            return
        shipment = order_shipment(by=team.coordinator, site=team.site, pairs=PAIRS)
        sweep()
        shipment.refresh_from_db()
        send_shipment(by=team.pharmacist, shipment=shipment, password=signs)
        receive_shipment(
            by=team.coordinator, shipment=shipment, missing=(), damaged=(), temperature=KEPT, password=signs
        )
        counts["shipments"] += 1

    return refill


def dose_after_a_shortage(team: Team, participant: Participant, visit: str, sweep: Sweep) -> None:
    """All kits of the site are set aside, and the vault has to refuse one (L5); released, one is given."""
    stock = Kit.objects.filter(site=team.site, state=KitState.STOCKED).values_list("KITNO", flat=True)
    quarantine = quarantine_kits(
        by=team.coordinator,
        site=team.site,
        kits=list(stock),
        cause=Quarantine.Cause.OTHER,
        details="The refrigerator was found open.",
        temperature=None,
        password=signs,
    )
    _ask(team, participant, visit, sweep, State.REFUSED)
    release = Quarantine.Decision.RELEASE
    decide_quarantine(
        by=team.pharmacist, quarantine=quarantine, decision=release, reason="In order.", password=signs
    )
    request = _ask(team, participant, visit, sweep, State.ANSWERED)
    take_up_answer(request_id=request.pk)


def _ask(team: Team, participant: Participant, visit: str, sweep: Sweep, state: State) -> TreatmentRequest:
    request = request_kit(participant=participant, visit=visit, by=team.investigator)
    sweep()
    request.refresh_from_db()
    assert request.state == state, request.state
    return request


def unblind(team: Team, participant: Participant, sweep: Sweep) -> None:
    """An emergency: the vault answers to the key of a browser, and who must know gets notice (U4)."""
    request_unblinding(
        by=team.investigator,
        participant=participant,
        UBREAS=UnblindingReason.values[0],
        UBREASD="A serious event in which the treatment decides what is done next.",
        password=signs,
        request_id=uuid.uuid4(),
        key=PrivateKey(uuid.uuid4().bytes * 2),
    )
    sweep()


def ask_about_values() -> None:
    """A monitor asks about the first record of every form, and one question is answered."""
    monitor = User.objects.filter(memberships__role=Role.MONITOR, memberships__site=None).get()
    records: dict[str, Record] = {}
    for record in Record.objects.exclude(form="LBI").order_by(
        "form", "participant__SUBJID", "visit", "repeat"
    ):
        records.setdefault(record.form, record)
    asked = [
        raise_query(by=monitor, record=record, field="", text="Please confirm.")
        for record in records.values()
    ]
    if asked:
        site = asked[0].record.participant.site_id
        who = User.objects.get(memberships__role=Role.COORDINATOR, memberships__site=site)
        answer_query(by=who, query=asked[0], answer="Confirmed from the source.")


def remind() -> None:
    """Plan what is due and deliver it."""
    plan_reminders()
    deliver_reminders()


def export() -> None:
    """The administrator exports the study."""
    administrator = User.objects.get(memberships__role=Role.ADMINISTRATOR)
    build_export(pk=request_export(by=administrator).pk)
