"""EX04: severe infection and intravenous antibiotics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from screening.criteria.derived import WASHOUT_HALF_LIVES, Elimination, hours_of, plus_days
from screening.criteria.evidence import Evidence, View
from screening.criteria.exhibits import Wait
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown, shown_date, shown_truth
from screening.facts import Facts
from trialsite.partial_date import PartialDate, days_between
from trialsite.truth import Truth, every


@dataclass(frozen=True)
class Washout:
    """One intravenous antibiotic: its wait for the washout, and what is said of it."""

    wait: Wait
    says: str
    depends_on_hour: bool = False  # of randomization, the end of the antibiotic being known to the minute

    @property
    def complete(self) -> Truth:
        """Whether it is washed out."""
        return self.wait.passed


def ex04(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Hospital for severe infection within 60 days; intravenous antibiotics not washed out."""
    parts = [_hospital(facts, readings.infection_window_days), _antibiotics(facts)]
    return conclude("EX04", Kind.EXCLUSION, parts)


def _hospital(facts: Facts, window: int) -> Part:
    """Counted from the last day in hospital; a finished washout does not rescue it."""
    evidence = Evidence(facts)
    inf = evidence.form("INF")
    hospitalized = inf.yes("SINFHOSP")
    if hospitalized is Truth.YES:
        inf.fact("SINFREAS")
    if inf.fact("SINFONGO").value == "Y":
        return _still_there(evidence, inf, hospitalized)
    if hospitalized is Truth.NO:
        return evidence.part("EX04a", Truth.NO, "Not in hospital for severe infection.")
    ongoing = inf.yes("SINFONGO")
    left, screened = inf.date("SINFENDTC"), evidence.form("SV").date("SCRNDTC")
    passed = days_between(left, screened).at_least(window + 1)
    truth = hospitalized & (ongoing | ~passed)
    wait = Wait(
        what="Severe infection",
        event="last day in hospital",
        since=left,
        needed=f"more than {window} days",
        reference="screening",
        on=screened,
        passed=passed,
        possible_from=None if left is None else plus_days(left.earliest, window + 1),
        over=None if left is None else plus_days(left.latest, window + 1),
    )
    cleared = wait.over if ongoing is Truth.NO else None
    return evidence.part(
        "EX04a",
        truth,
        f"In hospital for severe infection until {shown_date(left)}, screening on {shown_date(screened)}; "
        f"{window} days or fewer between them exclude.",
        earliest=None if truth is Truth.NO else cleared,
        exhibits=[wait],
    )


def _still_there(evidence: Evidence, inf: View, hospitalized: Truth) -> Part:
    if hospitalized is Truth.NO:
        inf.unsettle("SINFHOSP")
        inf.unsettle("SINFONGO")
        says = "Still in hospital for severe infection, and never in hospital for it: one answer is wrong."
        return evidence.part("EX04a", Truth.UNKNOWN, says)
    return evidence.part("EX04a", Truth.YES, "Still in hospital for severe infection.")


def _antibiotics(facts: Facts) -> Part:
    evidence = Evidence(facts)
    inf = evidence.form("INF")
    received = inf.yes("IVABYN")
    rows = evidence.rows("INF", "IVAB")
    if received is Truth.NO and not rows:
        return evidence.part("EX04b", Truth.NO, "No intravenous antibiotic.")
    sv = evidence.form("SV")
    randomized = sv.date("RANDDTC")
    washouts = [_washout(row, randomized) for row in rows]
    if any(each.depends_on_hour for each in washouts):
        sv.unsettle("RANDDTC")
    if not rows:
        given, washed_out = received, Truth.UNKNOWN
        inf.unsettle("IVAB")
    elif received is Truth.NO:
        # The answer and the rows contradict each other: only a finished washout settles it.
        given, washed_out = Truth.UNKNOWN, every(each.complete for each in washouts)
        inf.unsettle("IVABYN")
    else:
        given, washed_out = Truth.YES, every(each.complete for each in washouts)
    free = inf.yes("INFABS")
    truth = given & ~(washed_out & free)
    return evidence.part(
        "EX04b",
        truth,
        f"Intravenous antibiotics: {'; '.join(each.says for each in washouts) or 'none recorded'}. "
        f"Required: {WASHOUT_HALF_LIVES} half-lives passed at randomization on {shown_date(randomized)}, "
        f"active infection ruled out ({shown_truth(free)}).",
        earliest=_cleared(washouts) if free is Truth.YES and truth is not Truth.NO else None,
        exhibits=[each.wait for each in washouts],
    )


def _washout(row: View, randomized: PartialDate | None) -> Washout:
    drug = row.fact("IVABTRT").value or "unnamed drug"
    ended, half_life = row.date("IVABENDTC"), row.amount("IVABHALF")
    time = row.fact("IVABENTIM").value
    ended_at = hours_of(time) if isinstance(time, str) else None
    says = f"{drug} until {shown_date(ended)}, half-life {shown(half_life, 'h')}"
    elimination = None
    if ended is not None and randomized is not None:
        elimination = Elimination(ended, half_life, randomized, ended_at)
    complete = Truth.UNKNOWN if elimination is None else elimination.complete
    to_the_minute = ended is not None and ended.is_full and half_life is not None and ended_at is not None
    if elimination is not None and complete is Truth.UNKNOWN and half_life is not None and ended_at is None:
        row.unsettle("IVABENTIM")
    wait = Wait(
        what=str(drug),
        event="last dose",
        since=ended,
        needed=f"{WASHOUT_HALF_LIVES} x half-life {shown(half_life, 'h')}",
        reference="randomization",
        on=randomized,
        passed=complete,
        possible_from=None if elimination is None else elimination.possible_from,
        over=None if elimination is None else elimination.over,
        elimination=elimination,
    )
    depends_on_hour = elimination is not None and complete is Truth.UNKNOWN and to_the_minute
    return Washout(wait, says, depends_on_hour)


def _cleared(washouts: Sequence[Washout]) -> date | None:
    """The first day on which all are washed out; None when one cannot be told."""
    days = [each.wait.over for each in washouts if each.wait.over is not None]
    return max(days) if days and len(days) == len(washouts) else None
