"""Planning reminders: what the rule finds due becomes lines of the outbox."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from trialsite import clock
from trialsite.accounts.models import Membership, Role, Site
from trialsite.audit.context import acting
from visits.models import Reminder, ScheduledVisit
from visits.reminders.rules import AHEAD_DAYS, OVERDUE_DAYS, PlannedVisit, due_reminders

SYSTEM = "system:reminders"


def plan_reminders() -> int:
    """Write a line for each reminder that is due and has none yet; return how many. Repeating adds none.

    The day is that of each site. Lines go to the coordinators of the site who have an e-mail address.
    """
    today = {site.code: clock.today(site.time_zone) for site in Site.objects.all()}
    if not today:
        return 0
    recipients = _recipients(today)
    found = []
    for visit in _near(min(today.values()), max(today.values())):
        site = visit.participant.site_id
        for due in due_reminders([planned_of(visit)], today[site]):
            found += [
                Reminder(
                    participant=visit.participant,
                    visit=visit,
                    kind=due.kind,
                    recipient_id=person,
                    relevant_until=due.relevant_until,
                )
                for person in recipients[site]
            ]
    new = _without_known(found)
    if new:
        with acting(SYSTEM, role="system"):
            # Two planners at once: the unique constraint lets one of them write a line.
            Reminder.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    return len(new)


def planned_of(visit: ScheduledVisit) -> PlannedVisit:
    """What the rule may know of a visit."""
    return PlannedVisit(
        visit=visit.code,
        target=visit.target,
        window_open=visit.window_open,
        window_close=visit.window_close,
        booked_on=visit.booked_on,
    )


def coordinators() -> QuerySet[Membership]:
    """Live memberships of coordinators with an account and an e-mail address; site None: of every site."""
    return Membership.objects.filter(role=Role.COORDINATOR, ended_at=None, user__is_active=True).exclude(
        user__email=""
    )


def _recipients(sites: Collection[str]) -> dict[str, set[int]]:
    """Site code -> keys of the people who are reminded of its visits."""
    people: dict[str, set[int]] = {site: set() for site in sites}
    for person, site in coordinators().values_list("user_id", "site_id"):
        for code in [site] if site else sites:
            people[code].add(person)
    return people


def _near(earliest: date, latest: date) -> list[ScheduledVisit]:
    """The outstanding visits that can have a reminder due on a day from earliest to latest."""
    past = earliest - timedelta(days=OVERDUE_DAYS)
    ahead = latest + timedelta(days=AHEAD_DAYS)
    return list(
        ScheduledVisit.objects.outstanding()
        .filter(Q(window_close__gte=past) | Q(booked_on__gte=past))
        .filter(Q(window_open__lte=latest) | Q(target__lte=ahead) | Q(booked_on__lte=ahead))
        .select_related("participant")
    )


def _without_known(found: list[Reminder]) -> list[Reminder]:
    known: set[tuple[UUID | None, str, int]] = set(
        Reminder.objects.filter(
            visit__in={reminder.visit_id for reminder in found if reminder.visit_id}
        ).values_list("visit_id", "kind", "recipient_id")
    )
    return [
        reminder
        for reminder in found
        if (reminder.visit_id, str(reminder.kind), reminder.recipient_id) not in known
    ]
