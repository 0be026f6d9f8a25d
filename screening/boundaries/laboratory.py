"""Boundaries of EX03, EX06 and EX07."""

from screening.boundaries.cases import MET, NOT_MET, OPEN, Boundary, Limit, answers, numbers
from screening.boundaries.participant import Plain, q
from screening.criteria import Outcome

COUNT = "x10^9/L"


def _clearance(words: str, expected: Outcome, sex: str, born: str, kg: str, creatinine: str) -> Boundary:
    changes: dict[str, Plain] = {
        "DM.SEX": sex,
        "DM.BRTHDTC": born,
        "VS.WEIGHT": q(kg),
        "LB.CREAT": q(creatinine),
        "LB.LBDTC": "2026-03-02",
    }
    return Boundary(words, expected, changes)


def _enzyme(part: str, enzyme: str) -> tuple[Limit, ...]:
    return (
        numbers(part, enzyme, f"LB.{enzyme}", "U/L", {"119": NOT_MET, "119.9": NOT_MET}, uln="40"),
        answers(
            part,
            f"Rise of {enzyme} due to dermatomyositis, at 120 U/L, ULN 40",
            f"LB.{enzyme}_DMREL",
            {"Y": NOT_MET, "N": MET, "": OPEN},
            also={f"LB.{enzyme}": q("120", uln="40")},
        ),
        Limit(
            part,
            f"{enzyme} where binary fractions fail, not due to dermatomyositis",
            (
                Boundary(
                    "105.3 U/L, ULN 35.1",
                    MET,
                    {f"LB.{enzyme}": q("105.3", uln="35.1"), f"LB.{enzyme}_DMREL": "N"},
                ),
                Boundary("120 U/L without ULN", OPEN, {f"LB.{enzyme}": q("120")}),
            ),
        ),
    )


def _dna(value: str, unit: str, expected: Outcome, assay: str | None = None) -> Boundary:
    changes: dict[str, Plain] = {
        "VIR.HBCAB": "POSITIVE",
        "VIR.HBVDNASTAT": "QUANTIFIED",
        "VIR.HBVDNA": q(value, unit=unit),
        "VIR.HBVASSAY": assay,
    }
    return Boundary(f"{value} {unit}{f', {assay}' if assay else ''}", expected, changes)


LIMITS: tuple[Limit, ...] = (
    numbers("EX03a", "White blood cells", "LB.WBC", COUNT, {"2.99": MET, "3.0": NOT_MET}),
    numbers("EX03b", "Neutrophils", "LB.NEUT", COUNT, {"0.99": MET, "1.0": NOT_MET}),
    numbers("EX03c", "Lymphocytes", "LB.LYM", COUNT, {"0.49": MET, "0.5": NOT_MET}),
    numbers("EX03d", "Haemoglobin", "LB.HGB", "g/L", {"89.9": MET, "90": NOT_MET}),
    numbers("EX03e", "Platelets", "LB.PLAT", COUNT, {"49": MET, "50": NOT_MET}),
    *_enzyme("EX03f", "ALT"),
    *_enzyme("EX03g", "AST"),
    numbers("EX03h", "Total bilirubin", "LB.BILI", "umol/L", {"31.4": NOT_MET, "31.5": MET}, uln="21"),
    Limit(
        "EX03i",
        "Creatinine clearance",
        (
            _clearance(
                "man, 50 years, 54 kg, 132.5 umol/L: 45.03", NOT_MET, "M", "1975-06-14", "54", "132.5"
            ),
            _clearance(
                "man, 50 years, 54 kg, 132.6 umol/L (1.5 mg/dL): 45.00", MET, "M", "1975-06-14", "54", "132.6"
            ),
            _clearance("woman, 64 years, 47 kg, 130 umol/L: 28.68", MET, "F", "1961-06-14", "47", "130"),
            _clearance("woman, 47 years, 58 kg, 52 umol/L: 108.25", NOT_MET, "F", "1978-06-14", "58", "52"),
            _clearance("man, 50 or 51 years, 54 kg, 132.5 umol/L", OPEN, "M", "1975", "54", "132.5"),
        ),
    ),
    answers("EX06a", "HBsAg", "VIR.HBSAG", {"POSITIVE": MET, "NEGATIVE": NOT_MET, "NOT DONE": OPEN}),
    answers("EX06b", "HBeAg", "VIR.HBEAG", {"POSITIVE": MET, "NEGATIVE": NOT_MET, "NOT DONE": OPEN}),
    Limit(
        "EX06c",
        "HBV-DNA, HBcAb positive",
        (
            _dna("1000", "copies/mL", OPEN),
            _dna("1001", "copies/mL", MET),
            _dna("1", "copies/mL", NOT_MET),
            _dna("1000", "copies/L", NOT_MET),
            _dna("1001", "copies/L", OPEN),
            _dna("171", "IU/mL", OPEN, "ROCHE"),
            _dna("172", "IU/mL", MET, "ROCHE"),
            _dna("172", "IU/mL", OPEN, "ABBOTT"),
            _dna("172", "IU/mL", OPEN),
        ),
    ),
    answers(
        "EX06c",
        "Status of HBV-DNA, HBcAb positive",
        "VIR.HBVDNASTAT",
        {"NOT DETECTED": NOT_MET, "DETECTED BELOW LLOQ": OPEN, "NOT DONE": OPEN},
        also={"VIR.HBCAB": "POSITIVE"},
    ),
    answers("EX06c", "HBcAb, DNA not done", "VIR.HBCAB", {"NEGATIVE": NOT_MET, "POSITIVE": OPEN, "": OPEN}),
    answers("EX06d", "HCV antibody", "VIR.HCVAB", {"POSITIVE": MET, "NEGATIVE": NOT_MET, "NOT DONE": OPEN}),
    answers("EX07", "HIV in the history", "VIR.HIVHX", {"Y": MET, "N": NOT_MET, "U": OPEN}),
    answers("EX07", "HIV serology", "VIR.HIVAB", {"POSITIVE": MET, "NEGATIVE": NOT_MET, "NOT DONE": OPEN}),
)
