"""Boundaries of IN01 to IN03."""

from screening.boundaries.cases import MET, NOT_MET, OPEN, Boundary, Limit, answers, numbers
from screening.boundaries.participant import q

NO_REGISTERED_SIGN = {"DC.GOTTPAP": "N", "DC.GOTTRSH": "N", "DC.ERYABIG": "N"}
LOW_SPO2 = {"OX.SPO2": q("89")}

LIMITS: tuple[Limit, ...] = (
    answers(
        "IN01a",
        "Date of birth, screening on 2026-03-02",
        "DM.BRTHDTC",
        {
            "2008-03-03": NOT_MET,
            "2008-03-02": MET,
            "1961-03-03": MET,
            "1961-03-02": NOT_MET,
            "2008-03": OPEN,
            "1961": OPEN,
            "1978": MET,
            "": OPEN,
        },
    ),
    numbers(
        "IN01b", "Weight", "VS.WEIGHT", "kg", {"44.9": NOT_MET, "44.999": NOT_MET, "45.0": MET, "0": OPEN}
    ),
    answers(
        "IN02a",
        "Gottron papules, with no other registered sign and no heliotrope rash",
        "DC.GOTTPAP",
        {"Y": MET, "N": NOT_MET, "U": OPEN, "": OPEN},
        also=NO_REGISTERED_SIGN | {"DC.HELIOT": "N"},
    ),
    answers(
        "IN02a",
        "Heliotrope rash alone",
        "DC.HELIOT",
        {"Y": OPEN, "N": NOT_MET, "U": OPEN},
        also=NO_REGISTERED_SIGN,
    ),
    answers(
        "IN02b",
        "Anti-MDA5 antibody",
        "DC.MDA5RES",
        {"POSITIVE": MET, "NEGATIVE": NOT_MET, "EQUIVOCAL": OPEN, "NOT DONE": OPEN, "": OPEN},
    ),
    numbers(
        "IN03a",
        "SpO2 on room air, PaO2 59 mmHg",
        "OX.SPO2",
        "%",
        {"89": NOT_MET, "89.9": NOT_MET, "90": MET},
        also={"OX.PAO2": q("59")},
    ),
    numbers(
        "IN03a",
        "PaO2 on room air, SpO2 89 %",
        "OX.PAO2",
        "mmHg",
        {"59.93": NOT_MET, "60": MET, "60.005": MET},
        also=LOW_SPO2,
    ),
    numbers(
        "IN03a",
        "FiO2 of both, SpO2 96 %",
        "OX.SPO2_FIO2",
        "",
        {"0.21": MET, "0.28": OPEN},
        also={"OX.PAO2": q(None)},
    ),
    numbers("IN03b", "FVC of predicted", "RE.FVCPP", "%", {"59.9": NOT_MET, "60": MET}),
    numbers("IN03c", "DLco of predicted", "RE.DLCOPP", "%", {"39.9": NOT_MET, "40": MET}),
    numbers("IN03d", "HRCT extent", "HRCT.CTEXTPCT", "%", {"49.9": MET, "50": NOT_MET}),
    answers(
        "IN03b",
        "Interstitial lung disease, FVC 59 %",
        "DC.ILDYN",
        {"Y": NOT_MET, "N": MET, "U": OPEN},
        also={"RE.FVCPP": q("59")},
    ),
    Limit(
        "IN03b",
        "Interstitial lung disease not known",
        (Boundary("FVC 60 %", MET, {"DC.ILDYN": "U", "RE.FVCPP": q("60")}),),
    ),
)
