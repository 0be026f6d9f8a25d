"""Invented participants: plausible values, no real person's. Pure; the same random numbers, the same people.

Answers stand in the exchange format, so that they pass through the same reading as everybody's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from trialsite.protocol import VISITS

Form = dict[str, Any]
Forms = dict[str, Form]

ASSESSED_VISITS = tuple(visit.code for visit in VISITS if visit.scheduled)
FAILURES = (
    "lymphocytes",
    "prednisone",
    "stroke",
    "tuberculosis",
    "age",
    "rapid progression",
    "pulmonary function",
)

_RAPID = {
    "RPDYSP": "Y",
    "RPPFT": "N",
    "RPHRCT": "N",
    "RPABG": "N",
    "RPREAS": "Admitted for oxygen within two weeks of the first cough.",
}
_SHARE_FAILING = 0.16
_SHARE_UNFINISHED = 0.08
_SHARE_WITH_ILD = 0.8
_SHARE_LEAVING = 0.1
_SHARE_MISSED = 0.03
_SHARE_REACTING = 0.05


@dataclass(frozen=True)
class Person:
    """One invented participant with everything that will happen to them."""

    consent: date
    randomization: date
    failure: str
    finished: bool
    ild: bool
    weight: float
    severity: float
    leaves_after: str
    shifts: dict[str, int]
    missed: frozenset[str]
    reacts: frozenset[str]
    screening: Forms


def invent(random: Random, consent: date) -> Person:
    """A participant who consents on that day."""
    draw = random.random()
    failure = random.choice(FAILURES) if draw < _SHARE_FAILING else ""
    finished = not _SHARE_FAILING <= draw < _SHARE_FAILING + _SHARE_UNFINISHED
    ild = failure == "rapid progression" or random.random() < _SHARE_WITH_ILD
    weight = round(random.gauss(59, 8), 1)
    weight = min(max(weight, 46.0), 95.0)
    severity = random.uniform(0.2, 1.0)
    randomization = consent + timedelta(days=random.randint(5, 14))
    later = ASSESSED_VISITS[1:]
    leaves_after = random.choice(ASSESSED_VISITS[:-1]) if random.random() < _SHARE_LEAVING else ""
    person = Person(
        consent=consent,
        randomization=randomization,
        failure=failure,
        finished=finished,
        ild=ild,
        weight=weight,
        severity=severity,
        leaves_after=leaves_after,
        shifts={code: random.choice((-2, -1, 0, 0, 0, 1, 2)) for code in later},
        missed=frozenset(code for code in later if random.random() < _SHARE_MISSED),
        reacts=frozenset(code for code in ASSESSED_VISITS if random.random() < _SHARE_REACTING),
        screening={},
    )
    person.screening.update(_screening(random, person))
    return person


def assessment(random: Random, person: Person, visit: str, on: date) -> Forms:
    """The forms of a visit after randomization, those of the laboratory assessor included."""
    progress = ASSESSED_VISITS.index(visit) / (len(ASSESSED_VISITS) - 1)
    severity = person.severity * (1 - 0.4 * progress)
    return {
        "SV": {"SVSTDTC": on.isoformat(), "SVCONTMO": "ON-SITE"},
        "VS": _vital_signs(random, person, on, height=None),
        "OX": _oxygen(random, person, visit, severity, on),
        "LB": _laboratory(random, severity, on, kl6=visit in ("W4", "W8")),
        "LBI": _inflammation(random, severity, on, visit),
        **_medication_logs(person, on),
    }


def dose(person: Person, visit: str, on: date, kit: str) -> Form:
    """The dose of a visit: kit and volume, never milligrams."""
    volume = round(person.weight * 8 / 20, 1)
    return {
        "EXPERF": "Y",
        "EXKIT": kit,
        "EXROUTE": "INTRAVENOUS",
        "EXLOC": "FOREARM",
        "EXDOSPLN": {"value": str(volume), "unit": "mL"},
        "EXVOL": {"value": str(volume), "unit": "mL"},
        "EXINTP": "N",
        "EXSTDTC": on.isoformat(),
        "EXSTTIM": "09:30",
        "EXENDTC": on.isoformat(),
        "EXENTIM": "10:30",
        "EXREACT": "Y" if visit in person.reacts else "N",
    }


def _quantity(value: float, unit: str, uln: float | None = None) -> dict[str, Any]:
    quantity: dict[str, Any] = {"value": _text(value), "unit": unit}
    return quantity if uln is None else quantity | {"uln": _text(uln)}


def _text(value: float) -> str:
    """As written on a report: no binary remainders."""
    return str(int(value)) if value == int(value) else str(round(value, 2))


def _screening(random: Random, person: Person) -> Forms:
    on = person.consent
    day = on.isoformat()
    age = 67 if person.failure == "age" else random.randint(24, 63)
    born = date(on.year - age, random.randint(1, 12), random.randint(1, 28)) - timedelta(days=1)
    since = (person.randomization - timedelta(days=random.randint(40, 90))).isoformat()
    daily = 2.5 * round(person.weight * random.uniform(0.4, 0.8) / 2.5)
    if person.failure == "prednisone":
        daily = 5.0 * (round(person.weight / 5) + 2)
    rapid = person.failure == "rapid progression"
    positive = person.failure == "tuberculosis"
    woman = random.random() < 0.62
    forms: Forms = {
        "SV": {"SCRNDTC": day, "RANDDTC": person.randomization.isoformat()},
        "DM": {"DMDTC": day, "BRTHDTC": born.isoformat(), "SEX": "F" if woman else "M", "ETHNIC": "HAN"},
        "MH": {
            "MHDTC": day,
            "ACSYN": "N",
            "CVDYN": "Y" if person.failure == "stroke" else "N",
            "CVDREAS": "Cerebral infarction with lasting weakness." if person.failure == "stroke" else None,
            "LTCOMP": "N",
            "DIVERT": "N",
            "ZOSTER": random.choice("NNNY"),
            "MALIG": "N",
            "PREGTEST": "NEG" if woman and age < 55 else "NA",
        },
        "DC": {
            "DCDTC": day,
            "DXDTC": since[:7],
            "ONSETDTC": since[:4],
            "RESPONDTC": since[:7] if person.ild else "NOT APPLICABLE",
            "GOTTPAP": random.choice("YYYN"),
            "GOTTRSH": "Y",
            "ERYABIG": "N",
            "HELIOT": random.choice("YN"),
            "SKULCER": random.choice("YNNN"),
            "MECHHAND": random.choice("YN"),
            "PALMPAP": random.choice("YNN"),
            "MDA5RES": "POSITIVE",
            "MDA5DTC": since,
            "RO52": random.choice(("POSITIVE", "NEGATIVE")),
            "ILDYN": "Y" if person.ild else "N",
            "ARTHR": random.choice("YNN"),
            "MUSCLE": random.choice("YN"),
            "DXPM": "N",
            "DXASYS": "N",
            "DXIMNM": "N",
            "DXOVERLAP": "N",
        },
        "VS": _vital_signs(random, person, on, height=random.randint(152, 180)),
        "OX": _oxygen(random, person, "S", person.severity, on),
        "RE": _pulmonary_function(random, person, on),
        "HRCT": {
            "HRCTDTC": day,
            "CTREADER": "R1",
            "CTEXTPCT": str(random.randint(5, 40)) if person.ild else "0",
            "CTPATT": random.choice(("OP", "NSIP", "NSIP+OP")) if person.ild else "NOT APPLICABLE",
        },
        "RP": {"RPDTC": day, "RPWORS4W": "Y" if rapid else "N"} | (_RAPID if rapid else {}),
        "LB": _laboratory(random, person.severity, on, kl6=True, lymphopenic=person.failure == "lymphocytes"),
        "LBI": _inflammation(random, person.severity, on, "S"),
        "INF": {"INFDTC": day, "SINFHOSP": "N", "IVABYN": "N"},
        "TB": {
            "TBDTC": day,
            "TBACT": "N",
            "IGRATYPE": "T-SPOT.TB",
            "IGRARES": "POSITIVE" if positive else "NEGATIVE",
            "IGRADTC": day,
            "TPTYN": "N",
        },
        "VIR": {
            "VIRDTC": day,
            **dict.fromkeys(("HBSAG", "HBEAG", "HBSAB", "HBCAB", "HCVAB", "HIVAB"), "NEGATIVE"),
            "HBVDNA": {"status": "NOT DONE"},
            "HIVHX": "N",
        },
        "AL": {"ALDTC": day, "ALLTCZ": "N", "ALLSULF": "N"},
        "GC": {
            "GCDTC": day,
            "GCHXCOMP": "Y",
            "RECORDS": [_medication("PREDNISONE", daily, since)],
        },
        "CNI": {
            "CNIDTC": day,
            "CNIHXCOMP": "Y",
            "RECORDS": [_medication("TACROLIMUS", random.choice((2, 2.5, 3, 3.5, 4)), since)],
        },
        "CM": {"CMDTC": day, "IVIGYN": "N", "PROHMED": "N"},
    }
    return forms


def _medication_logs(person: Person, on: date) -> Forms:
    """The background treatment of screening, as it still stands on a visit's day."""
    day = on.isoformat()
    return {
        "GC": {**person.screening["GC"], "GCDTC": day},
        "CNI": {**person.screening["CNI"], "CNIDTC": day},
        "CM": {**person.screening["CM"], "CMDTC": day},
    }


