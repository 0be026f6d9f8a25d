"""What is assessed at a visit: examination, symptoms, core set, strength, daily life, skin."""

from datetime import date
from random import Random

from trialsite.simulation.answers import Form, between, text
from trialsite.simulation.person import Person
from visits.forms.health_questionnaire import FIELDS as QUESTIONS
from visits.forms.muscle_test import NECK_FIELD, PAIRS
from visits.forms.skin_index import FIELDS as PLACES
from visits.forms.skin_index import SIGNS

# How much of the weakness a muscle group has: the proximal ones most.
_WEAKNESS = {"MMTDELT": 1.0, "MMTBICE": 0.5, "MMTGMAX": 0.8, "MMTGMED": 0.9, "MMTQUAD": 0.5}
_FACE = ("SCALP", "MALAR", "PERIORBITAL", "REST_OF_FACE")
_EXPOSED = (*_FACE, "V_NECK", "ARM", "MECHANICS_HAND", "DORSUM_OF_HAND")


def examination(random: Random, person: Person, on: date) -> Form:
    """PE: skin and lungs by severity, the rest normal."""
    severity = person.severity_on(on)
    findings = {
        "PESKIN": ("Rash over knuckles and eyelids.", severity > 0.25),
        "PELUNG": ("Fine crackles at both bases.", person.ild and severity > 0.4),
        "PEMSK": ("Tender finger joints.", random.random() < 0.2 * severity),
    }
    abnormal = [words for words, found in findings.values() if found]
    form: Form = {"PEDTC": on.isoformat(), **dict.fromkeys(("PEHEART", "PEABD", "PEOTH"), "NORMAL")}
    form |= {name: "ABNORMAL" if found else "NORMAL" for name, (_, found) in findings.items()}
    return form | ({"PEDESC": " ".join(abnormal)} if abnormal else {})


def symptoms(random: Random, person: Person, on: date) -> Form:
    """SY: breathlessness with the lung disease, ratings around the severity."""
    severity = person.severity_on(on)
    breathless = severity * (3.4 if person.ild else 1.2)
    ratings = {"COUGHNRS": 7 if person.ild else 2, "FATIGNRS": 8, "ITCHNRS": 6, "PAINNRS": 5}
    return {
        "SYDTC": on.isoformat(),
        "MMRC": str(between(0, breathless + random.uniform(-0.6, 0.4), 4)),
        **{
            name: str(between(0, most * severity + random.uniform(-1, 1), 10))
            for name, most in ratings.items()
        },
        "FEVER": "Y" if random.random() < 0.25 * severity else "N",
    }


def core_set(random: Random, person: Person, on: date) -> Form:
    """IM: three scales around the severity."""
    severity = person.severity_on(on)

    def scale(most: float) -> str:
        return text(round(min(max(most * severity + random.uniform(-0.5, 0.5), 0), 10), 1))

    return {"IMDTC": on.isoformat(), "PHGA": scale(7.5), "PTGA": scale(8), "EXMGA": scale(7)}


def muscle_test(random: Random, person: Person, on: date) -> Form:
    """MMT: half of the people have normal strength, as is common in this disease."""
    weakness = max(person.trait("strength").uniform(-1, 1), 0) * person.severity_on(on)
    form: Form = {"MMTDTC": on.isoformat(), NECK_FIELD: str(_strength(random, weakness * 0.8))}
    for start in PAIRS.values():
        for side in "RL":
            form[f"{start}{side}"] = str(_strength(random, weakness * _WEAKNESS.get(start, 0.1)))
    return form


def _strength(random: Random, weakness: float) -> int:
    return between(0, 10 - 5 * weakness - (random.random() < weakness), 10)


def questionnaire(random: Random, person: Person, on: date) -> Form:
    """HAQ: the same activities are hard at every visit, less so with less severity."""
    severity, burden = person.severity_on(on), person.trait("daily life")
    form: Form = {"HAQDTC": on.isoformat()}
    for items, aid in QUESTIONS.values():
        hardest = 0
        for item in items:
            points = between(0, burden.uniform(0, 2.6) * severity + random.uniform(-0.3, 0.3), 3)
            form[item] = str(points)
            hardest = max(hardest, points)
        form[aid] = "Y" if hardest == 3 and burden.random() < 0.5 else "N"
    return form


def skin_index(random: Random, person: Person, on: date) -> Form:
    """CD: the same places at every visit; activity falls with the severity, damage stays."""
    severity, pattern = person.severity_on(on), person.trait("skin")
    form: Form = {"CDDTC": on.isoformat()}
    for area, fields in PLACES.items():
        affected = pattern.random() < (0.7 if area in _EXPOSED else 0.25)
        strength = pattern.random() * severity if affected else 0
        scarred = pattern.random() < 0.1
        for sign, name in fields.items():
            most = SIGNS[sign][2]
            active = sign in ("ERY", "SCA", "ULC")
            share = strength * (1 if sign == "ERY" else 0.7) if active else float(scarred and sign == "POI")
            form[name] = str(between(0, most * share + random.uniform(-0.2, 0.2) * active, most))
    red = between(0, 3 * severity * pattern.random() + 0.4, 3)
    form["CDHNDERY"] = str(red)
    if red:
        form["CDHNDPAP"] = "Y" if pattern.random() < 0.6 else "N"
    return form | {
        "CDHNDULC": "1" if pattern.random() * severity > 0.6 else "0",
        "CDHNDDAM": str(pattern.choice((0, 0, 0, 1, 2))),
        "CDPERIUN": str(between(0, 2 * severity, 2)),
        "CDALOPEC": "1" if pattern.random() * severity > 0.45 else "0",
    }
