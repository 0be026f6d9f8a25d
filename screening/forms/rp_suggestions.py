"""What the numbers suggest for two of the four items of EX08: lung function, and blood gases."""

from decimal import Decimal
from fractions import Fraction

from screening.criteria.derived import round_half_up, suggest_rppft
from trialsite.crf.suggestions import Suggestion
from trialsite.crf.typed import plain_number

PAO2_FALL_MMHG = 10


def lung_function(
    *, fvc: Decimal | None, fvc_now: Decimal | None, dlco: Decimal | None, dlco_now: Decimal | None
) -> Suggestion | None:
    """RPPFT from values in % predicted, before and now; None without both values of FVC."""
    if fvc is None or fvc_now is None or fvc <= 0:
        return None
    code = suggest_rppft(fvc_before=fvc, fvc_now=fvc_now, dlco_before=dlco, dlco_now=dlco_now)
    why = _course("FVC", fvc, fvc_now)
    if dlco and dlco_now is not None:
        why += f"; {_course('DLco', dlco, dlco_now)}"
    return Suggestion(code, f"{why}.")


def blood_gases(*, pao2: Decimal | None, pao2_now: Decimal | None) -> Suggestion | None:
    """RPABG from PaO2 in mmHg, before and now; only Yes: numbers cannot rule out respiratory failure."""
    if pao2 is None or pao2_now is None or pao2 - pao2_now <= PAO2_FALL_MMHG:
        return None
    fall = _number(pao2 - pao2_now)
    return Suggestion("Y", f"PaO2 {_number(pao2)} to {_number(pao2_now)} mmHg: {fall} mmHg less.")


def _course(name: str, before: Decimal, now: Decimal) -> str:
    """Such as: FVC 80 to 71 % of predicted, 9 points or 11.25 % less."""
    course = f"{name} {_number(before)} to {_number(now)} % of predicted"
    if now >= before:
        return f"{course}, no fall"
    points = before - now
    return (
        f"{course}, {_number(points)} points or {_number(100 * Fraction(points) / Fraction(before))} % less"
    )


def _number(value: Decimal | Fraction) -> str:
    return plain_number(round_half_up(Fraction(value), 2))
