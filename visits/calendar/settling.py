"""Keeping right what is stored with a scheduled visit: its state, and the deviation proposed for it."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models.functions import Now

from screening.models import Participant
from visits.calendar.states import CAUSES, VisitState, departure_of, state_of
from visits.course import Course, courses_of
from visits.deviations.proposing import Category, propose_deviation, withdraw_proposal
from visits.models import ScheduledVisit


def settle(participant: Participant, codes: Collection[str] = ()) -> None:
    """Compute anew the state of visits (all when no codes are given), inside an open `acting`.

    participant: with the early end as it is now. Locks the rows: two changes come one after the other.
    """
    visits = ScheduledVisit.objects.select_for_update().filter(participant=participant).order_by("target")
    if codes:
        visits = visits.filter(code__in=codes)
    rows = list(visits)
    courses = courses_of(participant) if rows else {}
    for visit in rows:
        course = courses.get(visit.code, Course())
        state = state_of(course, visit.window_close, participant.left_on)
        took_place_on = course.took_place_on if state is VisitState.TOOK_PLACE else None
        if (state, took_place_on) != (visit.state, visit.took_place_on):
            visit.state, visit.took_place_on = state, took_place_on
            ScheduledVisit.objects.filter(pk=visit.pk).update(
                state=state, took_place_on=took_place_on, changed_at=Now()
            )
            settle_deviations(participant, [visit])


def settle_deviations(participant: Participant, visits: Iterable[ScheduledVisit]) -> None:
    """Propose the deviation that a visit suggests, and withdraw what no longer holds."""
    for visit in visits:
        found = departure_of(
            state=VisitState(visit.state),
            opens=visit.window_open,
            closes=visit.window_close,
            took_place_on=visit.took_place_on,
            booked_on=visit.booked_on,
        )
        for cause in CAUSES:
            # Withdrawn also before it is proposed anew: an open proposal keeps its sentence and its day.
            withdraw_proposal(participant=participant, cause=f"{cause}:{visit.code}")
        if found is not None:
            propose_deviation(
                participant=participant,
                category=Category.VISIT_WINDOW,
                cause=f"{found.cause}:{visit.code}",
                term=found.term,
                on=found.on,
                visit=visit.code,
            )


def refresh_left_on(participant: Participant) -> date | None:
    """Read again whether the participant has left, under a lock that an early end takes too."""
    row = Participant.objects.select_for_update(no_key=True).filter(pk=participant.pk)
    participant.left_on, participant.left_because = row.values_list("left_on", "left_because").get()
    return participant.left_on
