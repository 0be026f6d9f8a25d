"""The screening log as a page: what an entry says, who sees it, how it is narrowed and paged."""

import re
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.actions import record_screen_failure, submit_for_review
from screening.criteria.registry import CRITERIA
from screening.log import page_of
from screening.log_entry import Wanted
from screening.models import Participant
from screening.reasons import REASONS, words_of
from screening.review_models import Decision
from screening.review_states import ReviewState
from tests.screening.factories import (
    Cast,
    correct,
    eligible_participant,
    hash_now,
    make_cast,
    password_given,
    signed_participant,
)
from tests.screening.log import made
from tests.screening.review.conftest import SignIn
from tests.screening.review.test_eligibility_page import words

pytestmark = pytest.mark.django_db
LOG = "/screening-log/"
PLAT_40 = {"LB.PLAT": {"value": "40", "unit": "10^9/L"}}


def numbers(client: Client, query: str = "") -> list[str]:
    """The screenings that a page of the log shows, in order."""
    response = client.get(LOG + query)
    assert response.status_code == 200
    return [entry.SUBJID for entry in response.context["entries"]]


def test_every_criterion_has_a_reason() -> None:
    assert {criterion.code for criterion in CRITERIA} < set(REASONS)


def test_an_entry_says_who_when_what_came_of_it_and_why(cast: Cast, signed_in: SignIn) -> None:
    one = made.participant(cast.coordinator, cast.site, 1)
    made.review(
        one,
        ReviewState.SCREEN_FAILURE,
        by=cast.investigator,
        failed=["EX03", "IN05"],
        note="Too few platelets.",
    )
    text = words(signed_in(cast.monitor).get(LOG).content)
    assert "01-001 01 2 Mar 2026" in text
    # Times at the site: 02:05 and 17:30 UTC are 10:05 of the same and 01:30 of the next day in Shanghai.
    assert "4 Mar 2026, 10:05 Dr Investigator" in text
    assert f"Excluded {words_of('EX03')} {words_of('IN05')} Too few platelets." in text
    assert "Screening failure 7 Mar 2026, 01:30 Dr Investigator 5 no" in text


def test_a_criterion_that_stayed_open_is_not_said_to_have_failed(cast: Cast, signed_in: SignIn) -> None:
    one = made.participant(cast.coordinator, cast.site, 1)
    made.review(
        one, ReviewState.SCREEN_FAILURE, by=cast.investigator, failed=["EX05"], overall="undetermined"
    )
    assert "EX05 Tuberculosis (not established)" in words(signed_in(cast.monitor).get(LOG).content)


@pytest.mark.req("E2")
def test_the_log_follows_the_actions_of_the_review(cast: Cast, signed_in: SignIn) -> None:
    signed, _ = signed_participant(cast)
    void, _ = signed_participant(cast)
    correct(cast.coordinator, void, "VS", WEIGHT="61")
    failed = eligible_participant(cast.coordinator, cast.site, PLAT_40)
    submit_for_review(by=cast.coordinator, participant=failed)
    record_screen_failure(
        by=cast.investigator, participant=failed, password=password_given, seen_hash=hash_now(failed)
    )
    no_consent = eligible_participant(cast.coordinator, cast.site)
    correct(cast.coordinator, no_consent, "DS", RFICYN="N")
    entries = signed_in(cast.monitor).get(LOG).context["entries"]
    shown = {entry.SUBJID: (entry.outcome, entry.reasons, entry.decided) for entry in entries}
    assert shown == {
        signed.SUBJID: ("eligible", [], "Eligible"),
        void.SUBJID: ("screening", [], "Eligible (void since)"),
        failed.SUBJID: ("excluded", ["EX03"], "Screening failure"),
        no_consent.SUBJID: ("excluded", ["CONSENT"], ""),
    }


def test_a_treatment_number_outweighs_a_signature_that_became_void_later(
    cast: Cast, signed_in: SignIn
) -> None:
    one = made.participant(cast.coordinator, cast.site, 1, randomized=True)
    made.review(one, ReviewState.VOIDED, by=cast.investigator, decision=Decision.APPROVED)
    text = words(signed_in(cast.coordinator).get(LOG).content)
    assert "Randomized Eligible (void since)" in text
    assert "16 Mar 2026" in text


@pytest.mark.req("B1")
def test_the_log_shows_the_day_of_the_number_and_nothing_else_of_the_treatment(
    cast: Cast, signed_in: SignIn
) -> None:
    made.participant(cast.coordinator, cast.site, 1, randomized=True)
    for path in (LOG, f"{LOG}flow/"):
        assert "R-01-001" not in signed_in(cast.monitor).get(path).content.decode()
    file = signed_in(cast.monitor).get(f"{LOG}file/")
    assert b"R-01-001" not in b"".join(file)


def test_only_the_latest_review_counts(cast: Cast, signed_in: SignIn) -> None:
    one = made.participant(cast.coordinator, cast.site, 1)
    earlier = made.SUBMITTED - timedelta(days=1)
    made.review(one, ReviewState.RETURNED, by=cast.investigator, submitted_at=earlier)
    made.review(one, ReviewState.SUBMITTED, by=cast.coordinator)
    (entry,) = signed_in(cast.monitor).get(LOG).context["entries"]
    assert (entry.outcome, entry.decided, entry.days) == ("review", "", None)


def test_the_two_screenings_of_a_person_name_each_other(cast: Cast, signed_in: SignIn) -> None:
    first = made.participant(cast.coordinator, cast.site, 1)
    made.participant(cast.coordinator, cast.site, 2, after=first)
    html = signed_in(cast.coordinator).get(LOG).content.decode()
    assert re.search(r'after <a href="/participants/01-001/eligibility/">01-001</a>', html)
    assert re.search(r'again as <a href="/participants/01-002/eligibility/">01-002</a>', html)


