"""The derived values written a second time, from the clinical content alone: plain tables, no shared code.

Where the product compares fractions with limits, this compares whole numbers, multiplied out.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

Score = int | None


def mmt8(points: list[Score]) -> Score:
    """Neck plus seven pairs; nothing when one is not there."""
    whole = 0
    for each in points:
        if each is None:
            return None
        whole += each
    return whole


def haq(categories: list[tuple[list[Score], bool | None]]) -> Fraction | None:
    """Each category (its items, aid) first, then their mean."""
    counted, added = 0, 0
    for items, aid in categories:
        for most in (3, 2, 1, 0):
            if most in items:
                break
        else:
            continue
        if most < 2 and aid is None:
            continue
        counted += 1
        added += 2 if most < 2 and aid else most
    return None if counted < 6 else Fraction(added, counted)


def cdasi(
    areas: list[tuple[Score, Score, Score, Score, Score]],
    hands: tuple[Score, bool | None, Score, Score],
    periungual: Score,
    alopecia: Score,
) -> tuple[Score, Score]:
    """Activity and damage of rows of five scores a place, the hands apart."""
    red, papules, ulcer, scars = hands
    active = [score for row in areas for score in row[:3]] + [red, ulcer, periungual, alopecia]
    harmed = [score for row in areas for score in row[3:]] + [scars]
    unknown_papules = papules is None and red != 0
    activity = None
    if None not in active and not unknown_papules:
        activity = sum(score or 0 for score in active) + ((red or 0) if papules else 0)
    return activity, None if None in harmed else sum(score or 0 for score in harmed)


# Per cent of the range: above the first number and up to the second, so many half points.
_FROM_TO = [(5, 15), (15, 25), (25, 40), (40, 10**9)]
_MMT_FROM_TO = [(2, 10), (10, 20), (20, 30), (30, 10**9)]
_HALF_POINTS = {
    "phga": [15, 30, 35, 40],
    "ptga": [5, 10, 15, 20],
    "haqdi": [10, 15, 15, 20],
    "enzyme": [5, 10, 15, 15],
    "exmga": [15, 25, 30, 40],
    "mmt8": [20, 40, 55, 65],
}
_SPAN = {"phga": 10, "ptga": 10, "exmga": 10, "haqdi": 3, "mmt8": 150}
_ENZYME_SPAN = [("CK", 15), ("ALDOLASE", 6), ("LDH", 3), ("AST", 3), ("ALT", 3)]


def tis(before: dict[str, Any], now: dict[str, Any]) -> tuple[Decimal | None, str | None]:
    """Total and category; the enzymes as name -> (activity, ULN)."""
    halves = 0
    for name, span in _SPAN.items():
        if before[name] is None or now[name] is None:
            return None, None
        gain = Fraction(before[name]) - Fraction(now[name])
        halves += _half_points(name, (-gain if name == "mmt8" else gain) / span)
    enzyme = _worst_enzyme(before["enzymes"])
    if enzyme is None:
        return None, None
    name, span = enzyme
    value, limit = now["enzymes"].get(name, (None, None))
    if value is None:
        return None, None
    first, first_limit = before["enzymes"][name]
    halves += _half_points("enzyme", (Fraction(first, first_limit) - Fraction(value, limit)) / span)
    points = Decimal(halves) / 2
    if points < 20:
        return points, "NONE"
    if points < 40:
        return points, "MINIMAL"
    return points, "MODERATE" if points < 60 else "MAJOR"


def _half_points(name: str, share: Fraction) -> int:
    bands = _MMT_FROM_TO if name == "mmt8" else _FROM_TO
    for (above, to), points in zip(bands, _HALF_POINTS[name], strict=True):
        if above * share.denominator < 100 * share.numerator <= to * share.denominator:
            return points
    return 0


def _worst_enzyme(enzymes: dict[str, tuple[Any, Any]]) -> tuple[str, int] | None:
    worst: tuple[str, int] | None = None
    highest = Fraction(-1)
    for name, span in _ENZYME_SPAN:
        value, limit = enzymes.get(name, (None, None))
        if value is None:
            if name == "ALDOLASE":
                continue
            return None
        if Fraction(value, limit) > highest:
            worst, highest = (name, span), Fraction(value, limit)
    return worst


# From the gravest grade on: below this, that grade.
_GRADES = {
    "NEUT": [("0.5", 4), ("1.0", 3), ("1.5", 2)],
    "PLAT": [("25", 4), ("50", 3), ("75", 2)],
    "HGB": [("80", 3), ("100", 2)],
    "LYM": [("0.2", 4), ("0.5", 3), ("0.8", 2)],
}


def fall(name: str, value: Decimal, lln: Decimal | None) -> int | None:
    """CTCAE of a count or of haemoglobin."""
    for edge, grade in _GRADES[name]:
        if value < Decimal(edge):
            return grade
    if lln is None:
        return None
    return 1 if value < lln else 0


def liver(value: Decimal, uln: Decimal, baseline: Decimal, baseline_uln: Decimal) -> int:
    """CTCAE of ALT or AST."""
    abnormal = baseline > baseline_uln
    unit = baseline if abnormal else uln
    for times, grade in ((20, 4), (5, 3), (3, 2)):
        if value > times * unit:
            return grade
    if abnormal:
        return 1 if 2 * value >= 3 * baseline else 0
    return 1 if value > uln else 0


def hold(
    *,
    neut: Decimal | None,
    plat: Decimal | None,
    alt: Decimal | None,
    alt_uln: Decimal,
    ast: Decimal | None,
    ast_uln: Decimal,
    alt_persists: bool,
    ast_persists: bool,
    serious_infection: bool | None,
) -> str:
    """The label: the gravest word; an empty one when nothing forbids and something is missing."""
    stop = (
        (neut is not None and neut < Decimal("0.5"))
        or (plat is not None and plat < 50)
        or any(
            value is not None and (value > 5 * uln or (persists and value > 3 * uln))
            for value, uln, persists in ((alt, alt_uln, alt_persists), (ast, ast_uln, ast_persists))
        )
    )
    pause = (
        (neut is not None and neut <= 1)
        or (plat is not None and plat <= 100)
        or (alt is not None and alt > 3 * alt_uln)
        or (ast is not None and ast > 3 * ast_uln)
        or serious_infection is True
    )
    if stop:
        return "DISCONTINUE"
    if pause:
        return "INTERRUPT"
    return "" if None in (neut, plat, alt, ast, serious_infection) else "KEEP"


def changed(before: Decimal | None, now: Decimal | None) -> tuple[Fraction | None, Fraction | None]:
    """Difference, and per cent of the baseline."""
    if before is None or now is None:
        return None, None
    difference = Fraction(now - before)
    if before == 0:
        return difference, None
    return difference, (Fraction(now) / Fraction(before) - 1) * (100 if before > 0 else -100)
