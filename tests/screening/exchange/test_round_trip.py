"""What is entered in the browser's way and what stands in a file say the same to the criteria."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from screening.criteria import assess
from screening.exchange import read_participant
from screening.facts import Fact, Facts
from screening.gathering import entries_of, facts_of
from tests.screening.example import changed
from tests.screening.factories import Cast, correct, eligible_participant, make_cast, registered
from trialsite.crf.actions import mark_not_done
from trialsite.crf.models import Record
from trialsite.partial_date import PartialDate

TODAY = date(2026, 11, 1)
# One query a form that feeds a criterion, and one for the forms that were not done.
QUERIES = 20


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def _without_source(facts: Facts) -> dict[tuple[str, str, int | None, str], Fact]:
    found = [
        *facts._singles.values(),
        *(f for rows in facts._rows.values() for row in rows for f in row.facts),
    ]
    return {(f.form, f.section, f.row, f.field): dataclasses.replace(f, source=None) for f in found}


CHANGES: list[Mapping[str, Any]] = [
    {},
    {"VS.WEIGHT": {"value": "127.87", "unit": "lb"}, "OX.PAO2": {"value": "10.93", "unit": "kPa"}},
    {"LB.CREAT": {"value": "0.59", "unit": "mg/dL"}, "LB.HGB": {"value": "7.33", "unit": "mmol/L"}},
    {"LB.ALT": {"value": "2.5", "unit": "ukat/L", "uln": "0.67"}, "LB.ALT_DMREL": "Y"},
    {"LB.PLAT": {"status": "NOT DONE"}, "RE.FVCPP": "NOT APPLICABLE", "DC.ILDYN": "U"},
    {
        "VIR.HBCAB": "POSITIVE",
        "VIR.HBVDNASTAT": "QUANTIFIED",
        "VIR.HBVASSAY": "ROCHE",
        "VIR.HBVDNA": {"value": "200", "unit": "IU/mL"},
    },
    {
        "VIR.HBCAB": "POSITIVE",
        "VIR.HBVDNASTAT": "QUANTIFIED",
        "VIR.HBVDNA": {"value": "200", "unit": "IU/mL"},
    },
    {
        "INF.IVABYN": "Y",
        "INF.INFABS": "Y",
        "INF.IVAB": [
            {"IVABTRT": "meropenem", "IVABENDTC": "2026-02-20", "IVABENTIM": "08:30", "IVABHALF": "1"},
            {"IVABTRT": "teicoplanin", "IVABENDTC": "2026-02", "IVABHALF": "170"},
        ],
    },
    {"MH.ACSYN": "Y", "MH.ACSDTC": "2025", "CM.IVIGYN": "Y", "CM.IVIGENDTC": "2026-01"},
    {
        "GC.RECORDS": [
            {
                "CMTRT": "METHYLPREDNISOLONE",
                "CMDOSTOT": "32.5",
                "CMDOSU": "mg/day",
                "CMROUTE": "INTRAVENOUS",
                "CMSTDTC": "2026-01",
                "CMENDTC": "UNKNOWN",
            }
        ]
    },
]


@pytest.mark.parametrize("changes", CHANGES)
def test_stored_forms_and_a_file_give_the_same_facts_and_verdicts(
    cast: Cast, changes: Mapping[str, Any]
) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, changes)
    stored = facts_of(participant)
    from_file, findings = read_participant(changed(changes), today=TODAY)
    assert findings == []
    assert _without_source(stored) == _without_source(from_file)
    assert assess(stored).overall == assess(from_file).overall


def test_each_fact_says_where_it_was_entered(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    correct(cast.coordinator, participant, "VS", WEIGHT="59")
    record = Record.objects.get(participant=participant, form="VS", visit="S")
    fact = facts_of(participant).get("VS", "WEIGHT")
    assert fact.source is not None
    assert (fact.source.record_id, fact.source.version, fact.source.visit) == (str(record.pk), 2, "S")
    assert fact.source.entered_by == cast.coordinator.full_name
    assert fact.source.entered_at == record.changed_at.isoformat()
    assert (str(fact.value), fact.unit, fact.typed, fact.typed_unit) == ("59", "kg", "59", "kg")


def test_a_form_that_was_not_done_leaves_its_values_missing_with_this_reason(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    assert facts_of(participant).get("AL", "ALLTCZ").value == "N"
    mark_not_done(
        by=cast.coordinator, participant=participant, form="AL", visit="S", version=1, reason="not asked"
    )
    fact = facts_of(participant).get("AL", "ALLTCZ")
    assert (fact.value, fact.missing) == (None, "NOT DONE")


def test_the_planned_day_of_randomization_can_be_replaced_by_the_actual_one(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    assert facts_of(participant).get("SV", "RANDDTC").value == PartialDate(2026, 3, 16)
    on_the_day = entries_of(participant).facts(date(2026, 3, 18))
    assert on_the_day.get("SV", "RANDDTC").value == PartialDate(2026, 3, 18)


def test_gathering_takes_the_same_few_queries_for_everybody(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for participant in (
        registered(cast.coordinator, cast.site),
        eligible_participant(cast.coordinator, cast.site),
    ):
        with django_assert_num_queries(QUERIES):
            facts_of(participant)
