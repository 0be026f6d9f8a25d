"""HAQ: difficulty in twenty daily activities, and aids or help in eight categories.

The labels are the trial's own short words for each activity, not the text of a questionnaire.
"""

from decimal import Decimal

from trialsite.crf.change import by_points
from trialsite.crf.codelists import NY
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.grids import Grid, GridRow
from trialsite.crf.variables import Choice, Date, Derived, Number, Values, limits
from visits.derived.disability import CATEGORIES, POINTS, Answers, haq_di

# The categories in order, their titles, and a short word for each activity.
ACTIVITIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "DRESSING": ("Dressing", ("Clothes and fastenings", "Washing hair")),
    "ARISING": ("Rising", ("From a chair", "Into and out of bed")),
    "EATING": ("Eating", ("Cutting food", "Lifting a full cup", "Opening a carton")),
    "WALKING": ("Walking", ("Outdoors, level ground", "A few stairs")),
    "HYGIENE": ("Washing", ("Washing the body", "Bath tub", "Toilet")),
    "REACH": ("Reaching", ("Something overhead", "Something on the floor")),
    "GRIP": ("Gripping", ("Car door", "Jar opened before", "Tap")),
    "ACTIVITIES": ("Errands and home", ("Shopping", "Into and out of a car", "Housework")),
}
# Category -> (the names of its items, the name of its flag for an aid or help).
FIELDS = {
    category: (
        tuple(f"HAQ{place:02}{item:02}" for item in range(1, CATEGORIES[category] + 1)),
        f"HAQ{place:02}AID",
    )
    for place, category in enumerate(ACTIVITIES, start=1)
}


def disability_index(values: Values) -> Decimal | None:
    """HAQ-DI, 0 to 3; None when fewer than six categories are answered."""
    answers = {
        category: Answers([_points(values.get(item)) for item in items], _yes(values.get(aid)))
        for category, (items, aid) in FIELDS.items()
    }
    found = haq_di(answers)
    return None if found is None else Decimal(found.numerator) / found.denominator


def _points(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _yes(code: str | None) -> bool | None:
    return {"Y": True, "N": False}.get(code or "")


def _grid(category: str) -> Grid:
    title, activities = ACTIVITIES[category]
    items, aid = FIELDS[category]
    rows = [GridRow(label, name) for label, name in zip(activities, items, strict=True)]
    return Grid(title, ("Answer",), *rows, GridRow("Aid, device or help used", aid))


class HealthQuestionnaire(CaseReportForm):
    """HAQ: each activity 0 to 3 over the past week; HAQ-DI is the mean of the categories."""

    code = "HAQ"
    sections = (
        Section(
            "Questionnaire",
            "HAQDTC",
            hint="Past week, as the participant answers: 0 no difficulty, 1 some, 2 much, 3 cannot. ND where "
            "a question was left out.",
        ),
        *(_grid(category) for category in ACTIVITIES),
        Section("Index", "HAQDI"),
    )

    HAQDTC = Date("Date of the questionnaire", procedure=True)
    HAQDI = Derived(
        "HAQ-DI",
        disability_index,
        reads=tuple(name for items, aid in FIELDS.values() for name in (*items, aid)),
        decimals=3,
        unit="of 3",
        change=by_points(2, "points"),
        formula="mean of the highest item of each category, at least 2 with an aid or help; "
        "six categories needed",
    )


for _category, (_items, _aid) in FIELDS.items():
    _title, _words = ACTIVITIES[_category]
    for _name, _word in zip(_items, _words, strict=True):
        HealthQuestionnaire.add_to_class(
            _name, Number(f"{_title}: {_word.lower()}", whole=True, hard=limits(0, POINTS))
        )
    HealthQuestionnaire.add_to_class(_aid, Choice(f"{_title}: aid, device or help used", NY))
