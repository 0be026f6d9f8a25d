"""The flow of participants up to randomization, as CONSORT counts it. Never by arm, nothing after it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from screening.log import ROWS, parameters_of
from screening.log_entry import Outcome, Wanted
from screening.reasons import place_of

# Each outcome with its screenings, how many of them were a person's first, and how many were followed by
# another one; then each reason.
_COUNTS = f"""
WITH entry AS MATERIALIZED (SELECT outcome, reasons, earlier, later FROM ({ROWS}) line)
SELECT outcome, '', count(*), count(*) FILTER (WHERE earlier IS NULL), count(later)
FROM entry GROUP BY outcome
UNION ALL
SELECT outcome, reason, count(*), 0, 0 FROM entry, unnest(reasons) AS reason GROUP BY outcome, reason
"""  # noqa: S608 - constants of this application


@dataclass(frozen=True)
class Flow:
    """Numbers of screenings. A screening has one outcome; an excluded one may have several reasons.

    reasons: (code of screening.reasons, number), most frequent first, each screening once under each.
    persons: a person who was screened again under another number counts once, if both are among the sites.
    screened_again: how many of the excluded screenings were followed by another one.
    """

    screening: int
    review: int
    eligible: int
    excluded: int
    randomized: int
    reasons: tuple[tuple[str, int], ...]
    persons: int
    screened_again: int

    @property
    def assessed(self) -> int:
        """Everybody who consented and was registered."""
        return self.screening + self.review + self.eligible + self.excluded + self.randomized

    @property
    def in_screening(self) -> int:
        """Neither excluded nor signed as eligible yet."""
        return self.screening + self.review

    @property
    def found_eligible(self) -> int:
        """Signed as eligible, with a treatment number or not yet."""
        return self.eligible + self.randomized


def flow_of(sites: Collection[str]) -> Flow:
    """The counts of these sites; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, parameters_of(Wanted(sites)))
        lines = cursor.fetchall()
    by_outcome = {outcome: rest for outcome, reason, *rest in lines if not reason}
    counted = {outcome: by_outcome.get(outcome, [0, 0, 0]) for outcome in Outcome}
    reasons = [(reason, number) for _, reason, number, *_ in lines if reason]
    return Flow(
        **{outcome.value: screenings for outcome, (screenings, _, _) in counted.items()},
        reasons=tuple(sorted(reasons, key=lambda each: (-each[1], place_of(each[0])))),
        persons=sum(first for _, first, _ in counted.values()),
        screened_again=counted[Outcome.EXCLUDED][2],
    )
