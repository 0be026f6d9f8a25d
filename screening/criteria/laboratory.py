"""EX03: laboratory values that exclude, in standard units."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from screening.criteria.derived import Clearance, age_range, round_half_up
from screening.criteria.evidence import Evidence
from screening.criteria.exhibits import Clearances, TimesUln
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown
from screening.facts import Facts
from trialsite.truth import Truth, agreed, known


@dataclass(frozen=True)
class Floor:
    """A value below the limit (strict) excludes."""

    code: str
    field: str
    limit: Decimal
    unit: str
    words: str


FLOORS = (
    Floor("EX03a", "WBC", Decimal("3.0"), "x10^9/L", "White blood cells"),
    Floor("EX03b", "NEUT", Decimal("1.0"), "x10^9/L", "Neutrophils"),
    Floor("EX03c", "LYM", Decimal("0.5"), "x10^9/L", "Lymphocytes"),
    Floor("EX03d", "HGB", Decimal(90), "g/L", "Haemoglobin"),
    Floor("EX03e", "PLAT", Decimal(50), "x10^9/L", "Platelets"),
)
TRANSAMINASE_TIMES = Fraction(3)  # x ULN, inclusive
BILIRUBIN_TIMES = Fraction("1.5")  # x ULN, inclusive
CLEARANCE_LIMIT = 45  # mL/min, inclusive


def ex03(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Any of nine laboratory limits."""
    parts = [
        *(_below(facts, floor) for floor in FLOORS),
        _transaminase(facts, "EX03f", "ALT"),
        _transaminase(facts, "EX03g", "AST"),
        _bilirubin(facts),
        _clearance(facts),
    ]
    return conclude("EX03", Kind.EXCLUSION, parts)


def _below(facts: Facts, floor: Floor) -> Part:
    evidence = Evidence(facts)
    value = evidence.form("LB").number(floor.field)
    truth = known(None if value is None else value < floor.limit)
    says = f"{floor.words} {shown(value, floor.unit)}; below {floor.limit} excludes."
    return evidence.part(floor.code, truth, says)


def _times_uln(
    analyte: str, value: Decimal | None, uln: Decimal | None, unit: str, limit: Fraction
) -> tuple[TimesUln, ...]:
    """The multiple of the upper limit of normal; nothing when it cannot be computed."""
    return () if value is None or uln is None else (TimesUln(analyte, value, uln, unit, limit),)


def _transaminase(facts: Facts, code: str, enzyme: str) -> Part:
    evidence = Evidence(facts)
    lb = evidence.form("LB")
    value, uln = lb.number(enzyme), lb.uln(enzyme)
    exhibits = _times_uln(enzyme, value, uln, "U/L", TRANSAMINASE_TIMES)
    times = exhibits[0].times if exhibits else None
    raised = known(None if times is None else times >= TRANSAMINASE_TIMES)
    says = (
        f"{enzyme} {shown(value, 'U/L')}, upper limit {shown(uln, 'U/L')}, {shown(times, 'x ULN', places=2)}"
    )
    rule = f"{TRANSAMINASE_TIMES} x ULN or more excludes unless due to dermatomyositis"
    if raised is not Truth.YES:
        return evidence.part(code, raised, f"{says}; {rule}.", exhibits=exhibits)
    # Asked, and therefore read, only when the enzyme is raised.
    due_to_dm = lb.yes(f"{enzyme}_DMREL")
    if due_to_dm is not Truth.UNKNOWN:
        lb.fact(f"{enzyme}_DMREAS")
    answer = "not answered" if due_to_dm is Truth.UNKNOWN else due_to_dm.value
    return evidence.part(
        code, ~due_to_dm, f"{says}, due to dermatomyositis: {answer}; {rule}.", exhibits=exhibits
    )


def _bilirubin(facts: Facts) -> Part:
    evidence = Evidence(facts)
    lb = evidence.form("LB")
    value, uln = lb.number("BILI"), lb.uln("BILI")
    exhibits = _times_uln("Total bilirubin", value, uln, "umol/L", BILIRUBIN_TIMES)
    times = exhibits[0].times if exhibits else None
    truth = known(None if times is None else times >= BILIRUBIN_TIMES)
    return evidence.part(
        "EX03h",
        truth,
        f"Total bilirubin {shown(value, 'umol/L')}, upper limit {shown(uln, 'umol/L')}, "
        f"{shown(times, 'x ULN', places=2)}; 1.5 x ULN or more excludes.",
        exhibits=exhibits,
    )


def _clearance(facts: Facts) -> Part:
    """ASSUMPTION: actual body weight. Age on the day of the sample, as the formula asks."""
    evidence = Evidence(facts)
    dm, lb = evidence.form("DM"), evidence.form("LB")
    birth, sampled = dm.date("BRTHDTC"), lb.date("LBDTC")
    sex = dm.code("SEX", ("M", "F"))
    weight, creatinine = evidence.form("VS").amount("WEIGHT"), lb.amount("CREAT")
    if birth is None or sampled is None or sex is None or weight is None or creatinine is None:
        says = "Creatinine clearance needs birth date, sample date, sex, weight and creatinine"
        return evidence.part(
            "EX03i",
            Truth.UNKNOWN,
            f"{says}; {CLEARANCE_LIMIT} mL/min or less excludes.",
            derived={"CRCL": None},
        )
    possible = tuple(Clearance(age, weight, sex, creatinine) for age in age_range(birth, sampled))
    clearance = possible[0].value if len(possible) == 1 else None
    return evidence.part(
        "EX03i",
        agreed(known(each.value <= CLEARANCE_LIMIT) for each in possible),
        f"Creatinine clearance {shown(clearance, 'mL/min', places=2)} (Cockcroft-Gault); "
        f"{CLEARANCE_LIMIT} mL/min or less excludes, before rounding.",
        derived={"CRCL": None if clearance is None else round_half_up(clearance, 2)},
        exhibits=[Clearances(possible, CLEARANCE_LIMIT)],
    )
