"""Which of several results of the same analyte counts: the latest within the screening window.

A retest replaces the earlier result for the verdict, and both are kept. When there are retests but no
result lies within the window, none counts: an old result does not come back because a newer one is old too.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from screening.facts import REFUSED, Fact
from trialsite.crf.retests import Retest
from trialsite.protocol import SCREENING_DAYS

# Why a value is missing of which every result lies outside the window.
OUT_OF_WINDOW = "OUT OF WINDOW"
_NO_RESULT = (None, "", "NOT DONE")


@dataclass(frozen=True)
class Sample:
    """One record of a form, the planned one or a retest: when it was taken, and its facts by field."""

    repeat: int
    facts: Mapping[str, Fact]
    taken: date | None

    def has(self, field: str) -> bool:
        """True when the sample has a result; one that was refused is a result that cannot be used."""
        fact = self.facts.get(field)
        if fact is None:
            return False
        return fact.missing == REFUSED or fact.value not in _NO_RESULT


def in_force(retest: Retest, samples: Collection[Sample], RANDDTC: date | None) -> Iterator[Fact]:
    """The facts of the groups that were measured again, each group from the sample that counts.

    RANDDTC: the day up to which the window reaches; unknown, it has no limits. Of one day the later entered
    counts. The facts keep the results that they replace in `earlier`.
    """
    for group in retest.groups:
        results = sorted((sample for sample in samples if sample.has(group[0])), key=_place)
        if not any(sample.repeat for sample in results):
            continue
        within = [sample for sample in results if _within(sample, RANDDTC)]
        counts = within[-1] if within else results[-1]
        for field in group:
            fact = counts.facts.get(field)
            if fact is None:
                continue
            others = tuple(
                other.facts[field]
                for other in results
                if other is not counts and other.facts[field].value is not None
            )
            if within:
                yield replace(fact, earlier=others)
            else:
                yield replace(fact, value=None, uln=None, missing=OUT_OF_WINDOW, earlier=(*others, fact))


def _place(sample: Sample) -> tuple[date, int]:
    return sample.taken or date.min, sample.repeat


def _within(sample: Sample, RANDDTC: date | None) -> bool:
    if RANDDTC is None or (sample.taken is None and sample.repeat == 0):
        return True
    return sample.taken is not None and (RANDDTC - timedelta(days=SCREENING_DAYS) <= sample.taken <= RANDDTC)
