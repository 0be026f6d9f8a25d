"""The appointments that a visit had before, out of the history that the database keeps."""

from dataclasses import dataclass
from datetime import datetime

from trialsite.audit.reading import history_of
from visits.models import ScheduledVisit


@dataclass(frozen=True)
class PastAppointment:
    """An appointment that was moved: when it was, on the site's clocks; who moved it, when and why."""

    was: datetime
    moved_at: datetime
    by: str
    reason: str


def past_appointments(visit: ScheduledVisit) -> list[PastAppointment]:
    """The earlier appointments of a visit, the last one first; one query."""
    zone = visit.participant.site.zone
    return [
        PastAppointment(
            was=datetime.fromisoformat(change.old).astimezone(zone),
            moved_at=change.at.astimezone(zone),
            by=change.actor_name or change.actor,
            reason=change.reason,
        )
        for change in history_of("visits_scheduledvisit", str(visit.pk), {"booked_at"})
        if change.old is not None
    ]
