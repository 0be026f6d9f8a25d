"""IN01 age and weight, IN02 diagnosis."""

from screening.criteria.derived import age_range, birthday
from screening.criteria.evidence import Evidence
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown, shown_code
from screening.facts import Facts
from trialsite.truth import Truth, agreed, known, some

MIN_AGE, BELOW_AGE = 18, 65
MIN_WEIGHT = 45  # kg
SKIN_SIGNS = ("GOTTPAP", "GOTTRSH", "ERYABIG")


def in01(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Age on the day of screening, and weight."""
    return conclude("IN01", Kind.INCLUSION, [_age(facts), _weight(facts)], _turns_65(facts))


def in02(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """A registered skin sign, and the anti-MDA5 antibody."""
    return conclude("IN02", Kind.INCLUSION, [_skin(facts), _antibody(facts)])


def _age(facts: Facts) -> Part:
    evidence = Evidence(facts)
    birth = evidence.form("DM").date("BRTHDTC")
    screened = evidence.form("SV").date("SCRNDTC")
    rule = f"{MIN_AGE} or more and below {BELOW_AGE} is required"
    if birth is None or screened is None:
        return evidence.part(
            "IN01a", Truth.UNKNOWN, f"Age at screening not known; {rule}.", derived={"AGE": None}
        )
    ages = age_range(birth, screened)
    truth = agreed(known(MIN_AGE <= age < BELOW_AGE) for age in ages)
    single = ages[0] if len(ages) == 1 else None
    years = f"{ages[0]}" if single is not None else f"{ages[0]} to {ages[-1]}"
    return evidence.part(
        "IN01a",
        truth,
        f"Age {years} completed years at screening on {screened}; {rule}.",
        earliest=birthday(birth.latest, MIN_AGE) if ages[0] < MIN_AGE and ages[-1] < BELOW_AGE else None,
        derived={"AGE": single},
    )


def _turns_65(facts: Facts) -> tuple[str, ...]:
    """A warning when 65 is reached between screening and the planned randomization."""
    unrecorded = Evidence(facts)
    birth = unrecorded.form("DM").date("BRTHDTC")
    sv = unrecorded.form("SV")
    screened, randomized = sv.date("SCRNDTC"), sv.date("RANDDTC")
    if birth is None or screened is None or randomized is None:
        return ()
    limit = birthday(birth.earliest, BELOW_AGE)
    if screened.earliest < limit <= randomized.latest:
        return (f"Turns {BELOW_AGE} on {limit}, not later than the planned randomization.",)
    return ()


def _weight(facts: Facts) -> Part:
    evidence = Evidence(facts)
    weight = evidence.form("VS").amount("WEIGHT")
    truth = known(None if weight is None else weight >= MIN_WEIGHT)
    return evidence.part(
        "IN01b", truth, f"Weight {shown(weight, 'kg')}; {MIN_WEIGHT}.0 kg or more is required."
    )


def _skin(facts: Facts) -> Part:
    evidence = Evidence(facts)
    dc = evidence.form("DC")
    registered = some([dc.yes(sign) for sign in SKIN_SIGNS])
    asked = "Gottron papules, Gottron rash or erythema ab igne is required"
    if registered is Truth.YES:
        return evidence.part("IN02a", registered, f"A registered skin sign is present; {asked}.")
    # ASSUMPTION: heliotrope alone stays open until the sponsor rules on "erythema ab igne".
    heliotrope = dc.yes("HELIOT")
    says = {
        Truth.YES: f"Heliotrope rash without a registered skin sign: a question for the sponsor; {asked}.",
        Truth.NO: f"No heliotrope rash either; {asked}.",
        Truth.UNKNOWN: f"Heliotrope rash is not known; {asked}.",
    }[heliotrope]
    truth = registered if heliotrope is Truth.NO else Truth.UNKNOWN
    return evidence.part("IN02a", truth, says)


def _antibody(facts: Facts) -> Part:
    evidence = Evidence(facts)
    dc = evidence.form("DC")
    result = dc.positive("MDA5RES")
    words = shown_code(dc.fact("MDA5RES"))
    return evidence.part("IN02b", result, f"Anti-MDA5 antibody {words}; POSITIVE is required.")
