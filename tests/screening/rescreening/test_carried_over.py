"""What a new screening takes from the one before: proposed, submitted by a person, and shown as such."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from screening.carried_value import CarriedValue
from screening.carry_over import CARRIED, ENTERED_ANEW
from screening.forms import EVERY_FORM
from screening.forms.demographics import Demographics
from screening.gathering import facts_of
from screening.models import Participant
from tests.screening.factories import Cast, correct, enter, make_cast, save
from tests.screening.rescreening.test_screening_again import TODAY, again, at, failed
from trialsite.audit.reading import history_of
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Record
from trialsite.crf.variables import Derived


def origin(form: str) -> str:
    """The sentence about a value of the first screening; the day is that of the database's clock."""
    record = Record.objects.get(participant__SUBJID="01-001", form=form, visit="S")
    on = record.changed_at.astimezone(ZoneInfo("Asia/Shanghai"))
    return f"Carried over from 01-001, {on.day} {on:%b %Y}, Dr Coordinator."


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with at(TODAY):
        yield make_cast()


@pytest.fixture
def later(cast: Cast) -> Participant:
    """The later screening of a person whose first one failed."""
    return again(cast, failed(cast))


def page(client: Client, participant: Participant, form: str) -> str:
    where = {"SUBJID": participant.SUBJID, "visit": "S", "form": form}
    return client.get(reverse("crf:entry", kwargs=where)).content.decode()


def test_the_tables_name_every_form_and_only_variables_that_there_are() -> None:
    assert {form.code for form in EVERY_FORM} <= {line.form for line in CARRIED} | ENTERED_ANEW.keys()
    named = [(line.form, name) for line in CARRIED for name in line.fields]
    assert len(named) == len(set(named))
    for line in CARRIED:
        variables = form_by_code(line.form).variables()
        assert set(line.fields) <= variables.keys()
        assert line.why.endswith(".")
        assert set(line.rows) <= {section.name for section in form_by_code(line.form).repeating}


def test_nothing_that_ages_is_carried_over() -> None:
    """Dates of visits and procedures, and every laboratory value, are entered anew."""
    for line in CARRIED:
        variables = form_by_code(line.form).variables()
        for name in line.fields:
            assert not getattr(variables[name], "procedure", False)
            assert not isinstance(variables[name], Derived)
    assert not {"LB", "LBI", "OX", "RE", "HRCT", "DS", "SV", "GC", "CNI", "CM"} & {
        line.form for line in CARRIED
    }


def test_nothing_is_stored_before_a_person_submits_it(later: Participant) -> None:
    assert set(Record.objects.filter(participant=later).values_list("form", flat=True)) == {"DS"}
    assert facts_of(later).get("DM", "BRTHDTC").value is None


def test_the_form_proposes_the_value_and_says_from_where(
    cast: Cast, later: Participant, client: Client
) -> None:
    client.force_login(cast.investigator)
    shown = page(client, later, "DM")
    assert 'value="1978-06-14"' in shown
    assert origin("DM") in shown
    height = page(client, later, "VS")
    assert 'name="HEIGHT" value="162"' in height
    assert 'name="WEIGHT" value=""' in height, "a weight is of the day"


def test_a_history_can_grow(cast: Cast, later: Participant) -> None:
    proposed = later.proposal("DC", "S")
    assert proposed
    assert proposed.typed["ILDYN"] == "Y"
    assert proposed.typed["DXDTC"] == "2026-01"
    assert "MDA5RES" not in proposed.typed, "a negative result may have become another one"
    assert "MDA5DTC" not in proposed.typed, "and its date means nothing without it"
    assert not later.proposal("AL", "S"), "no allergy was known, so it is asked again"
    assert later.proposal("LB", "S") is None


@pytest.mark.req("A1", "A3")
def test_what_is_submitted_keeps_its_origin_in_form_evidence_and_history(
    cast: Cast, later: Participant, client: Client
) -> None:
    record = save(
        cast.coordinator,
        later,
        "DM",
        {"DMDTC": "2026-03-16", "BRTHDTC": "1978-06-14", "SEX": "M", "ETHNIC": "HAN"},
    )
    fact = facts_of(later).get("DM", "BRTHDTC")
    assert fact.source
    assert fact.source.carried == origin("DM")
    other = facts_of(later).get("DM", "SEX")
    assert other.source
    assert other.source.carried == "", "it was changed before it was submitted"
    [change] = history_of(Demographics._meta.db_table, str(record.pk), ["BRTHDTC"])
    assert change.reason == "Carried over from 01-001 (BRTHDTC, ETHNIC)"
    client.force_login(cast.coordinator)
    assert page(client, later, "DM").count(origin("DM")) == 2
    evidence = client.get(reverse("screening:eligibility", kwargs={"SUBJID": later.SUBJID})).content.decode()
    assert origin("DM") in evidence


def test_a_carried_value_that_is_corrected_is_an_own_one(cast: Cast, later: Participant) -> None:
    typed = {"DMDTC": "2026-03-16", "BRTHDTC": "1978-06-14", "SEX": "F", "ETHNIC": "HAN"}
    save(cast.coordinator, later, "DM", typed)
    correct(cast.coordinator, later, "DM", BRTHDTC="1978-06-15")
    assert set(CarriedValue.objects.values_list("name", flat=True)) == {"SEX", "ETHNIC"}
    fact = facts_of(later).get("DM", "BRTHDTC")
    assert fact.source
    assert fact.source.carried == ""


def test_rows_of_the_history_are_proposed_as_they_were(cast: Cast) -> None:
    first = failed(cast)
    correct(
        cast.coordinator,
        first,
        "MH",
        **{
            "RECORDS-0-MHTERM": "Asthma",
            "RECORDS-0-MHSTDTC": "2001",
            "RECORDS-0-MHONGO": "Y",
        },
    )
    proposed = again(cast, first).proposal("MH", "S")
    assert proposed
    assert proposed.typed["RECORDS-0-MHTERM"] == "Asthma"
    assert proposed.origins["RECORDS-0-MHTERM"] == origin("MH")


def test_through_two_screenings_a_value_keeps_its_first_origin(cast: Cast, later: Participant) -> None:
    typed = {"DMDTC": "2026-03-16", "BRTHDTC": "1978-06-14", "SEX": "F", "ETHNIC": "HAN"}
    save(cast.coordinator, later, "DM", typed)
    with at(TODAY.replace(month=6)):
        third = again(cast, later, RFICDTC=TODAY.replace(month=6))
        proposed = third.proposal("DM", "S")
        skipped = third.proposal("VS", "S")
    assert proposed
    assert proposed.origins["BRTHDTC"] == origin("DM")
    assert skipped, "a form that the second screening never had comes from the first"
    assert skipped.typed["HEIGHT"] == "162"


def test_a_person_screened_once_costs_no_query(
    cast: Cast, later: Participant, django_assert_num_queries: object
) -> None:
    first = later.rescreen_of
    assert first
    record = enter(cast.coordinator, first, "AL", {"ALDTC": "2026-03-02", "ALLTCZ": "N", "ALLSULF": "N"})
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert first.proposal("DM", "S") is None
        assert first.origins(record) == {}
