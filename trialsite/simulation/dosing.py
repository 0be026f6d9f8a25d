"""The dose of a visit."""

from datetime import date

from trialsite.simulation.answers import Form
from trialsite.simulation.person import Person


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
