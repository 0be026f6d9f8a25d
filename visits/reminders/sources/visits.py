"""Visits that are ahead or overdue."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q

from trialsite.protocol import WINDOW_DAYS
from visits.models import ScheduledVisit
from visits.reminders.causes import Among, Cause, Days, caused
from visits.reminders.hours import HOURS
from visits.reminders.kinds import AHEAD_DAYS
from visits.reminders.rules import OVERDUE_DAYS, PlannedVisit, visit_spans

# A visit that its window announces closes its window no later than so many days after today, also when the
# close is told of before a long holiday.
FURTHEST_CLOSE_DAYS = 2 * WINDOW_DAYS + 14


def outstanding_visits(days: Days, among: Among) -> Iterator[Cause]:
    """What the visits cause that neither took place nor were missed; one query."""
    past = min(days.values()) - timedelta(days=OVERDUE_DAYS)
    latest = max(days.values())
    rows = ScheduledVisit.objects.outstanding().filter(
        Q(window_close__range=(past, latest + timedelta(days=FURTHEST_CLOSE_DAYS)))
        | Q(booked_on__range=(past, latest + timedelta(days=AHEAD_DAYS)))
    )
    if among is not None:
        rows = rows.filter(participant__in=among)
    for visit in rows.select_related("participant").order_by("target", "id"):
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
