"""Invented appointments: most are kept, some are moved, a few lie outside the window or are never made."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from screening.models import Participant
from trialsite.simulation.people import Team
from trialsite.simulation.person import ASSESSED_VISITS, Person
from visits.calendar.appointments import book_visit
from visits.models import ScheduledVisit
from visits.windows import WindowState, window_state

_SHARE_NOT_BOOKED = 0.08
_SHARE_MOVED = 0.15
_SHARE_BY_TELEPHONE = 0.03
_REASONS = (
    "Could not get leave on that day",
    "The train does not run",
    "A room was not free",
    "Caught a cold",
    "A holiday of the hospital",
)
_ROOMS = ("", "", "Outpatient clinic 3", "Infusion unit", "Ward 12")
_FIRST_HOUR, _LAST_HOUR = 8, 16


@dataclass(frozen=True)
class Appointment:
    """What is agreed for a visit: first, and after a move when there is one."""

    first: date
    at: time
    moved_to: date | None
    reason: str
    place: str
    mode: str


def appointment(random: Random, actual: date, opens: date, closes: date, today: date) -> Appointment | None:
    """What is agreed for a visit that will take place on a day; None when nobody thinks of it."""
    if random.random() < _SHARE_NOT_BOOKED or actual < today:
        return None
    at = time(random.randint(_FIRST_HOUR, _LAST_HOUR), random.choice((0, 30)))
    others = [actual + timedelta(days=each) for each in (-1, 1)]
    inside = [
        day for day in others if day >= today and window_state(day, opens, closes) is WindowState.INSIDE
    ]
    moved = bool(inside) and random.random() < _SHARE_MOVED
    return Appointment(
        first=random.choice(inside) if moved else actual,
        at=at,
        moved_to=actual if moved else None,
        reason=random.choice(_REASONS),
        place=random.choice(_ROOMS),
        mode="PHONE" if random.random() < _SHARE_BY_TELEPHONE else "ON-SITE",
    )


def book_after(team: Team, person: Person, participant: Participant, code: str, counts: Counter[str]) -> None:
    """After a visit, or the number, the coordinator agrees on the day of the next one."""
    later = ASSESSED_VISITS[ASSESSED_VISITS.index(code) + 1 :]
    if not later:
        return
    visit = ScheduledVisit.objects.get(participant=participant, code=later[0])
    visit.participant = participant
    agreed = appointment(
        person.trait(f"appointment {visit.code}"),
        visit.target + timedelta(days=person.shifts.get(visit.code, 0)),
        visit.window_open,
        visit.window_close,
        participant.today(),
    )
    if agreed is None:
        return
    inside = window_state(agreed.first, visit.window_open, visit.window_close) is WindowState.INSIDE
    booked = book_visit(
        by=team.coordinator,
        visit=visit,
        on=agreed.first,
        at=agreed.at,
        reason="" if inside else agreed.reason,
        place=agreed.place,
        mode=agreed.mode,
    )
    counts["appointments"] += 1
    if agreed.moved_to is not None:
        book_visit(
            by=team.coordinator,
            visit=booked,
            on=agreed.moved_to,
            at=agreed.at,
            seen=booked.booked_at,
            reason=agreed.reason,
            place=agreed.place,
            mode=agreed.mode,
        )
        counts["moved"] += 1