def _medication(drug: str, daily: float, since: str) -> Form:
    return {
        "CMTRT": drug,
        "CMDOSTOT": _text(daily),
        "CMDOSU": "mg/day",
        "CMROUTE": "ORAL",
        "CMSTDTC": since,
        "CMENDTC": None,
    }


def _vital_signs(random: Random, person: Person, on: date, height: int | None) -> Form:
    weight = person.weight if height else round(person.weight * random.uniform(0.98, 1.02), 1)
    form = {
        "VSDTC": on.isoformat(),
        "WEIGHT": _quantity(weight, "kg"),
        "TEMP": _quantity(round(random.uniform(36.2, 37.2), 1), "C"),
        "SYSBP": _quantity(random.randint(105, 145), "mmHg"),
        "DIABP": _quantity(random.randint(62, 92), "mmHg"),
        "PULSE": _quantity(random.randint(62, 98), "/min"),
        "RESP": _quantity(random.randint(13, 22), "/min"),
    }
    return form | ({"HEIGHT": _quantity(height, "cm")} if height else {})


def _oxygen(random: Random, person: Person, visit: str, severity: float, on: date) -> Form:
    form: Form = {
        "OXDTC": on.isoformat(),
        "SPO2": str(round(98 - 4 * severity)),
        "SPO2_FIO2": "0.21",
        "O2DEV": "NONE",
    }
    if person.ild and visit in ("S", "D1", "W4", "W8"):
        pressure = round(96 - 22 * severity + random.uniform(-3, 3), 1)
        form |= {"PAO2": _quantity(pressure, "mmHg"), "ABG_FIO2": "0.21"}
    return form


