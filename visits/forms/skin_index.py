"""CD: activity and damage of the skin, CDASI."""

from decimal import Decimal

from trialsite.crf.change import by_points
from trialsite.crf.codelists import NY
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.grids import Grid, GridRow
from trialsite.crf.variables import Choice, Date, Derived, Number, Values, When, limits
from visits.derived.skin import AREAS, Area, Hands, cdasi_activity, cdasi_damage

PLACES = dict(
    zip(
        AREAS,
        (
            "Scalp",
            "Malar area",
            "Around the eyes",
            "Rest of the face",
            "V of the neck",
            "Back of the neck",
            "Upper back, shoulders",
            "Rest of back, buttocks",
            "Abdomen",
            "Outer upper thigh",
            "Rest of leg and foot",
            "Arm",
            "Mechanic’s hand",
            "Back of the hand",
            "Gottron, not hands",
        ),
        strict=True,
    )
)
# The end of a variable's name -> (the sign, its label, its most points); the two last are damage.
SIGNS = {
    "ERY": ("erythema", "Erythema", 3),
    "SCA": ("scale", "Scale", 2),
    "ULC": ("ulceration", "Ulceration", 1),
    "POI": ("poikiloderma", "Poikiloderma", 1),
    "CAL": ("calcinosis", "Calcinosis", 1),
}
FIELDS = {area: {sign: f"CD{place:02}{sign}" for sign in SIGNS} for place, area in enumerate(AREAS, start=1)}
HANDS = ("CDHNDERY", "CDHNDPAP", "CDHNDULC", "CDHNDDAM")
RED_HANDS = When("CDHNDERY is above 0", ("CDHNDERY",), lambda values: bool((values.get("CDHNDERY") or 0) > 0))


def activity(values: Values) -> Decimal | None:
    """CDASI activity, 0 to 100 points; None when a score of activity is missing."""
    found = cdasi_activity(
        areas=_areas(values),
        hands=_hands(values),
        periungual=_points(values, "CDPERIUN"),
        alopecia=_points(values, "CDALOPEC"),
    )
    return None if found is None else Decimal(found)


def damage(values: Values) -> Decimal | None:
    """CDASI damage, 0 to 32 points; None when a score of damage is missing."""
    found = cdasi_damage(areas=_areas(values), hands=_hands(values))
    return None if found is None else Decimal(found)


def _areas(values: Values) -> dict[str, Area]:
    return {
        area: Area(**{SIGNS[sign][0]: _points(values, name) for sign, name in fields.items()})
        for area, fields in FIELDS.items()
    }


def _hands(values: Values) -> Hands:
    papules = {"Y": True, "N": False}.get(values.get("CDHNDPAP") or "")
    return Hands(
        _points(values, "CDHNDERY"), papules, _points(values, "CDHNDULC"), _points(values, "CDHNDDAM")
    )


def _points(values: Values, name: str) -> int | None:
    value = values.get(name)
    return None if value is None else int(value)


def _score(label: str, most: int, hint: str = "") -> Number:
    return Number(label, whole=True, hard=limits(0, most), hint=hint)


class SkinIndex(CaseReportForm):
    """CD: fifteen places by five signs, the hands, the nail folds and the hair."""

    code = "CD"
    sections = (
        Section("Assessment", "CDDTC"),
        Grid(
            "Places",
            tuple(label for _, label, _ in SIGNS.values()),
            *(GridRow(PLACES[area], *FIELDS[area].values()) for area in AREAS),
            hint="Erythema, scale and ulceration are activity; poikiloderma and calcinosis are damage. ND "
            "where a place could not be seen.",
            blank="0",
        ),
        Section("Gottron sign of the hands", *HANDS, hint="Papules double the erythema."),
        Section("Nail folds and hair", "CDPERIUN", "CDALOPEC"),
        Section("Scores", "CDASIACT", "CDASIDAM"),
    )

    CDDTC = Date("Date of the assessment", procedure=True)
    CDHNDERY = _score("Erythema of the hands", 3)
    CDHNDPAP = Choice("Papules", NY, when=RED_HANDS)
    CDHNDULC = _score("Ulceration of the hands", 1)
    CDHNDDAM = _score("Damage of the hands", 2, "0 none, 1 dyspigmentation, 2 scarring.")
    CDPERIUN = _score("Nail folds", 2, "0 normal, 1 redness or visible vessels, 2 both, or with ulceration.")
    CDALOPEC = _score("Hair loss within 30 days", 1, "0 absent, 1 present.")
    CDASIACT = Derived(
        "CDASI activity",
        activity,
        reads=(
            *(fields[sign] for fields in FIELDS.values() for sign in ("ERY", "SCA", "ULC")),
            *HANDS[:3],
            "CDPERIUN",
            "CDALOPEC",
        ),
        decimals=0,
        unit="of 100",
        change=by_points(30, "points"),
        formula="erythema + scale + ulceration of all places + hands (erythema ×2 with papules, "
        "+ ulceration) + nail folds + hair",
    )
    CDASIDAM = Derived(
        "CDASI damage",
        damage,
        reads=(*(fields[sign] for fields in FIELDS.values() for sign in ("POI", "CAL")), HANDS[3]),
        decimals=0,
        unit="of 32",
        formula="poikiloderma + calcinosis of all places + damage of the hands",
    )


for _area, _fields in FIELDS.items():
    for _sign, _name in _fields.items():
        _, _label, _most = SIGNS[_sign]
        SkinIndex.add_to_class(_name, _score(f"{PLACES[_area]}: {_label.lower()}", _most))
