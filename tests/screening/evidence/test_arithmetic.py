"""Arithmetic written out: the numbers of the functions that decide, never rounded onto a limit."""

from decimal import Decimal
from fractions import Fraction

import pytest

from screening.boundaries.participant import Plain
from screening.criteria import Verdict
from screening.criteria.cni import in05
from screening.criteria.exhibits import Inhibitors
from screening.criteria.hepatitis import ex06
from screening.criteria.ild import ex08
from screening.criteria.infection import ex04
from screening.criteria.laboratory import ex03
from screening.evidence.arithmetic import Calculation
from screening.evidence.inhibitor_strip import InhibitorStrip, inhibitor_strip
from screening.evidence.numbers import apart, partial_text, written
from screening.evidence.of_verdict import shown_of
from tests.screening.criteria.example import Row, cni, ivab, participant, q
from trialsite.partial_date import PartialDate


def of_title(verdict: Verdict, title: str) -> Calculation:
    return next(each for each in shown_of(verdict).calculations if each.title.startswith(title))


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "(140 − 47) × 58 × 0.85 / (72 × 0.5882) = 108.25 mL/min"),
        (
            {"DM.SEX": "M", "DM.BRTHDTC": "1976-01-01", "VS.WEIGHT": q("54"), "LB.CREAT": q("132.6")},
            "(140 − 50) × 54 / (72 × 1.5) = 45.00 mL/min",
        ),
        (
            {"DM.SEX": "M", "DM.BRTHDTC": "1976-01-01", "VS.WEIGHT": q("54"), "LB.CREAT": q("132.599")},
            "(140 − 50) × 54 / (72 × 1.5) = 45.0003 mL/min",
        ),
    ],
)
def test_creatinine_clearance_is_written_out(changes: dict[str, Plain], line: str) -> None:
    shown = of_title(ex03(participant(changes)), "Creatinine clearance")
    assert shown.lines[-1] == line
    assert "45 mL/min or less" in shown.limit


def test_an_age_that_is_not_certain_gives_a_clearance_for_each() -> None:
    shown = of_title(ex03(participant({"DM.BRTHDTC": "1978"})), "Creatinine clearance")
    assert [line[:10] for line in shown.lines[1:]] == ["(140 − 47)", "(140 − 48)"]


def test_multiples_of_the_upper_limit_and_the_oxygen_ratio_are_written_out() -> None:
    assert of_title(ex03(participant()), "ALT").lines == ("46 / 40 U/L = 1.15 × ULN",)
    assert of_title(ex03(participant()), "Total bilirubin").limit == "1.5 × ULN or more excludes"
    facts = participant({"OX.PAO2": q("70"), "OX.ABG_FIO2": q("0.40")})
    assert of_title(ex08(facts), "PaO").lines == ("70 / 0.4 = 175.0 mmHg",)


def test_hours_of_a_washout_are_written_out() -> None:
    facts = participant({"INF.IVABYN": "Y"}, antibiotics=(ivab("2026-03-14", "8"),))
    shown = of_title(ex04(facts), "Washout of meropenem")
    assert shown.lines == ("5 × 8 h = 40 h needed", "24 to 72 h between last dose and randomization")
    assert shown.limit == "over for sure on 17 Mar 2026"


def test_international_units_are_converted() -> None:
    changes: dict[str, Plain] = {
        "VIR.HBVDNASTAT": "QUANTIFIED",
        "VIR.HBVDNA": q("172", unit="IU/mL"),
        "VIR.HBVASSAY": "ROCHE",
    }
    assert of_title(ex06(participant(changes)), "HBV-DNA").lines == ("172 IU/mL × 5.82 = 1001.04 copies/mL",)


def test_numbers_are_exact_and_never_rounded_onto_their_limit() -> None:
    assert apart(Fraction(45), 45) == "45.00"
    assert apart(Fraction("44.9999"), 45) == "44.9999"
    assert (written(Decimal("58.0")), written(Decimal(100)), written(Fraction(20, 3), 4)) == (
        "58",
        "100",
        "6.6667",
    )
    assert [partial_text(PartialDate.parse(text)) for text in ("2026", "2026-02", "2026-02-03")] == [
        "2026",
        "Feb 2026",
        "3 Feb 2026",
    ]


def strip_of(*inhibitors: Row) -> InhibitorStrip:
    verdict = in05(participant(inhibitors=inhibitors))
    (exhibit,) = [each for each in verdict.parts[0].exhibits if isinstance(each, Inhibitors)]
    return inhibitor_strip("IN05", exhibit)


def test_the_strip_shows_drug_and_dose_of_each_day() -> None:
    strip = strip_of(cni("2", "2026-01-01", "2026-02-28"), cni("3", "2026-03-01"))
    assert [label.text for label in strip.names] == ["tacrolimus"]
    assert [label.text for label in strip.doses] == ["2 mg", "3 mg"]
    assert [line.taken for line in strip.lines] == [("tacrolimus 2 mg",), ("tacrolimus 3 mg",)]
    assert not strip.has_gaps


def test_days_without_an_inhibitor_are_crossed_and_doubtful_ones_outlined() -> None:
    gap = strip_of(cni("3", "2026-01-01", "2026-03-05"), cni("3", "2026-03-08"))
    assert gap.gaps.count("M") == 2
    assert [line.taken for line in gap.lines][1] == ("none recorded",)
    doubt = strip_of(cni("3", "2026-02"))
    assert doubt.perhaps.count("M") == 1
    assert doubt.sure.count("M") == 1
    assert strip_of().gaps.count("M") == 28
