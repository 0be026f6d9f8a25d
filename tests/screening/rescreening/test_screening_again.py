"""Screening a person again: who may, when, under which number, and what follows from the link."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from threading import Barrier
from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from screening.actions import record_screen_failure, sign_eligibility, submit_for_review
from screening.case import case_of
from screening.models import EligibilityReview, Participant
from screening.policies import ReviewRefused, submit_refusal
from screening.registration import RegistrationRefused
from screening.rescreening import RescreeningRefused, rescreen, rescreen_refusal
from screening.review_states import ReviewState
from tests.screening.factories import (
    Cast,
    correct,
    eligible_participant,
    hash_now,
    make_cast,
    password_given,
    registered,
    signed_participant,
    why_no_number,
)
from trialsite import clock
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from trialsite.home.enrolment import enrolment

TODAY = date(2026, 3, 16)


def at(on: date) -> Any:
    return clock.set_to(datetime(on.year, on.month, on.day, 2, tzinfo=UTC))


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with at(TODAY):
        yield make_cast()


def failed(cast: Cast) -> Participant:
    """A participant with a signed screening failure."""
    participant = eligible_participant(cast.coordinator, cast.site, {"DC.MDA5RES": "NEGATIVE"})
    submit_for_review(by=cast.coordinator, participant=participant)
    record_screen_failure(
        by=cast.investigator,
        participant=participant,
        password=password_given,
        seen_hash=hash_now(participant),
    )
    return participant


def again(cast: Cast, participant: Participant, **changed: Any) -> Participant:
    given: dict[str, Any] = {
        "by": cast.coordinator,
        "participant": participant,
        "RFICDTC": TODAY,
        "RFICTIM": time(9, 30),
        "ICVER": "1.1",
        "key": uuid.uuid4(),
    }
    return rescreen(**given | changed)


@pytest.mark.req("B2")
def test_a_screening_failure_is_followed_by_a_new_number_with_a_consent_of_its_own(cast: Cast) -> None:
    first = failed(cast)
    later = again(cast, first)
    assert (first.SUBJID, later.SUBJID) == ("01-001", "01-002")
    assert later.rescreen_of == first
    assert date(2026, 3, 16) == later.RFICDTC
    assert date(2026, 3, 2) == first.RFICDTC
    [live] = EligibilityReview.objects.filter(participant=first)
    assert live.state == ReviewState.SCREEN_FAILURE, "the earlier outcome stays"


def test_a_screening_that_outlasted_its_window_is_followed_and_its_review_becomes_void(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    with at(date(2026, 3, 30)), pytest.raises(RescreeningRefused, match="after 30 Mar 2026 without a"):
        again(cast, participant, RFICDTC=date(2026, 3, 30))
    with at(date(2026, 3, 31)):
        later = again(cast, participant, RFICDTC=date(2026, 3, 31))
    review.refresh_from_db()
    assert (review.state, review.void_reason) == (ReviewState.VOIDED, f"Screened again as {later.SUBJID}.")


def test_a_screening_that_goes_on_is_not_followed(cast: Cast) -> None:
    with pytest.raises(RescreeningRefused, match="goes on"):
        again(cast, registered(cast.coordinator, cast.site))


def test_a_screening_is_followed_once(cast: Cast) -> None:
    first = failed(cast)
    later = again(cast, first)
    with pytest.raises(RescreeningRefused, match=f"screened again as {later.SUBJID} already"):
        again(cast, first)


@pytest.mark.req("F7")
def test_the_same_key_screens_once(cast: Cast) -> None:
    first, key = failed(cast), uuid.uuid4()
    assert again(cast, first, key=key) == again(cast, first, key=key)
    assert Participant.objects.count() == 2


@pytest.mark.req("B2")
@pytest.mark.parametrize("on", [date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 17)])
def test_the_new_consent_is_of_a_later_day_and_not_of_the_future(cast: Cast, on: date) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        again(cast, failed(cast), RFICDTC=on)
    assert list(refused.value.refusals) == ["RFICDTC"]
    assert Participant.objects.count() == 1


def test_who_was_randomized_is_not_screened_again(cast: Cast) -> None:
    first = failed(cast)
    with acting("system:tests"):
        Participant.objects.filter(pk=first.pk).update(RANDNO="R-1001", day1=TODAY)
    with pytest.raises(RescreeningRefused, match="01-001 has a treatment number"):
        again(cast, first)


def test_the_earlier_screening_is_not_taken_up_again(cast: Cast) -> None:
    first = failed(cast)
    again(cast, first)
    correct(cast.coordinator, first, "DC", MDA5RES="POSITIVE")
    first = Participant.objects.get(pk=first.pk)
    assert case_of(first).eligible
    assert (
        submit_refusal(cast.coordinator, case_of(first)) == "01-001 is screened again as 01-002. Go on there."
    )
    with pytest.raises(ReviewRefused, match="screened again"):
        submit_for_review(by=cast.coordinator, participant=first)
    with pytest.raises(ReviewRefused, match="screened again"):
        sign_eligibility(
            by=cast.investigator, participant=first, password=password_given, seen_hash=hash_now(first)
        )
    assert why_no_number(first, TODAY) == "01-001 is screened again as 01-002. Go on there."


@pytest.mark.req("B2")
def test_the_database_gives_no_number_to_an_earlier_screening(cast: Cast) -> None:
    first = failed(cast)
    later = again(cast, first)
    with (
        pytest.raises((InternalError, ProgrammingError), match="screened again under another number"),
        transaction.atomic(),
        acting("system:tests"),
    ):
        Participant.objects.filter(pk=first.pk).update(RANDNO="R-1001", day1=TODAY)
    with (
        pytest.raises((InternalError, ProgrammingError), match="never altered"),
        transaction.atomic(),
        acting("system:tests"),
    ):
        Participant.objects.filter(pk=later.pk).update(rescreen_of=None)


@pytest.mark.req("C1")
def test_only_the_team_of_the_site_screens_again(cast: Cast) -> None:
    first = failed(cast)
    for person in (cast.other_coordinator, cast.monitor, cast.data_manager, cast.statistician):
        with pytest.raises(NotAllowed):
            again(cast, first, by=person)
    assert again(cast, first, by=cast.investigator).SUBJID == "01-002"


@pytest.mark.req("A1")
def test_history_says_who_screened_again_and_what_it_follows(cast: Cast) -> None:
    first = failed(cast)
    later = again(cast, first)
    changes = history_of(Participant._meta.db_table, str(later.pk), ["rescreen_of_id"])
    assert [(each.actor, str(each.new)) for each in changes] == [("coordinator", str(first.pk))]


def test_enrolment_counts_persons(cast: Cast) -> None:
    first = failed(cast)
    assert (enrolment().screened, enrolment().failed) == (1, 1)
    again(cast, first)
    assert (enrolment().screened, enrolment().failed) == (1, 0), "the person is in screening again"


def test_both_pages_and_the_list_show_the_link(cast: Cast, client: Client) -> None:
    first = failed(cast)
    client.force_login(cast.coordinator)
    page = client.get(f"/participants/{first.SUBJID}/").content.decode()
    assert reverse("screening:rescreen", kwargs={"SUBJID": first.SUBJID}) in page
    form = client.get(reverse("screening:rescreen", kwargs={"SUBJID": first.SUBJID})).content.decode()
    assert "Always entered anew" in form
    later = again(cast, first)
    page = client.get(f"/participants/{first.SUBJID}/").content.decode()
    assert f"/participants/{later.SUBJID}/" in page
    assert f"{first.SUBJID} is screened again as {later.SUBJID} already" in page
    assert f"/participants/{first.SUBJID}/" in client.get(f"/participants/{later.SUBJID}/").content.decode()
    listed = client.get(reverse("screening:participants")).content.decode()
    assert 'before <span class="num">01-001' in listed
    assert 'again as <span class="num">01-002' in listed


def test_the_page_registers_and_says_what_hinders(cast: Cast, client: Client) -> None:
    first = failed(cast)
    client.force_login(cast.coordinator)
    address = reverse("screening:rescreen", kwargs={"SUBJID": first.SUBJID})
    typed = {"RFICDTC": "2026-03-02", "RFICTIM": "09:30", "ICVER": "1.1", "key": str(uuid.uuid4())}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "A new screening has a new consent" in refused.content.decode()
    done = client.post(address, typed | {"RFICDTC": "2026-03-16"})
    assert done.headers["Location"] == "/participants/01-002/S/SV/"
    late = client.post(address, typed | {"RFICDTC": "2026-03-16", "key": str(uuid.uuid4())})
    assert late.status_code == 409
    assert "screened again as 01-002 already" in late.content.decode()


def test_the_reason_stands_beside_the_button_while_the_screening_goes_on(cast: Cast, client: Client) -> None:
    participant = registered(cast.coordinator, cast.site)
    client.force_login(cast.coordinator)
    assert (
        "The screening of 01-001 goes on"
        in client.get(f"/participants/{participant.SUBJID}/").content.decode()
    )
    client.force_login(cast.monitor)
    assert "Screen again" not in client.get(f"/participants/{participant.SUBJID}/").content.decode()


def test_each_reason_is_a_sentence(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    for user in (cast.coordinator, cast.monitor):
        reason = rescreen_refusal(user, participant, None)
        assert reason
        assert reason.endswith(".")


@pytest.mark.req("F4")
@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_later_screening(transactional_db: None) -> None:
    with at(TODAY):
        cast = make_cast()
        first = failed(cast)
        start = Barrier(2)

        def press(pk: int) -> str:
            try:
                by, participant = (
                    User.objects.get(pk=pk),
                    Participant.objects.select_related("site").get(pk=first.pk),
                )
                start.wait(timeout=30)
                return again(cast, participant, by=by).SUBJID
            except RescreeningRefused as refused:
                return refused.reason
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            said = sorted(pool.map(press, (cast.coordinator.pk, cast.investigator.pk)))
        assert said == ["01-001 is screened again as 01-002 already. Go on there.", "01-002"]