def _pulmonary_function(random: Random, person: Person, on: date) -> Form:
    if person.failure == "pulmonary function":
        return {"PFTDONE": "N", "PFTREASND": "UNABLE TO COMPLETE"}
    capacity = round(98 - 30 * person.severity + random.uniform(-4, 4), 1)
    return {
        "PFTDONE": "Y",
        "REDTC": on.isoformat(),
        "FVC": _text(round(capacity * 0.034, 2)),
        "FVCPP": _text(capacity),
        "DLCO": _quantity(round(capacity * 0.2, 1), "mL/min/mmHg"),
        "DLCOPP": _text(round(capacity * 0.78, 1)),
        "DLHBCOR": "Y",
    }


def _laboratory(random: Random, severity: float, on: date, *, kl6: bool, lymphopenic: bool = False) -> Form:
    cells = round(random.uniform(4.2, 9.5), 2)
    lymphocytes = 0.38 if lymphopenic else round(random.uniform(0.7, 1.4), 2)
    form = {
        "LBDTC": on.isoformat(),
        "WBC": _quantity(cells, "10^9/L"),
        "NEUT": _quantity(round(cells * random.uniform(0.62, 0.72), 2), "10^9/L"),
        "LYM": _quantity(lymphocytes, "10^9/L"),
        "HGB": _quantity(random.randint(104, 148), "g/L"),
        "PLAT": _quantity(random.randint(140, 330), "10^9/L"),
        "ALT": _quantity(round(24 + 55 * severity * random.random()), "U/L", 40),
        "AST": _quantity(round(20 + 50 * severity * random.random()), "U/L", 35),
        "BILI": _quantity(round(random.uniform(6, 18), 1), "umol/L", 21),
        "ALB": _quantity(round(random.uniform(32, 43), 1), "g/L"),
        "CK": _quantity(round(random.uniform(40, 260)), "U/L", 200),
        "LDH": _quantity(round(210 + 220 * severity), "U/L", 250),
        "CREAT": _quantity(round(random.uniform(42, 78)), "umol/L"),
        "GLUC": _quantity(round(random.uniform(4.6, 7.4), 1), "mmol/L"),
    }
    return form | ({"KL6": _quantity(round(350 + 900 * severity), "U/mL", 500)} if kl6 else {})


def _inflammation(random: Random, severity: float, on: date, visit: str) -> Form:
    form = {
        "LBIDTC": on.isoformat(),
        "CRP": _quantity(round(1 + 18 * severity * random.random(), 1), "mg/L"),
        "ESR": _quantity(random.randint(8, 55), "mm/h"),
        "FERRITIN": _quantity(round(220 + 1100 * severity * random.random()), "ug/L"),
    }
    if visit in ("S", "D1", "W4", "W8"):
        form["IL6"] = _quantity(round(random.uniform(3, 40), 1), "pg/mL")
    if visit in ("S", "W4", "W8"):
        form |= {
            "CHOL": _quantity(round(random.uniform(3.6, 6.2), 2), "mmol/L"),
            "TRIG": _quantity(round(random.uniform(0.8, 2.6), 2), "mmol/L"),
            "LDL": _quantity(round(random.uniform(1.8, 4.0), 2), "mmol/L"),
        }
    return form
