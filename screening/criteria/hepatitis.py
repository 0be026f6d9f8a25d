"""EX06 viral hepatitis, EX07 HIV."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from screening.criteria.evidence import Evidence, View
from screening.criteria.exhibits import Copies
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown, shown_code
from screening.facts import Facts
from trialsite.truth import Truth

# The registration says 10^3 copies/L, which is 1 copy/mL and below every assay; 10^3 copies/mL was
# probably meant. ASSUMPTION: what both readings admit or exclude is decided, between them it is open.
ADMITTED_UP_TO, EXCLUDED_ABOVE = 1, 1000  # copies/mL
ML_PER_L = 1000


def ex06(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Markers of active hepatitis B and C."""
    parts = [
        _marker(facts, "EX06a", "HBSAG", "HBsAg"),
        _marker(facts, "EX06b", "HBEAG", "HBeAg"),
        _hbv_dna(facts, readings.hbvdna_factors),
        _marker(facts, "EX06d", "HCVAB", "HCV antibody"),
    ]
    return conclude("EX06", Kind.EXCLUSION, parts)


def ex07(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """HIV by history or serology."""
    evidence = Evidence(facts)
    vir = evidence.form("VIR")
    truth = vir.yes("HIVHX") | vir.positive("HIVAB")
    says = {
        Truth.YES: "HIV infection by history or serology.",
        Truth.NO: "No HIV infection known, serology negative.",
        Truth.UNKNOWN: "HIV history or serology is not known.",
    }[truth]
    return conclude("EX07", Kind.EXCLUSION, [evidence.part("EX07", truth, says)])


def _marker(facts: Facts, code: str, field: str, words: str) -> Part:
    evidence = Evidence(facts)
    vir = evidence.form("VIR")
    truth = vir.positive(field)
    return evidence.part(code, truth, f"{words} {shown_code(vir.fact(field))}; POSITIVE excludes.")


def _hbv_dna(facts: Facts, factors: Mapping[str, Decimal]) -> Part:
    evidence = Evidence(facts)
    vir = evidence.form("VIR")
    status = vir.code("HBVDNASTAT", ("NOT DETECTED", "DETECTED BELOW LLOQ", "QUANTIFIED"))
    if status is None and vir.fact("HBVDNA").value is None:
        # DNA is required only when the core antibody is positive, and may be when it is not known.
        core = vir.positive("HBCAB")
        truth = Truth.NO if core is Truth.NO else Truth.UNKNOWN
        words = shown_code(vir.fact("HBCAB"))
        return evidence.part(
            "EX06c", truth, f"No HBV-DNA result; HBcAb {words}; DNA is required if positive."
        )
    if status == "NOT DETECTED":
        return evidence.part("EX06c", Truth.NO, "HBV-DNA not detected.")
    if status == "DETECTED BELOW LLOQ":
        says = "HBV-DNA detected below the limit of quantification: a question for the sponsor."
        return evidence.part("EX06c", Truth.UNKNOWN, says)
    converted = _copies(vir, factors)
    copies = None if converted is None else converted.copies
    truth = Truth.UNKNOWN
    if status == "QUANTIFIED" and copies is not None and copies > EXCLUDED_ABOVE:
        truth = Truth.YES
    elif status == "QUANTIFIED" and copies is not None and copies <= ADMITTED_UP_TO:
        truth = Truth.NO
    return evidence.part(
        "EX06c",
        truth,
        f"HBV-DNA {shown(copies, 'copies/mL', places=1)}; above {EXCLUDED_ABOVE} excludes, up to "
        f"{ADMITTED_UP_TO} does not, between is a question for the sponsor.",
        exhibits=[] if converted is None else [converted],
    )


def _copies(vir: View, factors: Mapping[str, Decimal]) -> Copies | None:
    """Copies per mL from the typed number and unit; IU/mL needs the factor of the assay."""
    number = vir.number("HBVDNA")
    unit = vir.fact("HBVDNA").typed_unit
    if number is None:
        return None
    if unit == "copies/mL":
        return Copies(number, unit, None, Fraction(number))
    if unit == "copies/L":
        return Copies(number, unit, None, Fraction(number) / ML_PER_L)
    if unit == "IU/mL":
        assay = vir.code("HBVASSAY", factors)
        if assay is None:
            return None
        return Copies(number, unit, factors[assay], Fraction(number) * Fraction(factors[assay]))
    vir.unsettle("HBVDNA")
    return None
