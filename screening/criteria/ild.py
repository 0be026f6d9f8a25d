"""IN03 limits of interstitial lung disease, EX08 rapid progression, EX11 lung function testing."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from screening.criteria.derived import OxygenRatio, round_half_up
from screening.criteria.evidence import Evidence, View
from screening.criteria.exhibits import PfRatio
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown, shown_code, shown_truth
from screening.facts import Facts
from trialsite.truth import Truth, known, some

ROOM_AIR = Decimal("0.21")
MIN_SPO2, MIN_PAO2 = 90, 60  # %, mmHg
RP_ITEMS = ("RPDYSP", "RPPFT", "RPHRCT", "RPABG")
LOW_PF = 200  # mmHg


@dataclass(frozen=True)
class Limit:
    """A limit in per cent on a single value."""

    code: str
    form: str
    field: str
    holds: Callable[[Decimal], bool]
    words: str
    rule: str


LIMITS = (
    Limit("IN03b", "RE", "FVCPP", lambda share: share >= 60, "FVC of predicted", "60 % or more"),
    Limit("IN03c", "RE", "DLCOPP", lambda share: share >= 40, "DLco of predicted", "40 % or more"),
    Limit("IN03d", "HRCT", "CTEXTPCT", lambda share: share < 50, "HRCT extent of lung fields", "below 50 %"),
)
NO_ILD = "No interstitial lung disease, so this limit does not apply."


def in03(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Limits that apply with ILD. With ILD unknown only passing all of them is met."""
    return conclude("IN03", Kind.INCLUSION, [_oxygen(facts), *(_share(facts, limit) for limit in LIMITS)])


def _oxygen(facts: Facts) -> Part:
    evidence = Evidence(facts)
    ild = evidence.form("DC").yes("ILDYN")
    if ild is Truth.NO:
        return evidence.part("IN03a", Truth.YES, NO_ILD)
    ox = evidence.form("OX")
    spo2, pao2 = _on_air(ox, "SPO2", "SPO2_FIO2"), _on_air(ox, "PAO2", "ABG_FIO2")
    enough = known(None if spo2 is None else spo2 >= MIN_SPO2) | known(
        None if pao2 is None else pao2 >= MIN_PAO2
    )
    return evidence.part(
        "IN03a",
        ~ild | enough,
        f"On room air SpO2 {shown(spo2, '%')}, PaO2 {shown(pao2, 'mmHg')}; "
        f"{MIN_SPO2} % or {MIN_PAO2} mmHg or more is required.",
    )


def _on_air(ox: View, field: str, fio2_field: str) -> Decimal | None:
    """ASSUMPTION: a value taken on oxygen is unusable, neither a pass nor a failure."""
    value, fio2 = ox.number(field), ox.amount(fio2_field)
    if fio2 is not None and fio2 != ROOM_AIR:
        ox.unsettle(field)
        ox.unsettle(fio2_field)
    return value if fio2 == ROOM_AIR else None


def _share(facts: Facts, limit: Limit) -> Part:
    evidence = Evidence(facts)
    ild = evidence.form("DC").yes("ILDYN")
    if ild is Truth.NO:
        return evidence.part(limit.code, Truth.YES, NO_ILD)
    value = evidence.form(limit.form).number(limit.field)
    within = known(None if value is None else limit.holds(value))
    return evidence.part(
        limit.code, ~ild | within, f"{limit.words} {shown(value, '%')}; {limit.rule} is required."
    )


def ex08(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Rapidly progressive ILD: the gate, then any of four items, then consistency with PaO2/FiO2."""
    evidence = Evidence(facts)
    rp, ox = evidence.form("RP"), evidence.form("OX")
    gate = rp.yes("RPWORS4W")
    items = some([rp.yes(item) for item in RP_ITEMS])
    if gate is Truth.YES:
        rp.fact("RPREAS")
    measured = _ratio(ox)
    ratio = None if measured is None else measured.value
    low = known(None if ratio is None else ratio < LOW_PF)
    truth = gate & items
    if readings.ex08 == "B":
        truth &= low
    # A ratio below 200 mmHg without rapid progression contradicts itself, whichever answer is wrong.
    contradiction = low is Truth.YES and truth is Truth.NO
    if contradiction:
        truth = Truth.UNKNOWN
        for field in ("RPWORS4W", *RP_ITEMS):
            rp.unsettle(field)
    needs_ratio = contradiction or (readings.ex08 == "B" and low is Truth.UNKNOWN)
    part = evidence.part(
        "EX08",
        truth,
        f"Worsening within 4 weeks: {shown_truth(gate)}"
        + ("" if gate is Truth.NO else f"; one of the four items: {shown_truth(items)}")
        + f"; PaO2/FiO2 {shown(ratio, 'mmHg', places=1)}."
        + (f" Below {LOW_PF} mmHg without rapid progression: check both." if contradiction else ""),
        missing=[*rp.unsettled, *([ox.fact("PAO2"), ox.fact("ABG_FIO2")] if needs_ratio else [])],
        derived={"PFRATIO": None if ratio is None else round_half_up(ratio, 1)},
        exhibits=[] if measured is None else [PfRatio(measured, LOW_PF)],
    )
    remote = gate is Truth.NO and items is Truth.YES
    alert = "An item of rapid progression is answered Y outside the 4 weeks: earlier, resolved RP-ILD."
    return conclude("EX08", Kind.EXCLUSION, [part], [alert] if remote else [])


def _ratio(ox: View) -> OxygenRatio | None:
    pao2, fio2 = ox.number("PAO2"), ox.amount("ABG_FIO2")
    return None if pao2 is None or fio2 is None else OxygenRatio(pao2, fio2)


def ex11(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Unable to complete lung function testing, for everyone; not yet done stays open."""
    evidence = Evidence(facts)
    pft = evidence.form("RE")
    done = pft.yes("PFTDONE")
    if done is Truth.YES:
        truth, says = Truth.NO, "Lung function testing was done."
    else:
        # Only inability settles the rule; a test not yet done, or not done for another reason, is open.
        unable = pft.code("PFTREASND", ("UNABLE TO COMPLETE",))
        reason = shown_code(pft.fact("PFTREASND"))
        truth = Truth.YES if done is Truth.NO and unable is not None else Truth.UNKNOWN
        says = f"Lung function testing was not done or is not known; reason: {reason}."
        if done is Truth.NO:
            pft.unsettle("PFTDONE")
    return conclude("EX11", Kind.EXCLUSION, [evidence.part("EX11", truth, says)])
