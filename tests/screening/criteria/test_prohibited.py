"""EX14 with a list: both sides of every boundary, every missing input, and never against the attestation."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.criteria import DEFAULT, Outcome, ProtocolTables, Verdict, readings_under
from screening.criteria.prohibited import ex14
from screening.criteria.tables import Listed, Prohibited, Reference
from screening.facts import Facts
from tests.screening.criteria.example import CNI, GC, Plain, Row, cm, fields, gc, part, participant, q

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED
JAK = Prohibited(
    "JAK inhibitors",
    Listed.CLASS,
    30,
    Reference.SCREENING,
    synonyms=("JAK inhibitor",),
    members=("tofacitinib", "托法替布", "baricitinib"),
)
RITUXIMAB = Prohibited("rituximab", Listed.DRUG, 180, Reference.RANDOMIZATION, synonyms=("美罗华",))
UNKNOWN = q(None, missing="UNKNOWN")
REFUSED = q(None, missing="REFUSED")


def judged(facts: Facts, *entries: Prohibited) -> Verdict:
    return ex14(facts, readings_under(ProtocolTables(number=2, prohibited=entries or (JAK, RITUXIMAB))))


def with_rows(*rows: Row, **changes: Plain) -> Facts:
    named = {name.replace("_", "."): value for name, value in changes.items()}
    return participant(named, medications=rows)


# Screening on 2026-03-02: 30 days before is 2026-01-31. Randomization on 2026-03-16: 180 days before is
# 2025-09-17.
@pytest.mark.req("B2")
@pytest.mark.parametrize(
    ("drug", "start", "end", "outcome"),
    [
        ("tofacitinib", "2025-06-01", "2026-01-31", MET),
        ("tofacitinib", "2025-06-01", "2026-01-30", NOT_MET),
        ("托法替布", "2025-06-01", "2026-03-02", MET),
        ("JAK inhibitor", "2025-06-01", "2026-03-10", MET),
        ("tofacitinib", "2025-06-01", None, MET),
        ("tofacitinib", "2025-06-01", q(None, missing="NOT APPLICABLE"), MET),
        ("tofacitinib", None, None, MET),
        ("tofacitinib", "2025-06-01", "2026-02", MET),
        ("tofacitinib", "2025-06-01", "2026-01", OPEN),
        ("tofacitinib", "2025-06-01", "2025-12", NOT_MET),
        ("tofacitinib", "2025-06-01", "2026", OPEN),
        ("tofacitinib", "2026-01-31", "2026", MET),
        ("tofacitinib", "2025-06-01", UNKNOWN, OPEN),
        ("tofacitinib", "2025-06-01", REFUSED, OPEN),
        ("tofacitinib", "2026-01-31", UNKNOWN, MET),
        ("tofacitinib", "2026-01-30", UNKNOWN, OPEN),
        ("tofacitinib", "2026-02-10", "2026-02-01", OPEN),
        ("枸橼酸托法替布片", "2025-06-01", None, OPEN),
        ("枸橼酸托法替布片", "2025-06-01", "2026-01-30", NOT_MET),
        (None, "2025-06-01", None, OPEN),
        ("unknown", "2025-06-01", None, OPEN),
        (None, "2024-06-01", "2025-01-01", NOT_MET),
        ("paracetamol", "2025-06-01", None, NOT_MET),
        ("paracetamol", None, UNKNOWN, NOT_MET),
        ("rituximab", "2025-01-01", "2025-09-17", MET),
        ("rituximab", "2025-01-01", "2025-09-16", NOT_MET),
        ("美罗华", "2025-01-01", "2025-09-17", MET),
    ],
)
def test_a_listed_medication_excludes_within_its_window(
    drug: Plain, start: Plain, end: Plain, outcome: Outcome
) -> None:
    found = judged(with_rows(cm(drug, start, end)))
    assert found.outcome is outcome
    assert bool(found.missing) is (outcome is OPEN)


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (cm("tofacitinib", "2025-06-01", UNKNOWN), {"CM.CMENDTC"}),
        (cm("tofacitinib", "2025", "2026-01"), {"CM.CMENDTC"}),
        (cm(None, "2025-06-01", None), {"CM.CMTRT"}),
        (cm("枸橼酸托法替布片", "2025-06-01", UNKNOWN), {"CM.CMTRT", "CM.CMENDTC"}),
    ],
)
def test_what_is_open_names_what_would_settle_it(row: Row, missing: set[str]) -> None:
    assert fields(part(judged(with_rows(row), JAK), "EX14b").missing) == missing


@pytest.mark.parametrize(
    ("screened", "end", "outcome"),
    [
        ("2026-03", "2026-01-31", OPEN),
        ("2026-03", "2026-03-01", MET),
        ("2026-03", "2026-01-29", NOT_MET),
        ("2026", "2026-01-30", OPEN),
        (None, "2026-02-20", OPEN),
        (None, None, MET),
    ],
)
def test_the_day_of_screening_may_be_known_in_part(screened: Plain, end: Plain, outcome: Outcome) -> None:
    found = part(judged(with_rows(cm("tofacitinib", end=end), SV_SCRNDTC=screened), JAK), "EX14b")
    assert found.outcome is outcome
    assert fields(found.missing) == ({"SV.SCRNDTC"} if outcome is OPEN else set())


@pytest.mark.parametrize(
    ("answer", "listed", "outcome"),
    [
        ("Y", False, MET),
        ("N", False, NOT_MET),
        ("U", False, OPEN),
        (None, False, OPEN),
        ("Y", True, MET),
        ("N", True, MET),
        ("U", True, MET),
        (None, True, MET),
    ],
)
def test_the_attestation_counts_beside_the_list_and_never_overrules_it(
    answer: Plain, listed: bool, outcome: Outcome
) -> None:
    rows = (cm("tofacitinib"),) if listed else ()
    found = judged(with_rows(*rows, CM_PROHMED=answer))
    assert found.outcome is outcome
    assert fields(found.missing) == ({"CM.PROHMED"} if outcome is OPEN else set())


@pytest.mark.parametrize("answer", ["Y", "N", "U", None])
def test_an_empty_list_leaves_the_attestation_alone(answer: Plain) -> None:
    facts = with_rows(cm("tofacitinib"), CM_PROHMED=answer)
    found = ex14(facts, DEFAULT)
    assert found.parts[0].code == "EX14"
    assert len(found.parts) == 1
    assert fields(found.read) == {"CM.PROHMED"}
    assert found.outcome is {"Y": MET, "N": NOT_MET}.get(str(answer), OPEN)


def test_glucocorticoids_and_inhibitors_count_where_the_list_names_them() -> None:
    pulses = Prohibited(
        "steroid pulses", Listed.CLASS, 28, Reference.SCREENING, members=("Methylprednisolone",)
    )
    pulse = gc("500", "2026-02-10", "2026-02-12", drug="METHYLPREDNISOLONE", route="INTRAVENOUS")
    assert judged(participant(steroids=(*GC, pulse)), pulses).outcome is MET
    assert judged(participant(), pulses).outcome is NOT_MET
    assert judged(participant(steroids=(gc("500", "2026-02-10", drug=None),)), pulses).outcome is OPEN
    tacrolimus = Prohibited("tacrolimus", Listed.DRUG, 0, Reference.RANDOMIZATION)
    assert judged(participant(inhibitors=CNI), tacrolimus).outcome is MET
    # A row of GC or CNI without a drug is none of the list's, when the list names none of that form.
    assert judged(participant(steroids=(gc("500", "2026-02-10", drug=None),)), JAK).outcome is NOT_MET


def test_a_window_of_no_days_is_the_reference_day_itself() -> None:
    on_the_day = replace(JAK, window_days=0)
    assert judged(with_rows(cm("tofacitinib", end="2026-03-02")), on_the_day).outcome is MET
    assert judged(with_rows(cm("tofacitinib", end="2026-03-01")), on_the_day).outcome is NOT_MET


@pytest.mark.parametrize(
    ("rows", "earliest"),
    [
        ((cm("tofacitinib", end="2026-02-10"),), date(2026, 3, 13)),
        ((cm("tofacitinib", end="2026-02-10"), cm("baricitinib", end="2026-02-20")), date(2026, 3, 23)),
        ((cm("tofacitinib", end="2026-02"),), date(2026, 3, 31)),
        ((cm("tofacitinib"),), None),
        ((cm("tofacitinib", end="2026-02-10"), cm("baricitinib")), None),
        ((cm("tofacitinib", end=UNKNOWN),), None),
        ((cm("tofacitinib", end="2025-06-10"),), None),
    ],
)
def test_waiting_cures_what_has_ended(rows: tuple[Row, ...], earliest: date | None) -> None:
    assert judged(with_rows(*rows), JAK).earliest == earliest
    if earliest is not None:
        assert judged(with_rows(*rows, SV_SCRNDTC=earliest.isoformat()), JAK).outcome is NOT_MET
        before = (earliest - timedelta(days=1)).isoformat()
        assert judged(with_rows(*rows, SV_SCRNDTC=before), JAK).outcome is not NOT_MET


def test_each_part_reads_only_the_day_that_it_counts_from() -> None:
    found = judged(with_rows(cm("tofacitinib"), cm("rituximab")))
    assert "SV.RANDDTC" not in fields(part(found, "EX14b").read)
    assert "SV.SCRNDTC" not in fields(part(found, "EX14c").read)
    assert [wait.what for wait in part(found, "EX14b").exhibits] == ["tofacitinib (JAK inhibitors)"]  # type: ignore[union-attr]


days = st.sampled_from(["2025-09-16", "2025-09-17", "2026-01-30", "2026-01-31", "2026-02-20", "2026-03-16"])
names = st.sampled_from(["tofacitinib", "枸橼酸托法替布片", "rituximab", "paracetamol"])
rows_of_cm = st.lists(st.builds(cm, names, days, st.one_of(st.none(), days)), max_size=3).map(tuple)


@given(rows_of_cm, st.sampled_from(["Y", "N"]), st.data())
@settings(max_examples=200, deadline=None)
def test_knowing_more_never_turns_a_verdict_round(
    rows: tuple[Row, ...], attested: str, data: st.DataObject
) -> None:
    full = with_rows(*rows, CM_PROHMED=attested)
    vague_rows = tuple({field: _vaguer(field, plain, data) for field, plain in row.items()} for row in rows)
    dates = {
        name: data.draw(st.sampled_from([day, day[:7], None]))
        for name, day in (("SV_SCRNDTC", "2026-03-02"), ("SV_RANDDTC", "2026-03-16"))
    }
    vague = with_rows(*vague_rows, CM_PROHMED=data.draw(st.sampled_from([attested, None])), **dates)
    before, after = judged(vague).outcome, judged(full).outcome
    assert OPEN in (before, after) or before is after
    # What was missing is never what made a definite failure pass.
    assert not (after is MET and before is NOT_MET)


def _vaguer(field: str, plain: Plain, data: st.DataObject) -> Plain:
    """The same known less well. A blank end says that the medication goes on, so it becomes unknown."""
    if not isinstance(plain, str):
        return plain
    less: list[Plain] = [plain, UNKNOWN if field == "CMENDTC" else None]
    if field != "CMTRT":
        less += [plain[:7], plain[:4]]
    return data.draw(st.sampled_from(less))
