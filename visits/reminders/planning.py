"""Planning: what has a cause becomes lines of the outbox, and lines whose cause is gone are closed.

Any number of planners may run at once, at any time, as often as they like.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from trialsite import clock
from trialsite.accounts.models import Site
from trialsite.audit.context import acting
from visits.models import Reminder
from visits.reminders.causes import Among, Cause, Days
from visits.reminders.outbox import EXPIRE, RETURN, SETTLE, State
from visits.reminders.people import People, Person
from visits.reminders.sources import SOURCES

SYSTEM = "system:reminders"
Key = tuple[str, str, int]  # subject, kind, recipient


@dataclass
class Difference:
    """What the outbox lacks, and which of its lines have lost their cause or found it again."""

    new: list[Reminder] = field(default_factory=list)
    back: list[Reminder] = field(default_factory=list)
    gone: list[Reminder] = field(default_factory=list)


def plan_reminders() -> int:
    """Bring the outbox up to date; return how many lines are new. Repeating adds none.

    The day is that of each site. The number of queries does not depend on how many participants there are.
    """
    days = days_of_sites()
    if not days:
        return 0
    found = _difference(days)
    if found.new or found.back or found.gone:
        with acting(SYSTEM, role="system"):
            # Two planners at once: the unique constraint lets one of them write a line.
            Reminder.objects.bulk_create(found.new, ignore_conflicts=True, batch_size=1000)
            _reopen(found.back)
            close(found.gone, days)
    return len(found.new)


def days_of_sites() -> dict[str, date]:
    """Today at each site."""
    return {site.code: clock.today(site.time_zone) for site in Site.objects.all()}


def wanted(days: Days, people: People, among: Among = None) -> dict[Key, tuple[Cause, Person]]:
    """What is due now, and to whom it goes."""
    causes = (cause for source in SOURCES for cause in source(days, among))
    return {
        (cause.subject, cause.kind, person.key): (cause, person)
        for cause in causes
        for person in people.reminded_of(cause)
    }


def close(lines: Collection[Reminder], days: Days) -> None:
    """Take lines off the lists of their recipients; what was not mailed will not be."""
    over = [line.pk for line in lines if days[line.site_id] > line.relevant_until]
    settled = [line.pk for line in lines if days[line.site_id] <= line.relevant_until]
    for keys, move in ((over, EXPIRE), (settled, SETTLE)):
        if keys:
            Reminder.objects.filter(pk__in=keys, state=move.start).update(state=move.end)
            Reminder.objects.filter(pk__in=keys).update(closed_at=Now())


def _difference(days: Days) -> Difference:
    due = wanted(days, People())
    known = {
        (line.subject, line.kind, line.recipient_id): line
        for line in Reminder.objects.filter(
            Q(closed_at=None) | Q(subject__in={subject for subject, _, _ in due})
        )
    }
    return Difference(
        new=[_line(*found) for key, found in due.items() if key not in known],
        back=[known[key] for key in due if key in known and known[key].closed_at is not None],
        gone=[line for key, line in known.items() if key not in due and line.closed_at is None],
    )


def _line(cause: Cause, person: Person) -> Reminder:
    now = clock.now()
    urgent = person.wishes.at_once(cause.kind)
    mailed = person.reachable and person.wishes.mail(cause.kind)
    return Reminder(
        site_id=cause.site,
        participant_id=cause.participant,
        visit_code=cause.visit_code,
        subject=cause.subject,
        kind=cause.kind,
        recipient_id=person.key,
        about=cause.about,
        relevant_until=cause.until,
        urgent=urgent,
        state=State.PLANNED if mailed else State.QUIET,
        send_after=now if urgent else person.mail_from(now, cause.until),
    )


def _reopen(lines: Iterable[Reminder]) -> None:
    keys: list[UUID] = [line.pk for line in lines]
    if keys:
        Reminder.objects.filter(pk__in=keys).update(closed_at=None)
        Reminder.objects.filter(pk__in=keys, state=RETURN.start).update(state=RETURN.end)
