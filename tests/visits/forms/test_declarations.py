"""The visit forms hold exactly what the clinical content asks, in words, ranges and codes."""

from collections.abc import Iterator

import pytest

from trialsite.crf.dictionary import entries_of
from trialsite.crf.forms import CaseReportForm, form_by_code
from trialsite.crf.grids import Grid, GridRow
from trialsite.crf.variables import Blinding, Choice, Derived, Number, Text, Variable
from trialsite.export.tables import columns_of, of_form
from trialsite.protocol import FORMS
from visits.forms.every import EVERY_FORM

# Clinical content, section 2, with the date that each form of a measurement has.
FIELDS = {
    "UN": {"UNREAS"},
    "PE": {"PEDTC", "PESKIN", "PELUNG", "PEHEART", "PEABD", "PEMSK", "PEOTH", "PEDESC"},
    "SY": {"SYDTC", "MMRC", "COUGHNRS", "FATIGNRS", "ITCHNRS", "PAINNRS", "FEVER"},
    "IM": {"IMDTC", "PHGA", "PTGA", "EXMGA"},
    "DSE": {"DSDECOD", "DSSTDTC", "EOTDTC", "LASTDOSE"},
}
CODES = {
    "UNREAS": ("AE", "ILD WORSENING", "LAB REPEAT", "OTHER"),
    "PESKIN": ("NORMAL", "ABNORMAL", "ND"),
    "DSDECOD": (
        *("COMPLETED", "AE", "DEATH", "WITHDREW CONSENT", "LOST", "LACK OF EFFICACY"),
        *("PHYSICIAN DECISION", "OTHER"),
    ),
}
RANGES = {
    "MMRC": "0 to 4",
    "COUGHNRS": "0 to 10",
    "PHGA": "0 to 10",
    "MMTDELTR": "0 to 10",
    "HAQ0101": "0 to 3",
    "CD01ERY": "0 to 3",
    "CD01SCA": "0 to 2",
    "CD01ULC": "0 to 1",
    "CD15CAL": "0 to 1",
    "CDHNDERY": "0 to 3",
    "CDHNDDAM": "0 to 2",
    "CDPERIUN": "0 to 2",
    "CDALOPEC": "0 to 1",
}
forms = pytest.mark.parametrize("form", EVERY_FORM, ids=lambda form: form.code)


def every_variable() -> Iterator[tuple[type[CaseReportForm], str, Variable]]:
    """(form, name, variable) of all visit forms."""
    for form in EVERY_FORM:
        for name, variable in form.variables().items():
            yield form, name, variable


def test_every_form_of_the_schedule_is_declared() -> None:
    for scheduled in FORMS:
        assert form_by_code(scheduled.code).title() == scheduled.title


@pytest.mark.parametrize(("code", "names"), FIELDS.items(), ids=FIELDS)
def test_a_form_asks_exactly_what_the_clinical_content_asks(code: str, names: set[str]) -> None:
    assert set(form_by_code(code).variables()) == names


def test_the_grids_have_fifteen_muscles_twenty_items_and_fifteen_places_by_five_signs() -> None:
    cells = {
        form.code: [name for section in form.sections if isinstance(section, Grid) for name in section.fields]
        for form in EVERY_FORM
    }
    assert len(cells["MMT"]) == 15
    assert len(cells["HAQ"]) == 20 + 8
    assert len(cells["CD"]) == 15 * 5


def test_codes_and_ranges_are_those_of_the_clinical_content() -> None:
    found = {name: variable for _, name, variable in every_variable()}
    for name, codes in CODES.items():
        choice = found[name]
        assert isinstance(choice, Choice)
        assert choice.codes.codes == codes
    for name, allowed in RANGES.items():
        number = found[name]
        assert isinstance(number, Number)
        assert str(number.hard) == allowed


@forms
def test_every_variable_stands_in_exactly_one_section(form: type[CaseReportForm]) -> None:
    placed = [name for section in form.sections for name in section.fields]
    assert sorted(placed) == sorted(form.variables())


@pytest.mark.req("D1")
def test_every_number_has_a_hard_range_with_both_ends_and_every_value_a_derived_one_reads_is_there() -> None:
    for form, name, variable in every_variable():
        if isinstance(variable, Number):
            assert variable.hard is not None, name
            assert None not in (variable.hard.low, variable.hard.high), name
        if isinstance(variable, Derived):
            assert set(variable.reads) <= set(form.variables()), name
            assert variable.formula, name


def test_names_are_short_enough_for_every_statistical_package_and_stand_once() -> None:
    names = [name for _, name, _ in every_variable()]
    assert len(names) == len(set(names))
    assert [name for name in names if len(name) > 8] == []


@pytest.mark.req("L19", "P1")
def test_nothing_of_the_visit_forms_unblinds_and_free_text_is_rare() -> None:
    assert all(variable.blinding is Blinding.OPEN for _, _, variable in every_variable())
    texts = {name for _, name, variable in every_variable() if isinstance(variable, Text)}
    assert texts == {"PEDESC", "EXKIT", "EXREASND"}


@forms
@pytest.mark.req("X1")
def test_dictionary_and_export_have_every_variable_of_a_form(form: type[CaseReportForm]) -> None:
    listed = {entry.name: entry for entry in entries_of(form)}
    assert set(form.variables()) <= set(listed)
    exported = {column.name for column in columns_of(form, form.variables())}
    assert set(form.variables()) <= exported
    assert of_form(form).name == form.code.lower()
    for name, variable in form.variables().items():
        assert f"{name}_ND" in exported or not variable.takes_missing
        assert listed[name].label == variable.label


def test_the_names_in_a_grid_are_told_by_line_and_column() -> None:
    strength = next(section for section in form_by_code("MMT").sections if isinstance(section, Grid))
    assert [row.code for row in strength.rows][:2] == ["MMTNECK", "MMTDELT"]
    assert [strength.code_of(column) for column in (0, 1)] == ["R", "L"]
    places = next(section for section in form_by_code("CD").sections if isinstance(section, Grid))
    assert (places.rows[0].code, places.code_of(0)) == ("CD01", "ERY")


def test_a_row_of_a_grid_has_a_cell_or_a_gap_for_every_head() -> None:
    with pytest.raises(ValueError, match="Strength: a row has one cell"):
        Grid("Strength", ("Right", "Left"), GridRow("Neck", "MMTNECK"))
