"""HAQ-DI: the disability index of the Health Assessment Questionnaire (clinical content 4.5, form HAQ)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from visits.derived.exact import score

POINTS = 3  # an item: 0 without any difficulty, 3 unable to do
WITH_AID = 2  # a category counts at least this when an aid, a device or help is used for it
NEEDED = 6  # answered categories
RANGE = 3
# The eight categories with the number of their items, twenty in all.
CATEGORIES: Mapping[str, int] = {
    "DRESSING": 2,
    "ARISING": 2,
    "EATING": 3,
    "WALKING": 2,
    "HYGIENE": 3,
    "REACH": 2,
    "GRIP": 3,
    "ACTIVITIES": 3,
}


@dataclass(frozen=True)
class Answers:
    """The items of one category, and whether an aid, a device or help is used for it; None: not answered."""

    items: Sequence[int | None]
    aided: bool | None


def category_score(answers: Answers) -> int | None:
    """The highest of the answered items, 0 to 3; raised to 2 when an aid or help is used.

    None without any answered item; and below 2 when it is not known whether there is an aid.
    ValueError for other points than 0 to 3.
    """
    answered = [each for each in (score("item", item, POINTS) for item in answers.items) if each is not None]
    if not answered:
        return None
    highest = max(answered)
    if highest >= WITH_AID:
        return highest
    if answers.aided is None:
        return None
    return WITH_AID if answers.aided else highest


def haq_di(answers: Mapping[str, Answers]) -> Fraction | None:
    """The mean of the answered categories, 0 to 3, unrounded; None when fewer than six are answered.

    answers: category -> its answers. KeyError for another category, ValueError for a wrong number of items.
    """
    if unknown := set(answers) - set(CATEGORIES):
        raise KeyError(f"Not a category of the HAQ-DI: {', '.join(sorted(unknown))}.")
    for category, given in answers.items():
        if len(given.items) != CATEGORIES[category]:
            raise ValueError(f"{category} has {CATEGORIES[category]} items, not {len(given.items)}.")
    scores = [each for each in map(category_score, answers.values()) if each is not None]
    return Fraction(sum(scores), len(scores)) if len(scores) >= NEEDED else None
