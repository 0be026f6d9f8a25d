"""EX05: active and latent tuberculosis."""

from datetime import date

from screening.criteria.derived import plus_days
from screening.criteria.evidence import Evidence
from screening.criteria.exhibits import Wait
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown, shown_code, shown_date, shown_truth
from screening.facts import Facts
from trialsite.partial_date import days_between
from trialsite.truth import Truth, known

# ASSUMPTION: QFT-PLUS and other assays are not named by the registration; they stay open.
NAMED_ASSAYS = ("QFT-GIT", "QFT-G", "T-SPOT.TB")
MIN_DRUGS = 2


def ex05(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Active tuberculosis not adequately treated; latent tuberculosis without preventive therapy."""
    return conclude("EX05", Kind.EXCLUSION, [_active(facts), _latent(facts, readings.ltbi_min_days)])


def _active(facts: Facts) -> Part:
    evidence = Evidence(facts)
    tb = evidence.form("TB")
    active = tb.yes("TBACT")
    if active is Truth.NO:
        return evidence.part("EX05a", Truth.NO, "No active tuberculosis.")
    treated = tb.yes("TBTRTADQ")
    return evidence.part(
        "EX05a",
        active & ~treated,
        f"Active tuberculosis: {shown_truth(active)}; adequately treated: {shown_truth(treated)}.",
    )


def _latent(facts: Facts, days_needed: int) -> Part:
    evidence = Evidence(facts)
    tb = evidence.form("TB")
    assay = tb.code("IGRATYPE", NAMED_ASSAYS)
    positive = tb.positive("IGRARES")
    if assay is None or positive is Truth.UNKNOWN:
        result, kind = shown_code(tb.fact("IGRARES")), shown_code(tb.fact("IGRATYPE"))
        says = f"IGRA {result}, assay {kind}: repeat it with one of {', '.join(NAMED_ASSAYS)}."
        return evidence.part("EX05b", Truth.UNKNOWN, says)
    if positive is Truth.NO:
        return evidence.part("EX05b", Truth.NO, f"IGRA negative ({assay}).")
    active = tb.yes("TBACT")
    if active is Truth.YES:
        return evidence.part("EX05b", Truth.NO, "IGRA positive with active tuberculosis: not latent.")
    prevented, says, wait, cleared = _prevention(evidence, days_needed)
    truth = ~active & ~prevented
    return evidence.part(
        "EX05b",
        truth,
        f"Latent tuberculosis (IGRA positive, {assay}); {says}",
        earliest=None if truth is Truth.NO else cleared,
        exhibits=[wait],
    )


def _prevention(evidence: Evidence, days_needed: int) -> tuple[Truth, str, Wait, date | None]:
    """Whether preventive therapy is sufficient, in words, its duration, and the day on which it will be."""
    tb = evidence.form("TB")
    drugs = tb.number("TPTNDRUG")
    started, randomized = tb.date("TPTSTDTC"), evidence.form("SV").date("RANDDTC")
    long_enough = days_between(started, randomized).at_least(days_needed)
    taken = tb.yes("TPTYN") & known(None if drugs is None else drugs >= MIN_DRUGS) & tb.yes("TPTCONT")
    says = (
        f"preventive therapy since {shown_date(started)}, number of drugs {shown(drugs)}, randomization on "
        f"{shown_date(randomized)}; {days_needed} days with {MIN_DRUGS} drugs, continuing, are required."
    )
    wait = Wait(
        what="Preventive therapy of latent tuberculosis",
        event="started",
        since=started,
        needed=f"at least {days_needed} days",
        reference="randomization",
        on=randomized,
        passed=long_enough,
        possible_from=None if started is None else plus_days(started.earliest, days_needed),
        over=None if started is None else plus_days(started.latest, days_needed),
    )
    return taken & long_enough, says, wait, wait.over if taken is Truth.YES else None
