"""Both sides of every limit of every number, generated from the declarations."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.screening.forms.reading import columns_of, problems_at, read_at, visit_of
from tests.screening.forms.test_declarations import every_variable
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.typed import plain_number
from trialsite.crf.variables import Number, Range, Variable

Place = tuple[type[CaseReportForm], str, Number]


def _numbers() -> Iterator[Place]:
    for form, section, _, variable in every_variable():
        if isinstance(variable, Number):
            yield form, section, variable


def _name(place: object) -> str:
    if isinstance(place, tuple):
        form, section, variable = place
        return f"{form.code}.{section}.{variable.name}" if section else f"{form.code}.{variable.name}"
    return ""


def _ends(allowed: Range) -> Iterator[tuple[Decimal, int]]:
    """The limits that there are, and the direction that leads out."""
    if allowed.low is not None:
        yield allowed.low, -1
    if allowed.high is not None:
        yield allowed.high, 1


def _typed(place: Place, value: Decimal) -> tuple[str, dict[str, str]]:
    _, section, variable = place
    name = f"{section}-0-{variable.name}" if section else variable.name
    typed = {name: plain_number(value)}
    if variable.standard_unit:
        typed[f"{name}_UNIT"] = variable.standard_unit
    return name, typed


def _step(variable: Number) -> Decimal:
    return Decimal(1) if variable.whole else Decimal("0.0001")


numbers = pytest.mark.parametrize("place", list(_numbers()), ids=_name)


@pytest.mark.req("D1")
@numbers
def test_a_number_is_accepted_at_its_limits_and_refused_beyond(place: Place) -> None:
    form, section, variable = place
    assert variable.hard is not None
    for limit, outwards in _ends(variable.hard):
        name, typed = _typed(place, limit)
        reading = read_at(form, typed, visit_of(variable))
        assert columns_of(reading, section)[variable.name] == limit
        assert not problems_at(reading, name, hard=True)

        name, typed = _typed(place, limit + outwards * _step(variable))
        reading = read_at(form, typed, visit_of(variable))
        assert columns_of(reading, section)[variable.name] is None, "a refused value counts as missing"
        [problem] = problems_at(reading, name, hard=True)
        assert str(variable.hard) in problem.message, "the message says what is allowed"


@pytest.mark.req("D1")
@numbers
def test_a_number_beyond_its_usual_range_is_kept_and_asked_about(place: Place) -> None:
    form, section, variable = place
    if variable.soft is None:
        assert not _asks_by_range(place), "without a usual range nothing is asked"
        return
    for limit, outwards in _ends(variable.soft):
        name, typed = _typed(place, limit)
        reading = read_at(form, typed, visit_of(variable))
        assert "usual" not in {each.check for each in problems_at(reading, name, hard=False)}

        name, typed = _typed(place, limit + outwards * _step(variable))
        reading = read_at(form, typed, visit_of(variable))
        assert columns_of(reading, section)[variable.name] is not None
        assert "usual" in {each.check for each in problems_at(reading, name, hard=False)}


def _asks_by_range(place: Place) -> bool:
    form, _, variable = place
    assert variable.hard is not None
    asked = set()
    for limit, _ in _ends(variable.hard):
        name, typed = _typed(place, limit)
        asked |= {
            each.check for each in problems_at(read_at(form, typed, visit_of(variable)), name, hard=False)
        }
    return "usual" in asked


def _with_uln() -> Iterator[Place]:
    for form, section, variable in _numbers():
        if variable.soft_uln:
            yield form, section, variable


@pytest.mark.parametrize("place", list(_with_uln()), ids=_name)
def test_an_enzyme_above_three_times_its_upper_limit_is_asked_about(place: Place) -> None:
    form, _, variable = place
    name = variable.name
    for value, asked in (("120", False), ("120.0001", True)):
        typed = {name: value, f"{name}_UNIT": "U/L", f"{name}_ULN": "40"}
        checks = {each.check for each in problems_at(read_at(form, typed), name, hard=False)}
        assert ("usual" in checks) is asked


def _texts() -> Iterator[tuple[type[CaseReportForm], str, Variable]]:
    for form, section, _, variable in every_variable():
        if variable.kind == "text":
            yield form, section, variable


@pytest.mark.req("P1")
@pytest.mark.parametrize("place", list(_texts()), ids=_name)
@pytest.mark.parametrize("identifying", ["13812345678", "110101199001011237", "a.b@example.org"])
def test_no_free_text_takes_a_telephone_number_an_identity_number_or_a_mail_address(
    place: tuple[type[CaseReportForm], str, Variable], identifying: str
) -> None:
    form, section, variable = place
    name = f"{section}-0-{variable.name}" if section else variable.name
    reading = read_at(form, {name: identifying}, visit_of(variable))
    assert problems_at(reading, name, hard=True)
    assert columns_of(reading, section)[variable.name] == ""
