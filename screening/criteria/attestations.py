"""IN06: the further inclusion criteria of the protocol, each answered by the site (IN06, IN07, ...)."""

from screening.criteria.evidence import Evidence
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.tables import Attestation
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown_truth
from screening.facts import Facts
from trialsite.truth import Truth, every


def in06(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """All of them are answered Y; only asked when the version of the protocol has any."""
    return conclude("IN06", Kind.INCLUSION, [_attested(facts, each) for each in readings.tables.attestations])


def _attested(facts: Facts, attestation: Attestation) -> Part:
    """An answer counts for the very question that was asked: with other words it is asked again."""
    evidence = Evidence(facts)
    form = evidence.form("PA")
    answers = []
    for row in evidence.rows("PA"):
        code, asked = row.fact("ATTCD").value, row.fact("ATTEXT").value
        if code == attestation.code and asked == attestation.question:
            answers.append(row.yes("ATTYN"))
    if not answers:
        form.unsettle("RECORDS")
    truth = every(answers) if answers else Truth.UNKNOWN
    return evidence.part(
        attestation.code, truth, f"{attestation.question} {shown_truth(truth).capitalize()}."
    )