@pytest.mark.req("C1", "I1")
def test_everybody_sees_the_screenings_of_the_own_sites_only(cast: Cast, signed_in: SignIn) -> None:
    made.participant(cast.coordinator, cast.site, 1)
    made.participant(cast.other_coordinator, cast.other_site, 1)
    assert numbers(signed_in(cast.coordinator)) == ["01-001"]
    assert numbers(signed_in(cast.other_investigator)) == ["02-001"]
    assert numbers(signed_in(cast.monitor)) == numbers(signed_in(cast.data_manager)) == ["02-001", "01-001"]
    assert numbers(signed_in(cast.monitor), "?site=01") == ["01-001"]
    assert numbers(signed_in(cast.coordinator), "?site=02") == ["01-001"]
    assert "02-001" not in signed_in(cast.coordinator).get(LOG).content.decode()
    for outsider in (cast.lab_assessor, cast.pharmacist, cast.statistician, cast.administrator):
        for path in (LOG, f"{LOG}flow/", f"{LOG}file/"):
            assert signed_in(outsider).get(path).status_code == 403


@pytest.mark.req("C1")
def test_a_person_who_was_screened_again_elsewhere_is_not_told_to_the_first_site(
    cast: Cast, signed_in: SignIn
) -> None:
    first = made.participant(cast.coordinator, cast.site, 1)
    made.participant(cast.other_coordinator, cast.other_site, 1, after=first)
    assert "02-001" not in signed_in(cast.coordinator).get(LOG).content.decode()
    assert "01-001" not in signed_in(cast.other_coordinator).get(LOG).content.decode()


def test_the_log_can_be_narrowed_and_an_unknown_filter_narrows_nothing(cast: Cast, signed_in: SignIn) -> None:
    failures = (["EX03"], ["EX03", "IN05"], ["IN05"])
    for number, failed in enumerate(failures, 1):
        one = made.participant(cast.coordinator, cast.site, number, on=date(2026, 2, 27 + number - 2))
        made.review(one, ReviewState.SCREEN_FAILURE, by=cast.investigator, failed=failed)
    made.participant(cast.coordinator, cast.site, 4, on=date(2026, 3, 1))
    made.participant(cast.coordinator, cast.site, 5, on=date(2026, 3, 31), randomized=True)
    client = signed_in(cast.monitor)
    everybody = ["01-005", "01-004", "01-003", "01-002", "01-001"]
    assert numbers(client) == everybody
    assert numbers(client, "?reason=EX03") == ["01-002", "01-001"]
    assert numbers(client, "?reason=EX03&month=2026-03") == []
    assert numbers(client, "?outcome=excluded") == everybody[2:]
    assert numbers(client, "?outcome=randomized") == ["01-005"]
    assert numbers(client, "?outcome=screening") == ["01-004"]
    assert numbers(client, "?month=2026-03") == ["01-005", "01-004"]
    assert numbers(client, "?month=2026-02") == everybody[2:]
    for nonsense in ("site=99", "outcome=B", "reason=EX99", "month=2026-13", "month=9999-12", "after=x"):
        assert numbers(client, f"?{nonsense}") == everybody
    assert numbers(client, "?after=2026-03-01.%00") == everybody
    assert [f"{month:%Y-%m}" for month in client.get(LOG).context["months"]] == ["2026-03", "2026-02"]


def test_pages_follow_each_other_without_gap_or_double(cast: Cast, signed_in: SignIn) -> None:
    for number in range(1, 61):
        made.participant(
            cast.coordinator, cast.site, number, on=date(2026, 3, 1) + timedelta(days=number % 3)
        )
    client, seen, query = signed_in(cast.coordinator), [], ""
    while True:
        response = client.get(LOG + query)
        page = response.context["entries"]
        assert len(page) <= 25
        seen += [(entry.RFICDTC, entry.SUBJID) for entry in page]
        if not response.context["next"]:
            break
        query = response.context["next"].removeprefix(LOG)
    assert len(seen) == 60
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize("path", [LOG, f"{LOG}flow/"])
def test_the_number_of_queries_does_not_grow_with_the_screenings(
    cast: Cast, signed_in: SignIn, path: str
) -> None:
    client, counts = signed_in(cast.monitor), []
    for wanted in (3, 40):
        for number in range(Participant.objects.count() + 1, wanted + 1):
            one = made.participant(cast.coordinator, cast.site, number)
            made.review(one, ReviewState.SCREEN_FAILURE, by=cast.investigator, failed=["EX03"])
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 6


@pytest.mark.django_db(transaction=True)
def test_a_page_of_ten_thousand_screenings_reads_its_own_lines_only(owner: psycopg.Connection[Any]) -> None:
    cast = make_cast()
    made.many(cast.coordinator, cast.site, 10_000, owner)
    wanted = Wanted({"01", "02"})
    _, key = page_of(wanted, None)
    for after in (None, key):
        with CaptureQueriesContext(connection) as captured:
            page, _ = page_of(wanted, after)
        assert len(page) == 25
        plan = owner.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {captured[0]['sql']}").fetchall()
        assert most_rows_read(plan) < 100


def most_rows_read(plan: Any) -> float:
    """The most lines that any step of a plan took from a table, counting those it threw away."""
    most = 0.0
    steps: list[Any] = [plan]
    while steps:
        step = steps.pop()
        if isinstance(step, list | tuple):
            steps += step
        elif isinstance(step, dict):
            if "Relation Name" in step:
                read = step["Actual Rows"] + step.get("Rows Removed by Filter", 0)
                most = max(most, read * step["Actual Loops"])
            steps += [step.get("Plan", []), step.get("Plans", [])]
    return most
