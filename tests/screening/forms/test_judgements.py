"""Judgement is asked where the protocol asks for it, with its reason, which no verdict depends on."""

import pytest

from screening.criteria import assess
from tests.screening.criteria.example import Plain, participant, q
from tests.screening.forms.reading import problems_at, read_at
from tests.screening.forms.test_declarations import every_variable
from trialsite.crf.dictionary import entries
from trialsite.crf.forms import form_by_code
from trialsite.protocol import LOG_FORMS

RAISED: dict[str, Plain] = {f"LB.{name}": q("120", uln="40") for name in ("ALT", "AST")}
# (form, reason, what is judged so that the reason is asked)
REASONS: list[tuple[str, str, dict[str, Plain]]] = [
    ("LB", "ALT_DMREAS", RAISED | {"LB.ALT_DMREL": "Y", "LB.AST_DMREL": "Y"}),
    ("LB", "AST_DMREAS", RAISED | {"LB.ALT_DMREL": "Y", "LB.AST_DMREL": "N"}),
    ("MH", "CVDREAS", {"MH.CVDYN": "Y"}),
    ("MH", "LTCREAS", {"MH.LTCOMP": "Y"}),
    ("INF", "SINFREAS", {"INF.SINFHOSP": "Y", "INF.SINFONGO": "N", "INF.SINFENDTC": "2025-06"}),
    ("INF", "SINFREAS", {"INF.SINFHOSP": "Y", "INF.SINFONGO": "Y"}),
    ("RP", "RPREAS", {"RP.RPWORS4W": "Y", "RP.RPPFT": "N"}),
]


def test_judgements_are_asked_where_the_protocol_leaves_the_answer_to_the_investigator() -> None:
    judged = {f"{form.code}.{name}" for form, _, name, variable in every_variable() if variable.judgement}
    assert judged == {
        *("LB.ALT_DMREL", "LB.AST_DMREL", "MH.CVDYN", "MH.LTCOMP", "INF.SINFHOSP", "INF.INFABS"),
        *("RP.RPDYSP", "RP.RPPFT", "RP.RPHRCT", "RP.RPABG"),
    }
    listed = {f"{entry.form}.{entry.name}" for entry in entries() if entry.judgement == "yes"}
    later = {name for name in listed if name.partition(".")[0] in {form.code for form in LOG_FORMS}}
    assert listed - later == judged


@pytest.mark.parametrize(("form", "reason", "judged"), REASONS)
def test_a_reason_is_evidence_of_its_criterion_and_changes_no_verdict(
    form: str, reason: str, judged: dict[str, Plain]
) -> None:
    without, given = (assess(participant(judged | {f"{form}.{reason}": text})) for text in (None, "Why."))
    read = {
        (verdict.code, fact.value)
        for verdict in given.verdicts
        for fact in verdict.read
        if (fact.form, fact.field) == (form, reason)
    }
    (criterion,) = form_by_code(form).variables()[reason].feeds
    assert read == {(criterion, "Why.")}
    outcomes = [
        [part.outcome for verdict in each.verdicts for part in verdict.parts] for each in (without, given)
    ]
    assert outcomes[0] == outcomes[1]
    assert without.overall is given.overall
    missing = {fact.field for verdict in without.verdicts for fact in verdict.missing}
    assert reason not in missing, "nothing of a verdict waits for a reason"


@pytest.mark.parametrize(("form", "reason", "judged"), REASONS)
def test_a_reason_that_is_not_asked_is_not_read(form: str, reason: str, judged: dict[str, Plain]) -> None:
    found = assess(participant({f"{form}.{reason}": "Why."}))
    assert reason not in {fact.field for verdict in found.verdicts for fact in verdict.read}


@pytest.mark.req("P1")
@pytest.mark.parametrize(("form", "reason"), sorted({(form, reason) for form, reason, _ in REASONS}))
def test_a_reason_that_could_identify_a_person_is_refused(form: str, reason: str) -> None:
    reading = read_at(form_by_code(form), {reason: "Seen by her doctor, telephone 13812345678"})
    assert problems_at(reading, reason, hard=True)


def test_a_missing_reason_leaves_the_form_incomplete() -> None:
    typed = {"RPDTC": "2026-03-02", "RPWORS4W": "Y"} | dict.fromkeys(
        ("RPDYSP", "RPPFT", "RPHRCT", "RPABG"), "N"
    )
    assert read_at(form_by_code("RP"), typed).unanswered == ["RPREAS"]
    assert read_at(form_by_code("RP"), typed | {"RPREAS": "All stable."}).unanswered == []
    assert read_at(form_by_code("RP"), {"RPDTC": "2026-03-02", "RPWORS4W": "N"}).unanswered == []
