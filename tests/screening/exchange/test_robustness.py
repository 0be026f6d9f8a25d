"""Nothing in the data stops the run."""

import copy
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.exchange import Checked, check, participants_in
from screening.forms import EVERY_FORM
from tests.screening.exchange.files import PROTOCOL_EXAMPLE, TODAY

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["Y", "N", "U", "NOT DONE", "2026-03", "2026-03-02", "0001-01-01", "9999-12-31", "1e999", "-0"]
    )
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    sorted(
        {name for form in EVERY_FORM for name in form.variables()} | {"RECORDS", "IVAB", "CMDOSU", "CMTRT"}
    )
)
quantities = st.fixed_dictionaries(
    {},
    optional={
        "value": anything,
        "unit": st.sampled_from(["kg", "mmHg", "U/L", "%", "IU/mL"]) | anything,
        "uln": anything,
        "status": anything,
    },
)
rows = st.lists(
    st.dictionaries(st.sampled_from(["CMTRT", "CMDOSTOT", "CMDOSU", "CMSTDTC", "CMENDTC"]), anything)
)
forms = st.dictionaries(fields, anything | quantities | rows, max_size=6)
participants = st.dictionaries(
    st.sampled_from([form.code for form in EVERY_FORM] + ["IM", "XX", "SUBJID"]), forms | anything, max_size=6
)


def _judged(data: Any) -> list[Checked]:
    return [check(each, today=TODAY) for each in participants_in(json.dumps(data))]


def _is_an_answer(checked: Checked) -> None:
    answer = json.loads(json.dumps(checked.as_json(), allow_nan=False))
    assert set(answer) == {"SUBJID", "overall", "criteria", "derived", "errors"}
    assert len(answer["criteria"]) == 19
    assert all(set(error) == {"form", "field", "message"} for error in answer["errors"])


@pytest.mark.req("D1")
@settings(max_examples=150, deadline=None)
@given(anything)
def test_any_json_gets_an_answer(data: Any) -> None:
    for checked in _judged(data):
        _is_an_answer(checked)


@pytest.mark.req("D1")
@settings(max_examples=150, deadline=None)
@given(participants)
def test_any_content_of_known_forms_gets_an_answer(data: Any) -> None:
    [checked] = _judged([data])
    _is_an_answer(checked)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_the_example_with_one_value_replaced_by_anything_gets_an_answer(data: st.DataObject) -> None:
    changed = copy.deepcopy(PROTOCOL_EXAMPLE)
    form = data.draw(st.sampled_from(sorted(set(changed) - {"SUBJID", "title", "expected"})))
    field = data.draw(st.sampled_from(sorted(changed[form])))
    changed[form][field] = data.draw(anything | quantities)
    [checked] = _judged([changed])
    _is_an_answer(checked)


@settings(max_examples=40, deadline=None)
@given(st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31)))
def test_any_calendar_day_gets_an_answer(day: date) -> None:
    for form, field in (("SV", "SCRNDTC"), ("SV", "RANDDTC"), ("DM", "BRTHDTC"), ("DS", "RFICDTC")):
        changed = copy.deepcopy(PROTOCOL_EXAMPLE)
        changed[form][field] = day.isoformat()
        _is_an_answer(_judged([changed])[0])


@pytest.mark.parametrize(
    "number",
    [
        "1" * 5000,
        "1e400",
        "-1e400",
        "1e99999999999999999999",
        "1e-400",
        "0.1e-9999999999",
        "NaN",
        "-Infinity",
    ],
)
def test_a_number_that_no_computer_number_holds_is_refused_in_its_field(number: str) -> None:
    text = json.dumps(PROTOCOL_EXAMPLE).replace('"value": 231', f'"value": {number}')
    [participant] = participants_in(text)
    checked = check(participant, today=TODAY)
    _is_an_answer(checked)
    assert [(each.form, each.field) for each in checked.findings] == [("LB", "PLAT")]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(participants | anything, max_size=4))
def test_the_command_prints_one_array_whatever_the_file_holds(tmp_path: Path, data: list[Any]) -> None:
    file = tmp_path / "participants.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    printed = io.StringIO()
    call_command("check_eligibility", str(file), stdout=printed)
    assert len(json.loads(printed.getvalue())) == len(data)
