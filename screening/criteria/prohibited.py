"""EX14: medication that the protocol prohibits, by the investigator's attestation and by the protocol's list.

The registration's list is not public. While the version of the protocol has none, the attestation decides
alone; a list is checked beside it and never overruled by it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from screening.criteria.cni import INHIBITORS
from screening.criteria.derived import plus_days
from screening.criteria.dosing import Period, period_of
from screening.criteria.evidence import Evidence, View
from screening.criteria.exhibits import Wait
from screening.criteria.names import is_named, names_a_drug
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.tables import Prohibited, Reference
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown_date, shown_truth
from screening.facts import Fact, Facts
from trialsite.partial_date import Days, PartialDate
from trialsite.truth import Truth, some

_PARTS = {Reference.SCREENING: "EX14b", Reference.RANDOMIZATION: "EX14c"}


@dataclass(frozen=True)
class Medication:
    """One row of CM, GC or CNI. `name` is empty when none was given."""

    row: View
    name: str
    period: Period

    @property
    def ongoing(self) -> bool:
        """True when it has no last day."""
        return self.period.first_end == date.max

    @property
    def until(self) -> str:
        """Its last day in words."""
        return "ongoing" if self.ongoing else f"until {shown_date(self.ended)}"

    @property
    def ended(self) -> PartialDate | None:
        """Its last day as it was given."""
        value = self.row.fact("CMENDTC").value
        return value if isinstance(value, PartialDate) else None


@dataclass(frozen=True)
class Finding:
    """A medication that is, or may be, an entry of the list, and whether it falls into the window."""

    medication: Medication
    entry: Prohibited
    named: Truth
    within: Truth

    @property
    def truth(self) -> Truth:
        """Whether it excludes."""
        return self.named & self.within

    @property
    def over(self) -> date | None:
        """The first reference day that surely lies beyond the window; None when it cannot be told."""
        return plus_days(self.medication.period.last_end, self.entry.window_days + 1)

    @property
    def says(self) -> str:
        """The finding in words."""
        name = self.medication.name or "A medication without a name"
        sure = f"is {self.entry.name}" if self.named is Truth.YES else f"may be {self.entry.name}"
        return f"{name}, {self.medication.until}, {sure}: {self.entry.window_days} days"


def ex14(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Prohibited medication: attested, or recorded and on the list within its window."""
    entries = readings.tables.prohibited
    parts = [_attested(facts, "EX14a" if entries else "EX14")]
    for reference, code in _PARTS.items():
        counted = [entry for entry in entries if entry.reference is reference]
        if counted:
            parts.append(_listed(facts, code, counted, reference, tuple(readings.prednisone_factors)))
    return conclude("EX14", Kind.EXCLUSION, parts)


def _attested(facts: Facts, code: str) -> Part:
    evidence = Evidence(facts)
    truth = evidence.form("CM").yes("PROHMED")
    return evidence.part(code, truth, f"Prohibited medication by the protocol's list: {shown_truth(truth)}.")


def _listed(
    facts: Facts, code: str, entries: Sequence[Prohibited], reference: Reference, steroids: Sequence[str]
) -> Part:
    evidence = Evidence(facts)
    sv = evidence.form("SV")
    day = sv.date(reference.variable)
    found = list(_findings(evidence, entries, day, steroids))
    in_the_way = [each for each in found if each.truth is not Truth.NO]
    truth = some(each.truth for each in found)
    days = [each.over for each in in_the_way if each.over is not None]
    return evidence.part(
        code,
        truth,
        f"{_said(found)} {reference.capitalize()} on {shown_date(day)}; a last day so many days or fewer "
        "before it excludes.",
        missing=[fact for each in in_the_way for fact in _settling(each, sv)],
        earliest=max(days) if days and len(days) == len(in_the_way) else None,
        exhibits=[_wait(each, reference, day) for each in found],
    )


def _findings(
    evidence: Evidence, entries: Sequence[Prohibited], day: PartialDate | None, steroids: Sequence[str]
) -> Iterator[Finding]:
    """What is or may be listed. GC and CNI are looked at where an entry names one of their drugs."""
    for form, drugs in (("CM", None), ("GC", steroids), ("CNI", INHIBITORS)):
        meant = [entry for entry in entries if drugs is None or _names_any(entry, drugs)]
        for row in evidence.rows(form) if meant else ():
            value = row.fact("CMTRT").value
            text = value if isinstance(value, str) else ""
            named = [(entry, _named(text, entry)) for entry in meant]
            if all(truth is Truth.NO for _, truth in named):
                continue
            medication = Medication(row, text, period_of(row))
            for entry, truth in named:
                if truth is not Truth.NO:
                    within = _within(medication.period, day, entry.window_days)
                    yield Finding(medication, entry, truth, within)


def _names_any(entry: Prohibited, drugs: Sequence[str]) -> bool:
    return any(is_named(drug, entry.names) is Truth.YES for drug in drugs)


def _named(text: str, entry: Prohibited) -> Truth:
    """A medication without a name may be any."""
    truth = is_named(text, entry.names)
    return Truth.UNKNOWN if truth is Truth.NO and not names_a_drug(text) else truth


def _within(period: Period, day: PartialDate | None, window: int) -> Truth:
    """Whether the last day lies `window` days or fewer before the reference day, or after it."""
    if day is None:
        # What goes on has its last day after any reference day.
        return Truth.YES if period.first_end == date.max else Truth.UNKNOWN
    since = Days((day.earliest - period.last_end).days, (day.latest - period.first_end).days)
    return since.at_most(window)


def _settling(finding: Finding, sv: View) -> Iterator[Fact]:
    """The facts that would settle an open finding; none for one that is sure."""
    if finding.named is Truth.UNKNOWN:
        yield finding.medication.row.fact("CMTRT")
    if finding.within is Truth.UNKNOWN:
        yield from (fact for fact in finding.medication.row.unsettled if fact.field == "CMENDTC")
        yield from sv.unsettled


def _said(found: Sequence[Finding]) -> str:
    if not found:
        return "No recorded medication bears a name of the protocol's list."
    return f"{'; '.join(each.says for each in found)}."


def _wait(finding: Finding, reference: Reference, day: PartialDate | None) -> Wait:
    period, window = finding.medication.period, finding.entry.window_days
    return Wait(
        what=f"{finding.medication.name or 'Unnamed medication'} ({finding.entry.name})",
        event="last day",
        since=finding.medication.ended,
        needed=f"more than {window} days",
        reference=reference.lower(),
        on=day,
        passed=~finding.within,
        possible_from=plus_days(period.first_end, window + 1),
        over=finding.over,
    )
