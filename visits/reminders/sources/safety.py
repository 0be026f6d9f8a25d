"""Reports of serious adverse events that are due, and their follow-ups."""

from collections.abc import Iterator
from datetime import timedelta

from trialsite import clock
from trialsite.accounts.models import Site
from trialsite.protocol import LOG_VISIT
from visits.reminders.causes import Among, Cause, Days, caused
from visits.reminders.hours import HOURS
from visits.reminders.rules import FOLLOW_UP_DAYS, follow_up_span, report_span
from visits.safety.models import SeriousEvent
from visits.safety.states import DUE, ReportState


def reports_due(days: Days, among: Among) -> Iterator[Cause]:
    """One cause for each moment by which something is to be reported. What the event is, is not read."""
    zones = {site.code: site.zone for site in Site.objects.filter(code__in=days)}
    since = clock.now() - timedelta(days=FOLLOW_UP_DAYS + 1)
    rows = SeriousEvent.objects.filter(state__in=DUE, due_at__gte=since)
    if among is not None:
        rows = rows.filter(participant__in=among)
    columns = ("pk", "participant_id", "participant__site_id", "state", "aware_at", "due_at")
    for event, participant, site, state, aware_at, due_at in rows.order_by("due_at", "pk").values_list(
        *columns
    ):
        due_on = due_at.astimezone(zones[site]).date()
        if state == ReportState.OPEN:
            span = report_span(aware_at.astimezone(zones[site]).date(), due_on)
        else:
            span = follow_up_span(due_on, HOURS.works)
        if span.covers(days[site]):
            yield caused(
                span,
                subject=f"{event}@{due_at:%Y-%m-%dT%H:%M}",
                site=site,
                participant=participant,
                visit_code=LOG_VISIT,
            )
