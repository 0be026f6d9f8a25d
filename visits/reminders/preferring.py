"""Changing what one wants to be reminded of, and how."""

from collections.abc import Mapping
from enum import StrEnum

from trialsite.accounts.access import memberships_of
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from visits.models import ReminderPreference
from visits.reminders.hours import DIGEST_HOURS
from visits.reminders.kinds import FACTS, Kind
from visits.reminders.people import Wishes


class Way(StrEnum):
    """How a person is reminded of a kind."""

    MAIL = "MAIL"
    APPLICATION = "APPLICATION"
    OFF = "OFF"


class NotPreferable(Exception):
    """Nothing was changed. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def kinds_for(user: User) -> list[Kind]:
    """The kinds of which this person's roles are reminded; what a person asks for is always told."""
    held = {role for role, _, _ in memberships_of(user)}
    return [kind for kind, facts in FACTS.items() if held & set(facts.roles)]


def way_of(wishes: Wishes, kind: Kind) -> Way:
    """How somebody with these wishes is reminded of a kind."""
    if not wishes.wants(kind):
        return Way.OFF
    return Way.MAIL if wishes.mail(kind) else Way.APPLICATION


def prefer(
    *, by: User, ways: Mapping[Kind, Way], digest_hour: int, urgent_at_once: bool
) -> ReminderPreference:
    """Write down the wishes of a person, for the reminders that are still to be mailed too.

    Raises NotPreferable with the reason.
    """
    if any(kind.serious and way is not Way.MAIL for kind, way in ways.items()):
        raise NotPreferable("Reminders of serious adverse events are always mailed.")
    if digest_hour not in DIGEST_HOURS:
        raise NotPreferable(f"Choose an hour from {DIGEST_HOURS[0]} to {DIGEST_HOURS[-1]} o'clock.")
    with acting(by, role="recipient"):
        preference, _ = ReminderPreference.objects.update_or_create(
            person=by,
            defaults={
                "in_application": sorted(kind for kind, way in ways.items() if way is Way.APPLICATION),
                "switched_off": sorted(kind for kind, way in ways.items() if way is Way.OFF),
                "digest_hour": digest_hour,
                "urgent_at_once": urgent_at_once,
            },
        )
    return preference
