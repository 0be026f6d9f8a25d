"""The calendar that a person's phone subscribes to: its secret address, and what stands in it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from trialsite import clock
from trialsite.accounts.access import require, role_name, sites_where
from trialsite.accounts.models import Membership, User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.protocol import TRIAL
from visits.calendar.feed_models import CalendarFeed
from visits.calendar.icalendar_text import FeedEvent, calendar_text
from visits.calendar.states import VisitState
from visits.models import ScheduledVisit

SECRET_BYTES = 32
PAST = timedelta(days=30)
AHEAD = timedelta(days=120)
MOST = 500  # events; a person who works for more sites sees the nearest ones


@dataclass(frozen=True)
class Feed:
    """A calendar as it is now: its text, and since when it has been so."""

    text: bytes
    changed_at: datetime


def make_address(*, by: User) -> str:
    """Give a person a secret address, or another one in the place of the present; it is told this once.

    Needs SEE_PARTICIPANTS somewhere. Raises NotAllowed.
    """
    require(by, Right.SEE_PARTICIPANTS)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with acting(by, role=role_name(by, Right.SEE_PARTICIPANTS)):
        CalendarFeed.objects.update_or_create(
            user=by, defaults={"fingerprint": _hash(secret), "made_at": clock.now()}
        )
    return f"{settings.PUBLIC_URL}{reverse('visits:feed')}?key={secret}"


def revoke_address(*, by: User) -> None:
    """Close a person's own address; asked twice, closed once."""
    with acting(by, role=role_name(by, Right.SEE_PARTICIPANTS)):
        CalendarFeed.objects.filter(user=by).delete()


def holder_of(secret: str) -> CalendarFeed | None:
    """Whose address this is; None for a secret that is not, or no longer, one."""
    if not secret or len(secret) > 4 * SECRET_BYTES:
        return None
    return CalendarFeed.objects.select_related("user").filter(fingerprint=_hash(secret)).first()


def feed_of(held: CalendarFeed) -> Feed | None:
    """The calendar with the visits that its holder may see at this moment; None when that is nobody's site.

    Three queries, however many visits there are.
    """
    sites = sites_where(held.user, Right.SEE_PARTICIPANTS)
    if not sites:
        return None
    now = clock.now()
    rows = ScheduledVisit.objects.filter(participant__site__in=sites)
    shown = (
        rows.filter(booked_on__range=((now - PAST).date(), (now + AHEAD).date()))
        .exclude(state__in=[VisitState.CLOSED, VisitState.MISSED])
        .select_related("participant")
        .order_by("booked_at", "id")
    )
    events = [_event(visit) for visit in shown[:MOST]]
    text = calendar_text(f"{TRIAL} visits", events, urlsplit(settings.PUBLIC_URL).hostname or "localhost")
    return Feed(text, _changed_at(held, sites, now))


def _event(visit: ScheduledVisit) -> FeedEvent:
    assert visit.booked_at is not None
    number = visit.participant.SUBJID
    return FeedEvent(
        key=visit.id,
        begins=visit.booked_at,
        changed=visit.changed_at,
        words=f"{number} {visit.label}",
        url=settings.PUBLIC_URL + reverse("visits:visit", args=[number, visit.code]),
    )


def _changed_at(held: CalendarFeed, sites: frozenset[str], now: datetime) -> datetime:
    """The last moment at which the calendar can have become another one: a visit changed, a role was given or
    ended, the address was made, or a day began, with which the span of the calendar moves."""
    visits = ScheduledVisit.objects.filter(participant__site__in=sites).aggregate(at=Max("changed_at"))["at"]
    roles = Membership.objects.filter(user=held.user).aggregate(given=Max("given_at"), ended=Max("ended_at"))
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    moments: list[datetime | None] = [visits, roles["given"], roles["ended"], held.made_at, day]
    return max(moment for moment in moments if moment is not None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
