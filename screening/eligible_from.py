"""From which day a participant is eligible, if nothing but the day changes.

Two days move: that of screening, from which some criteria count back, and that of randomization. Time cures
some criteria (a washout that ends, 28 stable days, a birthday) and breaks others (the 65th birthday).
Pure: everything is asked of the criteria themselves, on the day itself.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from screening.criteria import Assessment, Overall, Verdict, assess
from screening.facts import Fact, Facts
from trialsite.partial_date import PartialDate
from trialsite.protocol import SCREENING_DAYS

ONE_DAY = timedelta(days=1)
# A later day than this is no plan for a participant who is here now.
HORIZON = timedelta(days=400)

Assess = Callable[[Facts], Assessment]
# Each step passes at least one obstacle; obstacles that keep coming back are no plan either.
_STEPS = 40


class Reference(StrEnum):
    """The day from which a criterion counts."""

    SCREENING = "SCRNDTC"
    RANDOMIZATION = "RANDDTC"


@dataclass(frozen=True)
class Cure:
    """A criterion that stands in the way now, and the first reference day on which it no longer would."""

    code: str
    reference: Reference
    day: date


@dataclass(frozen=True)
class EligibleFrom:
    """The plan of one participant, whose screening day is `screened`.

    `days` are the days of the screening window, not before the day on which this was asked, on which
    randomization is possible. `randomize_from` is the first possible day after the last of them was missed or
    none came: beyond the window it needs a new screening, on `screen_again_from` or later. `cures` are the
    criteria in the way that time cures, `uncured` the codes of those that it does not.
    """

    screened: date
    window_end: date
    days: tuple[date, ...]
    cures: tuple[Cure, ...]
    uncured: tuple[str, ...]
    screen_again_from: date | None
    randomize_from: date | None

    @property
    def first_day(self) -> date | None:
        """The first day on which randomization is possible, within this screening or after another one."""
        return self.days[0] if self.days else self.randomize_from


def eligible_from(facts: Facts, *, today: date, assess: Assess = assess) -> EligibleFrom | None:
    """The plan as of a day; None while the day of screening is not known in full.

    The days offered lie in the window of the screening, 28 days from the day of screening on, and not in the
    past. `assess` is what judges the participant: the criteria under the protocol version that counts.
    """
    screened = _day(facts, Reference.SCREENING)
    if screened is None:
        return None
    window_end = screened + timedelta(days=SCREENING_DAYS)
    first = max(today, screened + ONE_DAY)
    days = tuple(possible_days(facts, first, window_end, assess))
    now = assess(_planned(facts, first))
    in_the_way = [verdict for verdict in now.verdicts if not verdict.favourable]
    cures = tuple(
        Cure(verdict.code, reference_of(verdict), verdict.earliest)
        for verdict in in_the_way
        if verdict.earliest is not None
    )
    again = _Again() if days else _another_screening(facts, today, assess)
    return EligibleFrom(
        screened=screened,
        window_end=window_end,
        days=days,
        cures=cures,
        uncured=_uncured(in_the_way) or again.uncured,
        screen_again_from=again.screening,
        randomize_from=again.randomization,
    )


def possible_days(facts: Facts, first: date, last: date, assess: Assess = assess) -> Iterator[date]:
    """The days from first to last on which all criteria are in the participant's favour."""
    day = first
    while day <= last:
        assessment = assess(_planned(facts, day))
        if assessment.overall is Overall.ELIGIBLE:
            yield day
        elif not _moves(assessment):
            return
        day += ONE_DAY


def reference_of(verdict: Verdict) -> Reference:
    """The day on which the cure of a criterion depends: randomization, if what stands in the way reads it."""
    open_parts = [part for part in verdict.parts if part.earliest is not None]
    read = {(fact.form, fact.field) for part in open_parts for fact in part.read}
    return Reference.RANDOMIZATION if ("SV", Reference.RANDOMIZATION) in read else Reference.SCREENING


def _moves(assessment: Assessment) -> bool:
    """Whether another day of randomization could turn every criterion that is in the way."""
    return all(
        any(fact.field == Reference.RANDOMIZATION for fact in verdict.read)
        for verdict in assessment.verdicts
        if not verdict.favourable
    )


@dataclass(frozen=True)
class _Again:
    """A new screening: its first day and the first of randomization, or what stands in its way for good."""

    screening: date | None = None
    randomization: date | None = None
    uncured: tuple[str, ...] = ()


def _another_screening(facts: Facts, today: date, assess: Assess) -> _Again:
    """The first screening from today on that leads to randomization.

    It is taken to find every value as it is now: what it would measure anew, nobody knows.
    """
    screening = today
    for _ in range(_STEPS):
        if screening - today > HORIZON:
            break
        later = facts.replacing(Fact("SV", Reference.SCREENING, PartialDate.of(screening)))
        first, last = screening + ONE_DAY, screening + timedelta(days=SCREENING_DAYS)
        for day in possible_days(later, first, last, assess):
            return _Again(screening, day)
        in_the_way = [
            verdict for verdict in assess(_planned(later, first)).verdicts if not verdict.favourable
        ]
        if uncured := _uncured(in_the_way):
            return _Again(uncured=uncured)
        screening = max(_next_screening(verdict, screening) for verdict in in_the_way)
    return _Again()


def _uncured(in_the_way: Iterable[Verdict]) -> tuple[str, ...]:
    return tuple(verdict.code for verdict in in_the_way if verdict.earliest is None)


def _next_screening(verdict: Verdict, screening: date) -> date:
    """The next day of screening that this criterion leaves worth trying."""
    assert verdict.earliest is not None
    if reference_of(verdict) is Reference.SCREENING:
        return verdict.earliest
    # It turns within the window of a screening that begins so many days before.
    return max(screening + ONE_DAY, verdict.earliest - timedelta(days=SCREENING_DAYS))


def _planned(facts: Facts, randomization: date) -> Facts:
    return facts.replacing(Fact("SV", Reference.RANDOMIZATION, PartialDate.of(randomization)))


def _day(facts: Facts, reference: Reference) -> date | None:
    value = facts.get("SV", reference).value
    return value.earliest if isinstance(value, PartialDate) and value.is_full else None
