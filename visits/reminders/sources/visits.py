"""Visits that are ahead or overdue."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q

from visits.models import ScheduledVisit
from visits.reminders.causes import Among, Cause, Days, caused
from visits.reminders.hours import HOURS
from visits.reminders.kinds import AHEAD_DAYS
from visits.reminders.rules import OVERDUE_DAYS, PlannedVisit, visit_spans

# The close of a window is told of some days ahead when those in between are free.
LONGEST_BREAK_DAYS = 14


def outstanding_visits(days: Days, among: Among) -> Iterator[Cause]:
    """What the visits cause that neither took place nor were missed; one query."""
    past = min(days.values()) - timedelta(days=OVERDUE_DAYS)
    latest = max(days.values())
    ahead = latest + timedelta(days=AHEAD_DAYS)
    rows = (
        ScheduledVisit.objects.outstanding()
        .filter(Q(window_close__gte=past) | Q(booked_on__gte=past))
        .filter(
            Q(window_open__lte=latest)
            | Q(target__lte=ahead)
            | Q(booked_on__lte=ahead)
            | Q(window_close__lte=latest + timedelta(days=LONGEST_BREAK_DAYS))
        )
    )
    if among is not None:
        rows = rows.filter(participant__in=among)
    for visit in rows.select_related("participant"):
        site = visit.participant.site_id
        for span in visit_spans(planned_of(visit), HOURS.works):
            if span.covers(days[site]):
                yield caused(
                    span,
                    subject=visit.pk,
                    site=site,
                    participant=visit.participant_id,
                    visit_code=visit.code,
                )


def planned_of(visit: ScheduledVisit) -> PlannedVisit:
    """What the rule may know of a visit."""
    return PlannedVisit(
        visit=visit.code,
        target=visit.target,
        window_open=visit.window_open,
        window_close=visit.window_close,
        booked_on=visit.booked_on,
    )
