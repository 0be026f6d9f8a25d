"""Boundaries of EX01, EX02, EX04, EX05, EX08 to EX11 and EX14; screening is on 2026-03-02."""

from screening.boundaries.cases import MET, NOT_MET, OPEN, Boundary, Limit, answers
from screening.boundaries.participant import Plain, ivab, q
from screening.criteria import Outcome

YES_NO = {"Y": MET, "N": NOT_MET, "U": OPEN, "": OPEN}
LATENT: dict[str, Plain] = {
    "TB.IGRARES": "POSITIVE",
    "TB.TPTYN": "Y",
    "TB.TPTNDRUG": q("2"),
    "TB.TPTCONT": "Y",
}
NO_ITEM = {"RP.RPDYSP": "N", "RP.RPPFT": "N", "RP.RPHRCT": "N", "RP.RPABG": "N"}


def _antibiotic(value: str, expected: Outcome, end: str, half_life: str, time: str | None = None) -> Boundary:
    return Boundary(
        value, expected, {"INF.IVABYN": "Y", "INF.INFABS": "Y"}, antibiotics=(ivab(end, half_life, time),)
    )


LIMITS: tuple[Limit, ...] = (
    answers("EX01", "Anti-synthetase syndrome", "DC.DXASYS", YES_NO),
    answers(
        "EX02a",
        "Acute coronary syndrome",
        "MH.ACSDTC",
        {
            "2025-09-15": MET,
            "2025-09-14": NOT_MET,
            "2025-09": OPEN,
            "2025-10": MET,
            "2024": NOT_MET,
            "": OPEN,
        },
        also={"MH.ACSYN": "Y"},
    ),
    answers("EX02b", "Significant cerebrovascular disease", "MH.CVDYN", YES_NO),
    answers("EX02c", "Other life-threatening complication", "MH.LTCOMP", YES_NO),
    answers(
        "EX04a",
        "Last day in hospital for severe infection",
        "INF.SINFENDTC",
        {"2026-01-01": MET, "2025-12-31": NOT_MET, "2026-01": MET, "2025-12": NOT_MET, "": OPEN},
        also={"INF.SINFHOSP": "Y", "INF.SINFONGO": "N"},
    ),
    answers(
        "EX04a",
        "Still in hospital for severe infection",
        "INF.SINFONGO",
        {"Y": MET, "N": OPEN},
        also={"INF.SINFHOSP": "Y"},
    ),
    Limit(
        "EX04b",
        "Ceftriaxone (8 h, 40 h needed), randomization on 2026-03-16",
        (
            _antibiotic("until 2026-03-13", NOT_MET, "2026-03-13", "8"),
            _antibiotic("until 2026-03-14", OPEN, "2026-03-14", "8"),
            _antibiotic("until 2026-03-14, 08:00", NOT_MET, "2026-03-14", "8", "08:00"),
            _antibiotic("until 2026-03-14, 08:01", OPEN, "2026-03-14", "8", "08:01"),
            _antibiotic("until 2026-03-15", OPEN, "2026-03-15", "8"),
            _antibiotic("until 2026-03-15, 08:01", MET, "2026-03-15", "8", "08:01"),
            _antibiotic("until 2026-03-16", MET, "2026-03-16", "8"),
        ),
    ),
    Limit(
        "EX04b",
        "Teicoplanin (170 h, 850 h needed), randomization on 2026-03-16",
        (
            _antibiotic("until a day in 2026-01", NOT_MET, "2026-01", "170"),
            _antibiotic("until a day in 2026-02", OPEN, "2026-02", "170"),
            _antibiotic("until a day in 2026-03", MET, "2026-03", "170"),
        ),
    ),
    Limit(
        "EX04b",
        "Active infection ruled out, ceftriaxone until 2026-03-01",
        tuple(
            Boundary(
                answer,
                expected,
                {"INF.IVABYN": "Y", "INF.INFABS": answer},
                antibiotics=(ivab("2026-03-01", "8"),),
            )
            for answer, expected in (("Y", NOT_MET), ("N", MET), ("U", OPEN))
        ),
    ),
    answers(
        "EX05a",
        "Active tuberculosis adequately treated",
        "TB.TBTRTADQ",
        {"Y": NOT_MET, "N": MET, "": OPEN},
        also={"TB.TBACT": "Y"},
    ),
    answers(
        "EX05b",
        "Preventive therapy since, randomization on 2026-03-16",
        "TB.TPTSTDTC",
        {"2026-03-02": NOT_MET, "2026-03-03": MET, "2026-02": NOT_MET, "2026-03": OPEN, "": OPEN},
        also=LATENT,
    ),
    Limit(
        "EX05b",
        "Drugs of the preventive therapy",
        tuple(
            Boundary(number, expected, LATENT | {"TB.TPTNDRUG": q(number), "TB.TPTSTDTC": "2026-02-01"})
            for number, expected in (("1", MET), ("2", NOT_MET))
        ),
    ),
    answers("EX05b", "IGRA", "TB.IGRARES", {"NEGATIVE": NOT_MET, "INDETERMINATE": OPEN, "NOT DONE": OPEN}),
    answers(
        "EX05b",
        "Assay of a negative IGRA",
        "TB.IGRATYPE",
        {"QFT-GIT": NOT_MET, "QFT-G": NOT_MET, "T-SPOT.TB": NOT_MET, "QFT-PLUS": OPEN},
    ),
    answers(
        "EX08",
        "Worsening within 4 weeks, acute dyspnoea Y",
        "RP.RPWORS4W",
        {"Y": MET, "N": NOT_MET, "U": OPEN},
        also=NO_ITEM | {"RP.RPDYSP": "Y"},
    ),
    answers(
        "EX08",
        "One of the four items, worsening within 4 weeks",
        "RP.RPPFT",
        {"Y": MET, "N": NOT_MET, "U": OPEN},
        also=NO_ITEM | {"RP.RPWORS4W": "Y"},
    ),
    Limit(
        "EX08",
        "PaO2/FiO2 without worsening",
        tuple(
            Boundary(f"{pao2} mmHg / 0.40", expected, {"OX.PAO2": q(pao2), "OX.ABG_FIO2": q("0.40")})
            for pao2, expected in (("80", NOT_MET), ("79.9", OPEN))
        ),
    ),
    answers("EX09", "Allergy to tocilizumab or an excipient", "AL.ALLTCZ", YES_NO),
    answers("EX10", "Sulfonamide allergy", "AL.ALLSULF", YES_NO),
    answers(
        "EX11",
        "Reason why lung function was not tested",
        "RE.PFTREASND",
        {"UNABLE TO COMPLETE": MET, "NOT YET DONE": OPEN, "OTHER": OPEN, "": OPEN},
        also={"RE.PFTDONE": "N"},
    ),
    answers("EX11", "Lung function tested", "RE.PFTDONE", {"Y": NOT_MET, "N": OPEN}),
    answers(
        "EX14", "Attestation against the protocol's list", "CM.PROHMED", {"Y": MET, "N": NOT_MET, "": OPEN}
    ),
)
