"""A dose that was given although a rule that nobody may override stood in the way: a deviation."""

from trialsite.crf.models import Record
from visits.deviations.proposing import Category, propose_deviation, withdraw_proposal
from visits.dosing.gate import closed, lines_of
from visits.dosing.gathering import NOT_THERE, facts_of
from visits.forms.dose_given import DoseGiven

TERM = "Study drug given although a rule before the dose was not met"


def settle_against_gate(record: Record, changed: frozenset[str]) -> None:
    """Judge a dose once, as it is first recorded as given, in the transaction that saves its form.

    What becomes known later, an infection that opens the next day, does not turn back on it.
    """
    if "EXPERF" not in changed:
        return
    participant, cause = record.participant, f"dose-against-gate:{record.visit}"
    given = DoseGiven.objects.filter(record=record, EXPERF="Y", EXSTDTC__isnull=False)
    dose = None if record.state in NOT_THERE else given.first()
    lines = closed(lines_of(facts_of(participant, record.visit), dose.EXSTDTC)) if dose else []
    if dose is None or all(line.overridable for line in lines):
        withdraw_proposal(participant=participant, cause=cause)
        return
    propose_deviation(
        participant=participant,
        category=Category.IP,
        cause=cause,
        term=TERM,
        on=dose.EXSTDTC,
        visit=record.visit,
    )
