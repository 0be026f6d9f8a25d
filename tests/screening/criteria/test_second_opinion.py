"""IN04, IN05, EX12 and the washout, computed a second time in the plainest way, must agree."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.criteria import Outcome
from screening.criteria.cni import in05
from screening.criteria.derived import washout_complete
from screening.criteria.steroids import ex12, in04
from tests.screening.criteria.example import Row, cni, gc, participant, q
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth, known

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED
RANDOMIZED, SCREENED = date(2026, 3, 16), date(2026, 3, 2)
# Milligrams that equal 5 mg of prednisone, from the same table that a clinician would use.
FIVE_MG = {"PREDNISONE": "5", "METHYLPREDNISOLONE": "4", "DEXAMETHASONE": "0.75", "DEFLAZACORT": "6"}

near = st.dates(min_value=date(2025, 12, 20), max_value=date(2026, 4, 10))
# Often the very edges of the windows.
days = st.one_of(
    near,
    st.sampled_from([RANDOMIZED + timedelta(days=n) for n in (-29, -28, -27, -2, -1, 0)]),
    st.sampled_from([SCREENED + timedelta(days=n) for n in (-29, -28, -1, 0, 1)]),
)
pieces = st.tuples(days, st.one_of(st.none(), st.integers(min_value=0, max_value=90)))


def end_of(start: date, length: int | None) -> date:
    return date.max if length is None else start + timedelta(days=length)


def written(end: date) -> str | None:
    return None if end == date.max else end.isoformat()


steroid_rows = st.lists(
    st.tuples(
        pieces, st.sampled_from(["5", "9", "30", "48", "60", "120", "0.1"]), st.sampled_from(list(FIVE_MG))
    ),
    max_size=4,
)
inhibitor_rows = st.lists(
    st.tuples(pieces, st.sampled_from(["1", "2", "3"]), st.sampled_from(["TACROLIMUS", "CICLOSPORIN"])),
    max_size=3,
)
Recorded = list[tuple[tuple[date, int | None], str, str]]


def per_kg(rows: Recorded, day: date, weight: int) -> Fraction:
    taken = [
        Fraction(dose) * 5 / Fraction(FIVE_MG[drug])
        for (start, length), dose, drug in rows
        if start <= day <= end_of(start, length)
    ]
    return sum(taken, Fraction(0)) / weight


@pytest.mark.req("D5")
@given(steroid_rows, st.sampled_from([50, 58, 60]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_glucocorticoids_day_by_day(rows: Recorded, weight: int, complete: bool) -> None:
    steroids: tuple[Row, ...] = tuple(
        gc(dose, start.isoformat(), written(end_of(start, length)), drug)
        for (start, length), dose, drug in rows
    )
    facts = participant(
        {"VS.WEIGHT": q(str(weight)), "GC.GCHXCOMP": "Y" if complete else "N"}, steroids=steroids
    )

    window = [per_kg(rows, RANDOMIZED - timedelta(days=n), weight) for n in range(1, 29)]
    if any(amount >= 1 for amount in window) or (complete and 0 in window):
        background = NOT_MET
    else:
        background = OPEN if 0 in window else MET
    assert in04(facts).outcome is background

    if any(per_kg(rows, SCREENED - timedelta(days=n), weight) > 2 for n in range(29)):
        pulse = MET
    elif not complete or any(per_kg(rows, SCREENED - timedelta(days=n), weight) > 2 for n in range(29, 120)):
        pulse = OPEN
    else:
        pulse = NOT_MET
    assert ex12(facts).outcome is pulse


@pytest.mark.req("D5")
@given(inhibitor_rows, st.booleans())
@settings(max_examples=200, deadline=None)
def test_inhibitors_day_by_day(rows: Recorded, complete: bool) -> None:
    inhibitors: tuple[Row, ...] = tuple(
        cni(dose, start.isoformat(), written(end_of(start, length)), drug)
        for (start, length), dose, drug in rows
    )
    facts = participant({"CNI.CNIHXCOMP": "Y" if complete else "N"}, inhibitors=inhibitors)

    taken_on = [
        [(drug, int(dose)) for (start, length), dose, drug in rows if start <= day <= end_of(start, length)]
        for day in (RANDOMIZED - timedelta(days=n) for n in range(1, 29))
    ]
    drugs = {drug for taken in taken_on for drug, _ in taken}
    doses = {sum(dose for _, dose in taken) for taken in taken_on if taken}
    gap = any(not taken for taken in taken_on)
    broken = len(drugs) > 1 or len(doses) > 1 or (gap and complete)
    expected = OPEN if gap else MET
    assert in05(facts).outcome is (NOT_MET if broken else expected)


@pytest.mark.req("D5")
@given(
    ended=near,
    ended_at=st.one_of(st.none(), st.integers(min_value=0, max_value=24 * 60 - 1)),
    half_life=st.decimals(min_value=Decimal("0.2"), max_value=300, places=1),
)
@settings(max_examples=200, deadline=None)
def test_washout_minute_by_minute(ended: date, ended_at: int | None, half_life: Decimal) -> None:
    """Tried at the first and the last minute that the end and randomization can have."""
    midnight = (RANDOMIZED - ended).days * 24 * 60
    ends = [0, 24 * 60] if ended_at is None else [ended_at, ended_at]
    elapsed = [midnight + randomized - end for end in ends for randomized in (0, 24 * 60)]
    needed = 5 * half_life * 60
    enough, too_short = min(elapsed) >= needed, max(elapsed) < needed
    expected = known(enough) if enough or too_short else Truth.UNKNOWN
    found = washout_complete(
        ended=PartialDate.of(ended),
        half_life=half_life,
        on=PartialDate.of(RANDOMIZED),
        ended_at=None if ended_at is None else Fraction(ended_at, 60),
    )
    assert found is expected
