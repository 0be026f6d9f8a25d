"""The forms of an invented participant at screening."""

from datetime import date, timedelta
from random import Random

from trialsite.simulation.answers import Form, Forms, text
from trialsite.simulation.assessments import examination, symptoms
from trialsite.simulation.measurements import (
    inflammation,
    laboratory,
    oxygen,
    pulmonary_function,
    vital_signs,
)
from trialsite.simulation.person import Person

_RAPID = {
    "RPDYSP": "Y",
    "RPPFT": "N",
    "RPHRCT": "N",
    "RPABG": "N",
    "RPREAS": "Admitted for oxygen within two weeks of the first cough.",
}


def screening_answers(random: Random, person: Person) -> Forms:
    """Every form of screening but the consent, which registers the participant."""
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
        "VS": vital_signs(random, person, on, height=random.randint(152, 180)),
        "OX": oxygen(random, person, "S", person.severity, on),
        "RE": pulmonary_function(random, person, on),
        "HRCT": {
            "HRCTDTC": day,
            "CTREADER": "R1",
            "CTEXTPCT": str(random.randint(5, 40)) if person.ild else "0",
            "CTPATT": random.choice(("OP", "NSIP", "NSIP+OP")) if person.ild else "NOT APPLICABLE",
        },
        "RP": {"RPDTC": day, "RPWORS4W": "Y" if rapid else "N"} | (_RAPID if rapid else {}),
        "LB": laboratory(random, person.severity, on, kl6=True, lymphopenic=person.failure == "lymphocytes"),
        "LBI": inflammation(random, person.severity, on, "S"),
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
            "RECORDS": [medication("PREDNISONE", daily, since)],
        },
        "CNI": {
            "CNIDTC": day,
            "CNIHXCOMP": "Y",
            "RECORDS": [medication("TACROLIMUS", random.choice((2, 2.5, 3, 3.5, 4)), since)],
        },
        "CM": {"CMDTC": day, "IVIGYN": "N", "PROHMED": "N"},
        "PE": examination(random, person, on),
        "SY": symptoms(random, person, on),
    }
    return forms


def medication(drug: str, daily: float, since: str) -> Form:
    return {
        "CMTRT": drug,
        "CMDOSTOT": text(daily),
        "CMDOSU": "mg/day",
        "CMROUTE": "ORAL",
        "CMSTDTC": since,
        "CMENDTC": None,
    }
