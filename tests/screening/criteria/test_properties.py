"""What must hold for every participant: no exception, no verdict turned round by knowing more."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from screening.criteria import Assessment, Outcome, Overall, assess
from screening.facts import Fact, Facts, Value
from tests.screening.criteria.example import (
    EXAMPLE,
    Plain,
    Quantity,
    Row,
    cni,
    gc,
    ivab,
    participant,
    place,
    q,
)
from trialsite.partial_date import PartialDate

YNU = ("Y", "N", "U")
RESULTS = ("POSITIVE", "NEGATIVE", "INDETERMINATE", "NOT DONE", "EQUIVOCAL")
DATES = (
    "2025-09-14",
    "2025-09-15",
    "2026-01-01",
    "2026-01-31",
    "2026-02-02",
    "2026-02-16",
    "2026-03-02",
    "2026-03-10",
)
NUMBERS = (
    "0",
    "0.21",
    "0.4",
    "1",
    "2",
    "3",
    "14",
    "44.9",
    "45",
    "50",
    "59.9",
    "60",
    "90",
    "120",
    "132.6",
    "400",
)

ANSWERS: Mapping[str, tuple[Plain, ...]] = {
    "DM.BRTHDTC": ("1978-06-14", "2008-03-02", "2008-03-03", "1961-03-02", "1961-03-03"),
    "DM.SEX": ("M", "F"),
    "SV.SCRNDTC": ("2026-03-02", "2026-02-20"),
    "SV.RANDDTC": ("2026-03-16", "2026-03-01"),
    "DC.MDA5RES": RESULTS,
    "RE.PFTREASND": ("UNABLE TO COMPLETE", "NOT YET DONE", "OTHER"),
    "TB.IGRATYPE": ("QFT-GIT", "T-SPOT.TB", "QFT-PLUS", "OTHER"),
    "TB.IGRARES": RESULTS,
    "VIR.HBSAG": RESULTS,
    "VIR.HBEAG": RESULTS,
    "VIR.HBCAB": RESULTS,
    "VIR.HCVAB": RESULTS,
    "VIR.HIVAB": RESULTS,
    "VIR.HBVDNASTAT": ("NOT DETECTED", "DETECTED BELOW LLOQ", "QUANTIFIED", "NOT DONE"),
    "VIR.HBVDNA": tuple(
        q(n, unit=u) for n in ("1", "500", "5000") for u in ("copies/mL", "copies/L", "IU/mL")
    ),
    "VIR.HBVASSAY": ("ROCHE", "SANSURE", "ABBOTT", "OTHER"),
}


def answers_to(name: str, example: Plain) -> tuple[Plain, ...]:
    """Plausible answers to a variable, around the limits of the criteria."""
    if name in ANSWERS:
        return ANSWERS[name]
    if name.endswith("DTC"):
        return DATES
    if isinstance(example, Quantity) or name == "TB.TPTNDRUG":
        uln = example.uln if isinstance(example, Quantity) else None
        return tuple(q(number, uln=uln) for number in NUMBERS)
    return YNU


known_values = st.fixed_dictionaries(
    {
        name: st.one_of(st.just(plain), st.sampled_from(answers_to(name, plain)))
        for name, plain in EXAMPLE.items()
    }
)
steroids = st.lists(
    st.builds(
        gc,
        st.sampled_from(["5", "35", "58", "116", "500"]),
        st.sampled_from(DATES),
        st.one_of(st.none(), st.sampled_from(DATES)),
        st.sampled_from(["PREDNISONE", "METHYLPREDNISOLONE", "DEXAMETHASONE"]),
        st.sampled_from(["ORAL", "INTRAVENOUS"]),
    ),
    max_size=3,
).map(tuple)
inhibitors = st.lists(
    st.builds(
        cni,
        st.sampled_from(["2", "3"]),
        st.sampled_from(DATES),
        st.one_of(st.none(), st.sampled_from(DATES)),
        st.sampled_from(["TACROLIMUS", "CICLOSPORIN"]),
    ),
    max_size=3,
).map(tuple)
antibiotics = st.lists(
    st.builds(
        ivab,
        st.sampled_from(DATES),
        st.sampled_from(["1", "8", "170"]),
        st.one_of(st.none(), st.sampled_from(["00:00", "08:00", "23:59"])),
    ),
    max_size=2,
).map(tuple)

# A blank end date says that a course goes on, and no HBV-DNA result is an answer where the core
# antibody is negative: blanking these two is another statement, not less knowledge.
STATEMENTS = {"CMENDTC", "HBVDNASTAT"}


def outcomes(assessment: Assessment) -> dict[str, Outcome]:
    parts = {part.code: part.outcome for verdict in assessment.verdicts for part in verdict.parts}
    return parts | {verdict.code: verdict.outcome for verdict in assessment.verdicts}


def vaguer(name: str, plain: Plain, how: int) -> Plain:
    """The same value known less well: a date without day or month, a number without unit, or nothing."""
    field = name.rsplit(".", maxsplit=1)[-1]
    if how == 0 or plain is None or field == "HBVDNASTAT":
        return plain
    if field.endswith("DTC") and isinstance(plain, str) and how < 3:
        return plain[: 10 - 3 * how]
    if field == "CMENDTC":
        return q(None, missing="UNKNOWN")
    if isinstance(plain, Quantity) and plain.uln is not None and how == 1:
        return q(plain.value)
    return q(None, missing="NO UNIT") if isinstance(plain, Quantity) else ("U" if how == 1 else None)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_knowing_more_never_turns_a_verdict_round(data: st.DataObject) -> None:
    values = data.draw(known_values)
    rows = {
        "steroids": data.draw(steroids),
        "inhibitors": data.draw(inhibitors),
        "antibiotics": data.draw(antibiotics),
    }
    how = st.sampled_from([0, 0, 0, 0, 1, 2, 3])
    vague_values = {name: vaguer(name, plain, data.draw(how)) for name, plain in values.items()}
    vague_rows = {
        kind: tuple(
            {field: vaguer(field, plain, data.draw(how)) for field, plain in row.items()} for row in some
        )
        for kind, some in rows.items()
    }
    full = assess(participant(values, **rows))
    vague = assess(participant(vague_values, **vague_rows))
    before = outcomes(vague)
    for code, outcome in outcomes(full).items():
        assert Outcome.UNDETERMINED in (before[code], outcome) or before[code] is outcome, code
    if vague.overall is Overall.ELIGIBLE:
        assert full.overall is not Overall.INELIGIBLE
    if full.overall is Overall.INELIGIBLE:
        assert vague.overall is not Overall.ELIGIBLE


@given(known_values, steroids, inhibitors, antibiotics, st.sampled_from(sorted(EXAMPLE)))
@settings(max_examples=100, deadline=None)
def test_removing_an_input_never_makes_an_ineligible_participant_eligible(
    values: dict[str, Plain],
    some_steroids: tuple[Row, ...],
    some_inhibitors: tuple[Row, ...],
    some_antibiotics: tuple[Row, ...],
    removed: str,
) -> None:
    rows = {"steroids": some_steroids, "inhibitors": some_inhibitors, "antibiotics": some_antibiotics}
    if assess(participant(values, **rows)).overall is Overall.INELIGIBLE:
        assert assess(participant({**values, removed: None}, **rows)).overall is not Overall.ELIGIBLE


@given(st.sampled_from(sorted(EXAMPLE)), st.data())
@settings(max_examples=100, deadline=None)
def test_one_change_to_the_eligible_example_touches_only_criteria_that_read_it(
    name: str, data: st.DataObject
) -> None:
    before, changes = (
        assess(participant()),
        {name: data.draw(st.sampled_from(answers_to(name, EXAMPLE[name])))},
    )
    after = assess(participant(changes))
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        if old.outcome is not new.outcome:
            assert name in {f"{fact.form}.{fact.field}" for fact in old.read}
            assert name in {f"{fact.form}.{fact.field}" for fact in new.read}


numbers = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from([Decimal(n) for n in (*NUMBERS, "-1", "1E+400", "1E-400", "sNaN", "-0")]),
)
garbage: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        [*YNU, *RESULTS, "QUANTIFIED", "NOT DETECTED", "M", "F", "PREDNISONE", "TACROLIMUS", "ORAL", "99:99"]
    ),
    numbers,
    st.builds(PartialDate.of, st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))),
    st.sampled_from([PartialDate.parse(text) for text in ("1900", "2026-02", "2026", "2100", "2100-12-31")]),
)
ROW_FIELDS = (
    *(("GC", "RECORDS", field) for field in ("CMTRT", "CMDOSTOT", "CMROUTE", "CMSTDTC", "CMENDTC")),
    *(("CNI", "RECORDS", field) for field in ("CMTRT", "CMDOSTOT", "CMSTDTC", "CMENDTC")),
    *(("INF", "IVAB", field) for field in ("IVABTRT", "IVABENDTC", "IVABENTIM", "IVABHALF")),
)
arbitrary_facts = st.tuples(
    st.fixed_dictionaries(
        {}, optional={name: st.tuples(garbage, st.one_of(st.none(), numbers)) for name in EXAMPLE}
    ),
    st.fixed_dictionaries({}, optional={(*place, row): garbage for place in ROW_FIELDS for row in range(2)}),
)


@given(arbitrary_facts)
@settings(max_examples=100, deadline=None)
def test_no_facts_whatever_raise(
    drawn: tuple[dict[str, tuple[Value, Decimal | None]], dict[tuple[str, str, str, int], Value]],
) -> None:
    singles, rows = drawn
    facts = Facts(
        [
            *(
                Fact(*place(name), value, uln=uln, typed_unit="copies/mL")
                for name, (value, uln) in singles.items()
            ),
            *(
                Fact(form, field, value, section=section, row=row)
                for (form, section, field, row), value in rows.items()
            ),
        ]
    )
    assessment = assess(facts)
    for verdict in assessment.verdicts:
        assert verdict.favourable or verdict.parts
        for part in verdict.parts:
            assert part.says
            assert part.outcome is Outcome.UNDETERMINED or part.missing == ()
    everything_favourable = all(verdict.favourable for verdict in assessment.verdicts)
    assert (assessment.overall is Overall.ELIGIBLE) is everything_favourable


def test_the_same_facts_give_the_same_assessment() -> None:
    assert assess(participant()) == assess(participant())
