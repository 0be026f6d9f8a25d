"""What reminders are about: the kinds, whom each concerns, and its words on pages. Mails say none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trialsite.accounts.models import Role

AHEAD_DAYS = 3


class Kind(StrEnum):
    """What a reminder is about."""

    VISIT_SOON = "VISIT_SOON"
    VISIT_TODAY = "VISIT_TODAY"
    WINDOW_OPENS = "WINDOW_OPENS"
    WINDOW_CLOSES = "WINDOW_CLOSES"
    OVERDUE = "OVERDUE"
    FORM_MISSING = "FORM_MISSING"
    SIGNATURE = "SIGNATURE"
    SAE_CLOCK = "SAE_CLOCK"
    SAE_FOLLOW_UP = "SAE_FOLLOW_UP"
    KITS_EXPIRE = "KITS_EXPIRE"
    # Asked for by a person; the others follow from what is on record.
    ELIGIBLE_FROM = "ELIGIBLE_FROM"

    @property
    def words(self) -> str:
        """The kind in words."""
        return FACTS[self].words

    @property
    def serious(self) -> bool:
        """Whether it is about a serious adverse event: mailed at any hour, and nobody can switch it off."""
        return FACTS[self].serious

    @property
    def urgent(self) -> bool:
        """Whether a person may choose to be told of it at once."""
        return FACTS[self].urgent


@dataclass(frozen=True)
class Facts:
    """What holds for a kind. `dated`: its words with the day that a reminder of it speaks of.

    roles: who is reminded at the site; nobody but the one person who asked when it is empty.
    """

    words: str
    dated: str
    roles: tuple[Role, ...] = ()
    urgent: bool = False
    serious: bool = False


_COORDINATORS = (Role.COORDINATOR,)
_SITE_TEAM = (Role.COORDINATOR, Role.INVESTIGATOR)

FACTS: Mapping[Kind, Facts] = {
    Kind.VISIT_SOON: Facts(f"Visit in {AHEAD_DAYS} days", "Visit on {day}", _COORDINATORS),
    Kind.VISIT_TODAY: Facts("Visit today", "Visit on {day}", _COORDINATORS),
    Kind.WINDOW_OPENS: Facts("Window of a visit opens", "Window open from {day}", _COORDINATORS),
    Kind.WINDOW_CLOSES: Facts(
        "Window of a visit closes tomorrow", "Window closes on {day}", _COORDINATORS, urgent=True
    ),
    Kind.OVERDUE: Facts("Visit overdue", "Overdue since {day}", _COORDINATORS),
    Kind.FORM_MISSING: Facts(
        "Forms missing 5 days after a visit", "Forms missing since the visit on {day}", _COORDINATORS
    ),
    Kind.SIGNATURE: Facts("Signature waiting", "Waits for a signature since {day}", (Role.INVESTIGATOR,)),
    Kind.SAE_CLOCK: Facts(
        "Report of a serious event due", "Serious event: report by {day}", _SITE_TEAM, serious=True
    ),
    Kind.SAE_FOLLOW_UP: Facts(
        "Follow-up of a serious event due",
        "Serious event: follow-up by {day}",
        _SITE_TEAM,
        serious=True,
    ),
    Kind.KITS_EXPIRE: Facts("Kits expire", "Kits in stock may be used until {day}", _COORDINATORS),
    Kind.ELIGIBLE_FROM: Facts("Eligible from today, as asked", "Eligible from {day}, as asked"),
}

SERIOUS = tuple(kind for kind in Kind if kind.serious)
