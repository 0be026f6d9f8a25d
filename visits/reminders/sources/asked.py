"""Days in screening for which a person asked to be reminded."""

from collections.abc import Iterator

from visits.models import Reminder
from visits.reminders.causes import Among, Cause, Days
from visits.reminders.kinds import Kind


def asked_for(days: Days, among: Among) -> Iterator[Cause]:
    """Those whose participant has no treatment number yet; one query."""
    rows = Reminder.objects.open().filter(kind=Kind.ELIGIBLE_FROM, participant__RANDNO="")
    if among is not None:
        rows = rows.filter(participant__in=among)
    for line in rows.order_by("about", "id"):
        if days[line.site_id] <= line.relevant_until:
            yield Cause(
                Kind.ELIGIBLE_FROM,
                line.subject,
                line.site_id,
                line.participant_id,
                line.visit_code,
                line.about,
                line.relevant_until,
                line.recipient_id,
            )
