"""What the declarations of the screening forms promise as a whole."""

from collections.abc import Iterator

import pytest

from screening.forms import EVERY_FORM
from screening.gathering import facts_from_readings
from tests.screening.forms.reads import EVERY_CRITERION, reads_of_criteria
from trialsite.crf.codelists import Codelist
from trialsite.crf.forms import REGISTER, CaseReportForm
from trialsite.crf.variables import Blinding, Choice, Derived, Number, Text, Variable
from trialsite.protocol import FORMS

SCREENING_FORMS = {
    *("DS", "SV", "DM", "MH", "DC", "VS", "OX", "RE", "HRCT", "RP", "LB", "LBI", "INF", "TB", "VIR"),
    *("AL", "GC", "CNI", "CM", "PA"),
}
forms = pytest.mark.parametrize("form", EVERY_FORM, ids=lambda form: form.code)


def every_variable() -> Iterator[tuple[type[CaseReportForm], str, str, Variable]]:
    """(form, section or "", name, variable) of all forms, rows included."""
    for form in EVERY_FORM:
        for name, variable in form.variables().items():
            yield form, "", name, variable
        for section in form.repeating:
            for name, variable in section.row().variables().items():
                yield form, section.name, name, variable


def test_every_form_that_the_criteria_read_is_declared() -> None:
    assert {form.code for form in EVERY_FORM} == SCREENING_FORMS
    assert all(REGISTER[form.code] is form for form in EVERY_FORM)


def test_forms_stand_in_the_order_of_the_schedule_of_assessments() -> None:
    scheduled = [form.code for form in FORMS if form.code in SCREENING_FORMS]
    assert [form.code for form in EVERY_FORM] == scheduled


@forms
def test_every_variable_stands_in_exactly_one_section(form: type[CaseReportForm]) -> None:
    placed = [name for section in form.sections for name in section.fields]
    assert sorted(placed) == sorted(form.variables())


@forms
def test_a_form_of_every_visit_has_a_question_at_each_visit(form: type[CaseReportForm]) -> None:
    scheduled = next(each for each in FORMS if each.code == form.code)
    for visit in (*scheduled.visits, *scheduled.optional):
        asked = form.variables_at(visit).values()
        assert any(not isinstance(variable, Derived) for variable in asked), visit


def test_variables_are_asked_only_at_visits_at_which_their_form_is_scheduled() -> None:
    for form, _, name, variable in every_variable():
        scheduled = next(each for each in FORMS if each.code == form.code)
        assert set(variable.visits) <= {*scheduled.visits, *scheduled.optional}, name


@pytest.mark.req("D1")
def test_every_number_has_a_hard_range_with_both_ends() -> None:
    for form, section, name, variable in every_variable():
        if isinstance(variable, Number):
            assert variable.hard is not None, (form.code, section, name)
            assert None not in (variable.hard.low, variable.hard.high), (form.code, section, name)


def test_soft_ranges_lie_within_hard_ones() -> None:
    for form, _, name, variable in every_variable():
        if isinstance(variable, Number) and variable.hard and variable.soft:
            for end in (variable.soft.low, variable.soft.high):
                assert end is None or variable.hard.holds(end), (form.code, name)


def test_conditions_and_checks_name_variables_of_their_own_form() -> None:
    for form, section, name, variable in every_variable():
        here = set(form.variables())
        if section:
            here = set(next(each for each in form.repeating if each.name == section).row().variables())
        if variable.when is not None:
            assert {read.removesuffix("_ULN") for read in variable.when.reads} <= here, (form.code, name)
        if isinstance(variable, Derived):
            assert set(variable.reads) <= here, (form.code, name)
    for form in EVERY_FORM:
        for check in form.checks():
            assert set(check.fields) <= set(form.variables()), (form.code, check.name)
        for rows in form.repeating:
            for check in rows.row().checks():
                assert set(check.fields) <= set(rows.row().variables()), (form.code, check.name)


def test_a_unit_that_depends_on_an_answer_is_declared_after_it() -> None:
    for form, _, name, variable in every_variable():
        if isinstance(variable, Number):
            for unit in variable.units:
                names = list(form.variables())
                assert not unit.by or names.index(unit.by) < names.index(name)


def test_codes_fit_their_columns_and_a_name_means_one_codelist() -> None:
    lists: dict[str, Codelist] = {}
    for _, _, _, variable in every_variable():
        if isinstance(variable, Choice):
            assert max(map(len, variable.codes.codes)) <= (variable.max_length or 0)
            assert lists.setdefault(variable.codes.name, variable.codes) == variable.codes


def test_exactly_the_variables_that_a_criterion_reads_are_declared_to_feed_it() -> None:
    feeds: dict[str, set[tuple[str, str, str]]] = {criterion.code: set() for criterion in EVERY_CRITERION}
    for form, section, name, variable in every_variable():
        for criterion in variable.feeds:
            feeds[criterion].add((form.code, section, name))
    sections = {(form.code, "", section.name) for form in EVERY_FORM for section in form.repeating}
    for criterion, read in reads_of_criteria().items():
        assert read - sections == feeds[criterion], criterion


def test_at_most_one_section_of_a_form_feeds_criteria() -> None:
    for form in EVERY_FORM:
        feeding = [
            section.name
            for section in form.repeating
            if any(variable.feeds for variable in section.row().variables().values())
        ]
        assert len(feeding) <= 1, form.code


@pytest.mark.req("L19")
def test_the_masked_laboratory_is_masked_whole_but_for_its_date() -> None:
    masked = {
        (form.code, name)
        for form, _, name, variable in every_variable()
        if variable.blinding is Blinding.MASKED
    }
    analytes = {"CRP", "ESR", "FERRITIN", "IL6", "CHOL", "TRIG", "LDL"}
    assert masked == {("LBI", name) for name in analytes}
    assert set(REGISTER["LBI"].variables()) == analytes | {"LBIDTC"}
    assert not any(form.is_masked("W2") for form in EVERY_FORM if form.code != "LBI")


@pytest.mark.req("L19")
def test_no_criterion_reads_a_value_that_is_masked_later() -> None:
    assert all(form != "LBI" for reads in reads_of_criteria().values() for form, _, _ in reads)


@pytest.mark.req("P1")
def test_demographics_ask_nothing_that_names_a_person() -> None:
    assert set(REGISTER["DM"].variables()) == {"DMDTC", "BRTHDTC", "SEX", "ETHNIC"}


@pytest.mark.req("P1")
def test_free_text_is_asked_only_where_no_codelist_can_be() -> None:
    texts = {
        f"{form.code}.{name}" for form, _, name, variable in every_variable() if isinstance(variable, Text)
    }
    assert texts == {
        "DS.ICVER",
        "SV.SVREASND",
        # The reasons of judgements.
        *("LB.ALT_DMREAS", "LB.AST_DMREAS", "MH.CVDREAS", "MH.LTCREAS", "INF.SINFREAS", "RP.RPREAS"),
        "MH.MHTERM",
        "DC.MDA5TITR",
        "DC.MDA5METH",
        "HRCT.CTREADER",
        "TB.TPTDRUG",
        "INF.IVABTRT",
        "AL.ALLOTH",
        "GC.CMINDC",
        "CNI.CMINDC",
        "CM.CMTRT",
        "CM.CMDOSU",
        "CM.CMINDC",
        # The words of the protocol, given by its version.
        "PA.ATTCD",
        "PA.ATTEXT",
    }


def test_nothing_entered_gives_no_facts() -> None:
    assert facts_from_readings(()).get("VS", "WEIGHT").value is None
