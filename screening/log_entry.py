"""One line of the screening log, and which lines are wanted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from screening.reasons import CONSENT, words_of
from screening.review_models import Decision


class Outcome(StrEnum):
    """How a screening stands; the value is what the address and the query say."""

    SCREENING = "screening"
    REVIEW = "review"
    ELIGIBLE = "eligible"
    EXCLUDED = "excluded"
    RANDOMIZED = "randomized"

    @property
    def label(self) -> str:
        """The outcome in words."""
        return _LABELS[self]

    @property
    def state(self) -> str:
        """The code of the outcome's badge in trialsite.icons.STATES."""
        return _STATES[self]


_LABELS = {
    Outcome.SCREENING: "In screening",
    Outcome.REVIEW: "Waiting for review",
    Outcome.ELIGIBLE: "Eligible, waiting for a number",
    Outcome.EXCLUDED: "Excluded",
    Outcome.RANDOMIZED: "Randomized",
}
_STATES = {
    Outcome.SCREENING: "incomplete",
    Outcome.REVIEW: "waiting",
    Outcome.ELIGIBLE: "signed",
    Outcome.EXCLUDED: "ended",
    Outcome.RANDOMIZED: "done",
}


@dataclass(frozen=True)
class Wanted:
    """Which screenings: of these sites, and if given with this outcome, reason, and month of consent.

    month is its first day. reason is a key of screening.reasons.REASONS.
    """

    sites: Collection[str]
    outcome: Outcome | None = None
    reason: str = ""
    month: date | None = None


class Key(NamedTuple):
    """Where an entry stands in the log: newest consent first, then the highest number."""

    RFICDTC: date
    SUBJID: str


class Entry(NamedTuple):
    """A screening. Times are aware; days and dates are those of the site.

    earlier and later are the numbers of the same person's other screenings at these sites; empty without one.
    """

    SUBJID: str
    site: str
    time_zone: str
    RFICDTC: date
    registered_by: str
    registered_at: datetime
    outcome: str
    reasons: list[str]
    established: bool
    submitted_by: str
    submitted_at: datetime | None
    decision: str
    signed_by: str
    signed_at: datetime | None
    void: bool
    note: str
    number_given_on: date | None
    earlier: str
    later: str

    @property
    def key(self) -> Key:
        """Where the entry stands in the log."""
        return Key(self.RFICDTC, self.SUBJID)

    @property
    def standing(self) -> Outcome:
        """The outcome."""
        return Outcome(self.outcome)

    @property
    def decided(self) -> str:
        """The signed decision in words; empty before there is one."""
        if not self.decision:
            return ""
        return f"{Decision(self.decision).label}{' (void since)' if self.void else ''}"

    @property
    def reason_words(self) -> list[str]:
        """The reasons of an exclusion, the criteria first. What could not be established says so."""
        open_still = "" if self.established else " (not established)"
        return [words_of(code) + ("" if code == CONSENT else open_still) for code in self.reasons]

    @property
    def days(self) -> int | None:
        """Days from consent to the signed decision; None before there is one."""
        decided_at = self.local(self.signed_at)
        return (decided_at.date() - self.RFICDTC).days if decided_at else None

    def local(self, at: datetime | None) -> datetime | None:
        """A moment in the time zone of the site."""
        return at.astimezone(ZoneInfo(self.time_zone)) if at else None


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
