"""When each conditional question is asked."""

import pytest

from tests.screening.forms.reading import problems_at, read_at, visit_of
from tests.screening.forms.test_declarations import every_variable
from trialsite.crf.forms import form_by_code
from trialsite.crf.variables import Choice, Number

Typed = dict[str, str]
# (form, variable, answers with which it is asked, answers with which it is not)
CASES: list[tuple[str, str, Typed, Typed]] = [
    ("MH", "ACSDTC", {"ACSYN": "Y"}, {"ACSYN": "N"}),
    ("MH", "CVDREAS", {"CVDYN": "Y"}, {"CVDYN": "N"}),
    ("MH", "LTCREAS", {"LTCOMP": "Y"}, {"LTCOMP": "U"}),
    ("MH", "RECORDS-0-MHENDTC", {"RECORDS-0-MHONGO": "N"}, {"RECORDS-0-MHONGO": "Y"}),
    ("OX", "O2FLOW", {"O2DEV": "NASAL"}, {"O2DEV": "NONE"}),
    ("RE", "PFTREASND", {"PFTDONE": "N"}, {"PFTDONE": "Y"}),
    *(
        ("RE", name, {"PFTDONE": "Y"}, {"PFTDONE": "N"})
        for name in ("REDTC", "FVC", "FVCPP", "DLCO", "DLCOPP", "DLHBCOR")
    ),
    *(
        ("RP", name, {"RPWORS4W": "Y"}, {"RPWORS4W": "N"})
        for name in (
            *("PRFVCPP", "PRFVCDTC", "PRDLCOPP", "PRDLCDTC", "PRPAO2", "PRPAODTC"),
            *("RPDYSP", "RPPFT", "RPHRCT", "RPABG", "RPREAS"),
        )
    ),
    *(
        (
            "LB",
            f"{enzyme}_DMREL",
            {enzyme: "105.3", f"{enzyme}_UNIT": "U/L", f"{enzyme}_ULN": "35.1"},
            {enzyme: "105.2", f"{enzyme}_UNIT": "U/L", f"{enzyme}_ULN": "35.1"},
        )
        for enzyme in ("ALT", "AST")
    ),
    *(("LB", f"{enzyme}_DMREAS", {f"{enzyme}_DMREL": "N"}, {}) for enzyme in ("ALT", "AST")),
    ("INF", "SINFREAS", {"SINFHOSP": "Y"}, {"SINFHOSP": "U"}),
    ("INF", "SINFONGO", {"SINFHOSP": "Y"}, {"SINFHOSP": "N"}),
    ("INF", "SINFENDTC", {"SINFHOSP": "Y", "SINFONGO": "N"}, {"SINFHOSP": "Y", "SINFONGO": "Y"}),
    ("INF", "INFABS", {"IVABYN": "Y"}, {"IVABYN": "N"}),
    ("TB", "TBTRTADQ", {"TBACT": "Y"}, {"TBACT": "N"}),
    *(
        ("TB", name, {"TPTYN": "Y"}, {"TPTYN": "N"})
        for name in ("TPTNDRUG", "TPTDRUG", "TPTSTDTC", "TPTCONT")
    ),
    ("VIR", "HBVASSAY", {"HBVDNASTAT": "QUANTIFIED"}, {"HBVDNASTAT": "NOT DETECTED"}),
    ("VIR", "HBVDNA", {"HBVDNASTAT": "QUANTIFIED"}, {"HBVDNASTAT": "DETECTED BELOW LLOQ"}),
    ("CM", "IVIGENDTC", {"IVIGYN": "Y"}, {"IVIGYN": "N"}),
]
ANSWERS = {"partial date": "2026-01", "date": "2026-03-02", "text": "isoniazid"}


@pytest.mark.parametrize(("code", "name", "asked", "not_asked"), CASES)
def test_a_question_is_asked_under_its_condition_only(
    code: str, name: str, asked: Typed, not_asked: Typed
) -> None:
    form = form_by_code(code)
    assert name in read_at(form, not_asked).not_asked
    assert name not in read_at(form, asked).not_asked
    assert name not in read_at(form, not_asked).unanswered, "what is not asked is not outstanding"


def test_every_conditional_question_is_tried() -> None:
    declared = {
        (form.code, f"{section}-0-{name}" if section else name)
        for form, section, name, variable in every_variable()
        if variable.when is not None
    }
    assert declared == {(code, name) for code, name, *_ in CASES}


@pytest.mark.parametrize(("code", "name", "asked", "not_asked"), CASES)
def test_an_answer_that_was_not_asked_for_is_kept_and_asked_about(
    code: str, name: str, asked: Typed, not_asked: Typed
) -> None:
    form = form_by_code(code)
    own = name.rsplit("-", maxsplit=1)[-1]
    variable = next(
        each for each_form, _, each_name, each in every_variable() if (each_form, each_name) == (form, own)
    )
    text, units = ANSWERS.get(variable.kind, ""), {}
    if isinstance(variable, Choice):
        text = variable.codes.codes[0]
    elif isinstance(variable, Number):
        assert variable.hard is not None
        text = str(variable.hard.high)
        units = {f"{name}_UNIT": variable.standard_unit}
    reading = read_at(form, {**not_asked, name: text, **units}, visit_of(variable))
    assert "not_asked" in {each.check for each in problems_at(reading, name, hard=False)}
    columns = reading.rows["RECORDS"][0] if "-" in name else reading.columns
    assert columns[own] not in (None, "")
