"""Who is reminded: the people of each site by role, what they wish, and the hours they keep."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.accounts.rights import Right, roles_with
from visits.models import ReminderPreference
from visits.reminders.causes import Cause
from visits.reminders.hours import DEFAULT_HOUR, HOURS
from visits.reminders.kinds import FACTS, Kind


@dataclass(frozen=True)
class Wishes:
    """What one person wants; the defaults are those of who never said."""

    switched_off: frozenset[str] = frozenset()
    in_application: frozenset[str] = frozenset()
    digest_hour: int = DEFAULT_HOUR
    urgent_at_once: bool = False

    def wants(self, kind: Kind) -> bool:
        """Whether the person is reminded of it at all."""
        return kind.serious or kind not in self.switched_off

    def mail(self, kind: Kind) -> bool:
        """Whether the person gets mail about it."""
        return kind.serious or kind not in self.in_application

    def at_once(self, kind: Kind) -> bool:
        """Whether its mail waits neither for the morning nor for a working day."""
        return kind.serious or (kind.urgent and self.urgent_at_once)


@dataclass
class Person:
    """A person who can be reminded: the key, whether mail reaches them, their wishes, their site's zone."""

    key: int
    reachable: bool
    zone: ZoneInfo
    wishes: Wishes
    roles: dict[str, set[Role]] = field(default_factory=dict)

    def mail_from(self, now: datetime, until: date) -> datetime:
        """From when a mail may go out that helps until a day: in a demonstration, at once."""
        if settings.REMINDERS_AT_ANY_HOUR:
            return now
        return HOURS.mail_at(now, hour=self.wishes.digest_hour, zone=self.zone, until=until)

    def mail_from_day(self, day: date, until: date) -> datetime:
        """The same, not before the morning of a day."""
        return HOURS.mail_on(day, hour=self.wishes.digest_hour, zone=self.zone, until=until)


def wishes_of(user: User) -> Wishes:
    """The wishes of one person; one query."""
    return _wishes([user.pk]).get(user.pk, Wishes())


class People:
    """Everybody with a live role, read in three queries. `only`: a person's key, to read no others."""

    def __init__(self, only: int | None = None) -> None:
        self._zones = {site.code: site.zone for site in Site.objects.order_by("code")}
        held = Membership.objects.filter(ended_at=None, user__is_active=True).order_by("user", "site")
        if only is not None:
            held = held.filter(user=only)
        self._people: dict[int, Person] = {}
        for key, email, role, site in held.values_list("user_id", "user__email", "role", "site_id"):
            sites = [site] if site else list(self._zones)
            if not sites:
                continue
            zone = self._zones[sites[0]]
            person = self._people.setdefault(key, Person(key, bool(email), zone, Wishes()))
            for code in sites:
                person.roles.setdefault(code, set()).add(Role(role))
        for key, wishes in _wishes(self._people).items():
            self._people[key].wishes = wishes

    def __getitem__(self, key: int) -> Person:
        """The person with a key. KeyError when they have left."""
        return self._people[key]

    def get(self, key: int) -> Person | None:
        """The person with a key; None when they have left."""
        return self._people.get(key)

    def reminded_of(self, cause: Cause) -> Iterator[Person]:
        """Those whom a cause concerns and who want to know."""
        wanted = set(FACTS[cause.kind].roles or roles_with(Right.SEE_ELIGIBILITY))
        for person in self._people.values():
            mine = cause.only is None or cause.only == person.key
            if mine and person.roles.get(cause.site, set()) & wanted and person.wishes.wants(cause.kind):
                yield person


def _wishes(people: Collection[int]) -> dict[int, Wishes]:
    rows = ReminderPreference.objects.filter(person__in=list(people))
    return {
        row.person_id: Wishes(
            frozenset(row.switched_off), frozenset(row.in_application), row.digest_hour, row.urgent_at_once
        )
        for row in rows
    }
