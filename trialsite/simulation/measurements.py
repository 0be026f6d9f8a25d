"""What is measured: vital signs, oxygen, lung function, CT, laboratory."""

from datetime import date
from random import Random

from trialsite.simulation.answers import Form, between, number, quantity, text
from trialsite.simulation.person import Person

# Values that stay near those of screening, and by how much they move around them.
_STEADY = {"WBC": 0.15, "NEUT": 0.15, "LYM": 0.15, "HGB": 0.06, "PLAT": 0.12, "CREAT": 0.08, "ALB": 0.05}


def vital_signs(random: Random, person: Person, on: date, height: int | None = None) -> Form:
    """VS; the height is measured at screening only."""
    weight = person.weight if height else round(person.weight * random.uniform(0.98, 1.02), 1)
    form = {
        "VSDTC": on.isoformat(),
        "WEIGHT": quantity(weight, "kg"),
        "TEMP": quantity(round(random.uniform(36.2, 37.2), 1), "C"),
        "SYSBP": quantity(random.randint(105, 145), "mmHg"),
        "DIABP": quantity(random.randint(62, 92), "mmHg"),
        "PULSE": quantity(random.randint(62, 98), "/min"),
        "RESP": quantity(random.randint(13, 22), "/min"),
    }
    return form | ({"HEIGHT": quantity(height, "cm")} if height else {})


def oxygen(random: Random, person: Person, visit: str, severity: float, on: date) -> Form:
    """OX, on room air; gases where they are scheduled with interstitial lung disease."""
    form: Form = {
        "OXDTC": on.isoformat(),
        "SPO2": str(round(98 - 4 * severity)),
        "SPO2_FIO2": "0.21",
        "O2DEV": "NONE",
    }
    if person.ild and visit in ("S", "D1", "W4", "W8"):
        pressure = round(96 - 22 * severity + random.uniform(-3, 3), 1)
        form |= {"PAO2": quantity(pressure, "mmHg"), "ABG_FIO2": "0.21"}
    return form


def pulmonary_function(random: Random, person: Person, on: date) -> Form:
    """RE: the vital capacity falls with the severity."""
    if person.failure == "pulmonary function":
        return {"PFTDONE": "N", "PFTREASND": "UNABLE TO COMPLETE"}
    capacity = round(98 - 30 * person.severity_on(on) + random.uniform(-4, 4), 1)
    return {
        "PFTDONE": "Y",
        "REDTC": on.isoformat(),
        "FVC": text(round(capacity * 0.034, 2)),
        "FVCPP": text(capacity),
        "DLCO": quantity(round(capacity * 0.2, 1), "mL/min/mmHg"),
        "DLCOPP": text(round(capacity * 0.78, 1)),
        "DLHBCOR": "Y",
    }


def later_ct(random: Random, person: Person, on: date) -> Form:
    """HRCT after screening: the extent follows the severity."""
    before = number(person.screening["HRCT"], "CTEXTPCT")
    extent = between(0, before * (person.severity_on(on) / person.severity) + random.uniform(-3, 3), 100)
    if not before:
        extent = 0
    change = "SAME" if abs(extent - before) < 4 else "BETTER" if extent < before else "WORSE"
    return {
        **person.screening["HRCT"],
        "HRCTDTC": on.isoformat(),
        "CTEXTPCT": str(extent),
        "CTCHG": change,
    }


def later_laboratory(random: Random, person: Person, on: date, *, kl6: bool) -> Form:
    """LB after screening: blood counts and creatinine stay near those of screening."""
    form = laboratory(random, person.severity_on(on), on, kl6=kl6)
    for name, share in _STEADY.items():
        value = number(person.screening["LB"], name) * random.uniform(1 - share, 1 + share)
        form[name] = form[name] | {"value": text(round(value, 0 if name in ("HGB", "PLAT", "CREAT") else 2))}
    return form


def laboratory(random: Random, severity: float, on: date, *, kl6: bool, lymphopenic: bool = False) -> Form:
    """LB: enzymes with the severity."""
    cells = round(random.uniform(4.2, 9.5), 2)
    lymphocytes = 0.38 if lymphopenic else round(random.uniform(0.7, 1.4), 2)
    form = {
        "LBDTC": on.isoformat(),
        "WBC": quantity(cells, "10^9/L"),
        "NEUT": quantity(round(cells * random.uniform(0.62, 0.72), 2), "10^9/L"),
        "LYM": quantity(lymphocytes, "10^9/L"),
        "HGB": quantity(random.randint(104, 148), "g/L"),
        "PLAT": quantity(random.randint(140, 330), "10^9/L"),
        "ALT": quantity(round(24 + 55 * severity * random.random()), "U/L", 40),
        "AST": quantity(round(20 + 50 * severity * random.random()), "U/L", 35),
        "BILI": quantity(round(random.uniform(6, 18), 1), "umol/L", 21),
        "ALB": quantity(round(random.uniform(32, 43), 1), "g/L"),
        "CK": quantity(round(random.uniform(40, 260)), "U/L", 200),
        "LDH": quantity(round(210 + 220 * severity), "U/L", 250),
        "CREAT": quantity(round(random.uniform(42, 78)), "umol/L"),
        "GLUC": quantity(round(random.uniform(4.6, 7.4), 1), "mmol/L"),
    }
    return form | ({"KL6": quantity(round(350 + 900 * severity), "U/mL", 500)} if kl6 else {})


def inflammation(random: Random, severity: float, on: date, visit: str) -> Form:
    """LBI: what the laboratory assessor enters after Day 1."""
    form = {
        "LBIDTC": on.isoformat(),
        "CRP": quantity(round(1 + 18 * severity * random.random(), 1), "mg/L"),
        "ESR": quantity(random.randint(8, 55), "mm/h"),
        "FERRITIN": quantity(round(220 + 1100 * severity * random.random()), "ug/L"),
    }
    if visit in ("S", "D1", "W4", "W8"):
        form["IL6"] = quantity(round(random.uniform(3, 40), 1), "pg/mL")
    if visit in ("S", "W4", "W8"):
        form |= {
            "CHOL": quantity(round(random.uniform(3.6, 6.2), 2), "mmol/L"),
            "TRIG": quantity(round(random.uniform(0.8, 2.6), 2), "mmol/L"),
            "LDL": quantity(round(random.uniform(1.8, 4.0), 2), "mmol/L"),
        }
    return form
