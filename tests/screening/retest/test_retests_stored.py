"""Retests in the database: the verdict turns, both results stay, the review becomes void."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from screening.case import case_of
from screening.criteria import Outcome, assess
from screening.exchange import check
from screening.forms import EVERY_FORM
from screening.forms.laboratory import Laboratory
from screening.gathering import entries_of, facts_of
from screening.models import Participant
from screening.review_states import ReviewState
from tests.screening.example import EXAMPLE, changed
from tests.screening.factories import (
    Cast,
    correct,
    eligible_participant,
    make_cast,
    signed_participant,
    why_no_number,
)
from tests.screening.retest.samples import count, retested, submit_retest
from trialsite import clock
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Site, User
from trialsite.audit.reading import history_of
from trialsite.crf.actions import mark_not_done
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Conflict, Refused, Saved
from trialsite.crf.permissions import EntryClosed
from trialsite.export.tables import of_form

TODAY = date(2026, 3, 16)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.set_to(datetime(2026, 3, 16, 2, tzinfo=UTC)):
        yield make_cast()


@pytest.fixture
def low(cast: Cast) -> Participant:
    """A participant whose neutrophils exclude."""
    return eligible_participant(cast.coordinator, cast.site, {"LB.NEUT": count("0.8")})


def ex03(participant: Participant) -> Outcome:
    return assess(facts_of(participant)).verdict("EX03").outcome


def test_a_retest_within_the_window_turns_the_verdict_and_both_results_stay(
    cast: Cast, low: Participant
) -> None:
    assert ex03(low) is Outcome.MET
    record = retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    assert record.state == "complete", "what was not measured again is not asked for"
    assert ex03(low) is Outcome.NOT_MET
    fact = facts_of(low).get("LB", "NEUT")
    assert fact.source
    assert (fact.source.repeat, fact.source.measured, fact.source.record_id) == (
        1,
        "2026-03-09",
        str(record.pk),
    )
    assert [(str(each.value), each.source and each.source.repeat) for each in fact.earlier] == [("0.8", 0)]
    stored = Laboratory.objects.filter(record__participant=low).order_by("record__repeat")
    assert [str(lab.NEUT.normalize()) for lab in stored if lab.NEUT] == ["0.8", "1.4"]
    [change] = history_of("screening_laboratory", str(record.pk), ["NEUT"])
    assert change.new == Decimal("1.4")


def test_a_retest_outside_the_window_leaves_the_verdict(cast: Cast, low: Participant) -> None:
    correct(cast.coordinator, low, "SV", RANDDTC="2026-03-08")
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    assert ex03(low) is Outcome.MET


def test_on_the_actual_day_the_window_is_that_of_the_day(cast: Cast, low: Participant) -> None:
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    late = assess(entries_of(low).facts(date(2026, 4, 7)))
    assert late.verdict("EX03").outcome is Outcome.UNDETERMINED, "both results are older than 28 days"


@pytest.mark.django_db(transaction=True)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([("2026-03-04", "0.7"), ("2026-03-07", "1.9"), ("2026-03-11", "1.2")]))
def test_no_order_of_entry_changes_the_verdict(transactional_db: None, order: list[tuple[str, str]]) -> None:
    with clock.set_to(datetime(2026, 3, 16, 2, tzinfo=UTC)):
        by = User.objects.filter(username="coordinator").first() or make_cast().coordinator
        participant = eligible_participant(by, Site.objects.get(pk="01"), {"LB.NEUT": count("0.8")})
        for repeat, (on, value) in enumerate(order, start=1):
            retested(by, participant, repeat, LBDTC=on, NEUT=value)
        assert str(facts_of(participant).get("LB", "NEUT").value) == "1.2"
        assert ex03(participant) is Outcome.NOT_MET


@pytest.mark.req("E2")
def test_a_retest_after_the_signature_voids_it(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    retested(cast.coordinator, participant, LBDTC="2026-03-09", NEUT="0.8")
    review.refresh_from_db()
    assert review.state == ReviewState.VOIDED
    assert "LB.NEUT" in review.void_reason
    assert why_no_number(participant, TODAY) == "No investigator's signature on eligibility is in force."


def test_a_retest_that_was_entered_in_error_is_marked_and_counts_no_more(
    cast: Cast, low: Participant
) -> None:
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    mark_not_done(
        by=cast.coordinator, participant=low, form="LB", visit="S", version=1, reason="wrong person", repeat=1
    )
    assert ex03(low) is Outcome.MET


@pytest.mark.parametrize(
    ("form", "typed", "field"),
    [
        ("LB", {"NEUT": "1.4"}, "LBDTC"),
        ("LB", {"LBDTC": "2026-03-09"}, "LBDTC"),
        ("LB", {"LBDTC": "2026-03-01", "NEUT": "1.4"}, "LBDTC"),
        ("OX", {"OXDTC": "2026-03-09", "PAO2": "80", "SPO2_FIO2": "0.21"}, "SPO2_FIO2"),
    ],
)
def test_a_retest_that_cannot_be_judged_is_refused_with_what_is_allowed(
    cast: Cast, low: Participant, form: str, typed: dict[str, str], field: str
) -> None:
    outcome = submit_retest(cast.coordinator, low, form, 1, typed)
    assert isinstance(outcome, Refused)
    assert [problem.field for problem in outcome.reading.refused] == [field]
    assert not Record.objects.filter(participant=low, repeat=1).exists()


def test_a_judgement_that_the_retest_asks_for_leaves_it_incomplete(cast: Cast, low: Participant) -> None:
    record = retested(cast.coordinator, low, LBDTC="2026-03-09", ALT="168", ALT_ULN="40", ALT_UNIT="U/L")
    assert record.state == "incomplete"


def test_an_indeterminate_assay_is_repeated(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, {"TB.IGRARES": "INDETERMINATE"})
    assert assess(facts_of(participant)).verdict("EX05").outcome is Outcome.UNDETERMINED
    retested(
        cast.coordinator,
        participant,
        form="TB",
        IGRADTC="2026-03-09",
        IGRATYPE="T-SPOT.TB",
        IGRARES="NEGATIVE",
    )
    assert assess(facts_of(participant)).verdict("EX05").outcome is Outcome.NOT_MET


def test_retests_are_numbered_one_after_the_other_on_forms_that_have_any(
    cast: Cast, low: Participant
) -> None:
    typed = {"LBDTC": "2026-03-09", "NEUT": "1.4"}
    with pytest.raises(EntryClosed, match="the next one is retest 1"):
        submit_retest(cast.coordinator, low, "LB", 2, typed)
    with pytest.raises(EntryClosed, match="not measured again"):
        submit_retest(cast.coordinator, low, "DM", 1, {"SEX": "F"})
    empty = eligible_participant(cast.coordinator, cast.site, without=("LB",))
    with pytest.raises(EntryClosed, match="enter the form first"):
        submit_retest(cast.coordinator, empty, "LB", 1, typed)


@pytest.mark.req("F9")
def test_two_people_who_add_the_same_retest_are_told_of_each_other(cast: Cast, low: Participant) -> None:
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    outcome = submit_retest(cast.investigator, low, "LB", 1, {"LBDTC": "2026-03-09", "NEUT": "1.1"})
    assert isinstance(outcome, Conflict)


@pytest.mark.req("C1")
def test_only_who_enters_data_at_the_site_adds_a_retest(cast: Cast, low: Participant) -> None:
    for person in (cast.other_coordinator, cast.monitor, cast.pharmacist, cast.statistician):
        with pytest.raises(NotAllowed):
            submit_retest(person, low, "LB", 1, {"LBDTC": "2026-03-09", "NEUT": "1.4"})


@pytest.mark.req("A3")
def test_a_correction_of_a_retest_has_a_reason(cast: Cast, low: Participant) -> None:
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    typed = {"LBDTC": "2026-03-09", "NEUT": "1.5"}
    assert isinstance(submit_retest(cast.coordinator, low, "LB", 1, typed, version=1), Saved)
    record = Record.objects.get(participant=low, form="LB", repeat=1)
    [changed_value, *_] = [
        c for c in history_of("screening_laboratory", str(record.pk)) if c.column == "NEUT" and c.old
    ]
    assert changed_value.reason == "Read again in the source."


def test_retests_cost_no_query_when_the_criteria_are_computed(
    cast: Cast, low: Participant, django_assert_max_num_queries: Any
) -> None:
    read = len([form for form in EVERY_FORM if form.code != "LBI"]) + 1
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    retested(cast.coordinator, low, 2, LBDTC="2026-03-10", NEUT="1.5")
    with django_assert_max_num_queries(read):
        facts_of(low)


def test_every_page_of_a_retest_says_which_it_is(cast: Cast, low: Participant, client: Client) -> None:
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    client.force_login(cast.coordinator)
    where = {"SUBJID": low.SUBJID, "visit": "S", "form": "LB"}
    planned = client.get(reverse("crf:entry", kwargs=where)).content.decode()
    assert reverse("crf:entry", kwargs=where | {"repeat": 1}) in planned
    assert "Add a retest" in planned
    page = client.get(reverse("crf:entry", kwargs=where | {"repeat": 1})).content.decode()
    assert "retest 1" in page
    assert "Before: 0.8 10^9/L, 2026-03-02." in page
    assert client.get(reverse("crf:history", kwargs=where | {"repeat": 1})).status_code == 200
    assert client.get(reverse("crf:entry", kwargs=where | {"repeat": 3})).status_code == 404
    assert "+1" in client.get(f"/participants/{low.SUBJID}/").content.decode()
    evidence = client.get(reverse("screening:eligibility", kwargs={"SUBJID": low.SUBJID})).content.decode()
    assert "replaced by the retest of 9 Mar 2026" in evidence


def test_the_planned_form_takes_no_query_more_with_retests(
    cast: Cast, low: Participant, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(cast.coordinator)
    address = reverse("crf:entry", kwargs={"SUBJID": low.SUBJID, "visit": "S", "form": "LB"})
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    with django_assert_num_queries(len(before)):
        client.get(address)


def test_what_is_typed_into_a_retest_is_kept_apart(cast: Cast, low: Participant, client: Client) -> None:
    client.force_login(cast.coordinator)
    where = {"SUBJID": low.SUBJID, "visit": "S", "form": "LB"}
    retest = where | {"repeat": 1}
    typed = {"NEUT": "1.4", "left": "NEUT", "version": "0"}
    assert client.post(reverse("crf:check", kwargs=retest), typed).status_code == 200
    assert "Your unfinished entry is back" in client.get(reverse("crf:entry", kwargs=retest)).content.decode()
    planned = client.get(reverse("crf:entry", kwargs=where)).content.decode()
    assert "Your unfinished entry is back" not in planned


@pytest.mark.req("X1")
def test_the_export_has_a_line_for_each_result(cast: Cast, low: Participant) -> None:
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    with connection.cursor() as cursor:
        raw: Connection[Any] = cursor.cursor.connection
        lines = raw.execute(of_form(Laboratory).select)
        names = [column.name for column in lines.description or ()]
        found = [dict(zip(names, line, strict=True)) for line in lines.fetchall()]
    assert [(line["REPEAT"], str(line["NEUT"])) for line in found] == [(0, "0.8"), (1, "1.4")]


def test_a_file_can_have_retests_and_gives_the_same_verdict(cast: Cast, low: Participant) -> None:
    retested(cast.coordinator, low, LBDTC="2026-03-09", NEUT="1.4")
    data = changed({"LB.NEUT": count("0.8")})
    again = {**data, "retests": [{"LB": {"LBDTC": "2026-03-09", "NEUT": count("1.4")}}]}
    assert check(data, today=TODAY).assessment.verdict("EX03").outcome is Outcome.MET
    found = check(again, today=TODAY)
    assert not found.findings
    assert found.assessment.verdict("EX03").outcome is case_of(low).assessment.verdict("EX03").outcome


@pytest.mark.parametrize(
    "retests", [{"LB": {}}, [{"DM": {"SEX": "F"}}], ["x"], [{"LB": {"LBDTC": "2026-03-09"}}]]
)
def test_a_retest_of_a_file_that_cannot_be_is_reported(retests: Any) -> None:
    found = check({**EXAMPLE, "retests": retests}, today=TODAY)
    assert found.findings
    assert found.assessment.verdict("EX03").outcome is Outcome.NOT_MET
