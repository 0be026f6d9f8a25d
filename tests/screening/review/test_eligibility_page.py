"""The eligibility page: what it shows to whom, and what comes of pressing its buttons."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.actions import submit_for_review
from screening.criteria import CRITERIA
from screening.models import EligibilityReview, Participant
from tests.screening.factories import (
    PASSWORD,
    Cast,
    correct,
    eligible_participant,
    hash_now,
    registered,
    signed_participant,
)
from tests.screening.review.conftest import SignIn
from trialsite.accounts.actions import set_password
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from trialsite.audit.events import events
from trialsite.audit.sign_ins import PASSWORD_REFUSED

pytestmark = pytest.mark.django_db
PLAT_40 = {"value": "40", "unit": "10^9/L"}


def address(participant: Participant, end: str = "") -> str:
    return f"/participants/{participant.SUBJID}/eligibility/{end}"


def text_of(client: Client, participant: Participant, end: str = "") -> str:
    response = client.get(address(participant, end))
    assert response.status_code == 200
    return words(response.content)


def words(content: bytes) -> str:
    """The words of a page, without markup."""
    body = re.sub(r"<(style|script).*?</\1>", "", content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def waiting(cast: Cast) -> Participant:
    participant = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=participant)
    return participant


def test_each_criterion_is_shown_with_text_verdict_rule_and_assumptions(
    cast: Cast, signed_in: SignIn
) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, {"LB.PLAT": PLAT_40}, without=("TB",))
    text = text_of(signed_in(cast.monitor), participant)
    for criterion in CRITERIA:
        assert f" {criterion.code} {criterion.title} " in text
        assert f"Protocol {criterion.text} {criterion.source}." in text
        assert criterion.rule in text
        for assumed in criterion.assumed:
            assert assumed in text
    assert "Not eligible" in text
    assert "Applies: EX03. Not yet known: EX05. The participant cannot be randomized." in text
    titles = {criterion.code: f" {criterion.code} {criterion.title} " for criterion in CRITERIA}
    assert text.index(titles["EX03"]) < text.index(titles["EX05"]) < text.index(titles["IN01"])


def test_each_value_is_shown_with_unit_source_and_the_field_to_correct_it(
    cast: Cast, signed_in: SignIn
) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, {"LB.PLAT": PLAT_40}, without=("TB",))
    client = signed_in(cast.coordinator)
    html = client.get(address(participant)).content.decode()
    base = f"/participants/{participant.SUBJID}/S"
    assert f'href="{base}/LB/#f-PLAT"' in html
    assert f'href="{base}/GC/#f-RECORDS-1-CMDOSTOT"' in html
    assert f'href="{base}/TB/#f-IGRARES"' in html
    text = text_of(client, participant)
    assert "Platelets LB.PLAT 40 10^9/L 2 Mar 2026 Dr Coordinator," in text
    assert "46 U/L ULN 40" in text
    assert "Missing: Active tuberculosis TB.TBACT" in text


def test_a_value_typed_in_another_unit_is_shown_as_both(cast: Cast, signed_in: SignIn) -> None:
    participant = eligible_participant(
        cast.coordinator, cast.site, {"VS.WEIGHT": {"value": "116", "unit": "jin"}}
    )
    assert "58 kg typed 116 jin" in text_of(signed_in(cast.monitor), participant)


def test_derived_values_and_the_day_on_which_time_cures_are_shown(cast: Cast, signed_in: SignIn) -> None:
    changes = {"CM.IVIGYN": "Y", "CM.IVIGENDTC": "2026-02-20"}
    participant = eligible_participant(cast.coordinator, cast.site, changes)
    text = text_of(signed_in(cast.monitor), participant)
    assert "Creatinine clearance 108.25 mL/min" in text
    assert "PaO₂/FiO₂ 390.5 mmHg" in text
    assert "In order from 22 Mar 2026 , if nothing else changes." in text


@pytest.mark.req("C1")
def test_another_sites_participant_is_not_found(cast: Cast, signed_in: SignIn) -> None:
    participant = waiting(cast)
    review = EligibilityReview.objects.get()
    for person in cast.outside_site():
        client = signed_in(person)
        assert client.get(address(participant)).status_code == 404
        assert client.get(address(participant, f"{review.pk}/")).status_code == 404
        assert client.post(address(participant, "submit/")).status_code == 404
    assert signed_in(cast.other_investigator).post(address(participant, "decide/")).status_code == 404


@pytest.mark.req("C1")
def test_who_may_not_see_eligibility_is_refused(cast: Cast, signed_in: SignIn) -> None:
    participant = waiting(cast)
    for person in (cast.lab_assessor, cast.pharmacist, cast.statistician, cast.administrator):
        assert signed_in(person).get(address(participant)).status_code == 403
    for person in (cast.monitor, cast.data_manager):
        assert signed_in(person).get(address(participant)).status_code == 200
        assert signed_in(person).post(address(participant, "submit/")).status_code == 403
        assert signed_in(person).post(address(participant, "decide/")).status_code == 403


def test_a_review_of_another_participant_is_not_found_here(cast: Cast, signed_in: SignIn) -> None:
    waiting(cast)
    other = registered(cast.coordinator, cast.site)
    review = EligibilityReview.objects.get()
    assert signed_in(cast.monitor).get(address(other, f"{review.pk}/")).status_code == 404


def decide(
    client: Client, participant: Participant, decision: str = "approved", **values: str | list[str]
) -> tuple[int, str]:
    """Press a button of the decision panel: (status, words of the page that comes back)."""
    sent = {"decision": decision, "password": PASSWORD, "seen_hash": hash_now(participant)} | values
    response = client.post(address(participant, "decide/"), sent)
    return response.status_code, words(response.content)


@pytest.mark.req("E1", "E3")
def test_a_signature_is_shown_with_name_both_times_and_meaning(cast: Cast, signed_in: SignIn) -> None:
    participant = waiting(cast)
    assert decide(signed_in(cast.investigator), participant)[0] == 302
    review = EligibilityReview.objects.get(state="signed")
    assert review.signed_at is not None
    for end in ("", f"{review.pk}/"):
        text = text_of(signed_in(cast.monitor), participant, end)
        assert "Signed by Dr Investigator (investigator), investigator, " in text
        assert f"{review.signed_at.astimezone(cast.site.zone):%H:%M} Asia/Shanghai" in text
        assert f"{review.signed_at:%Y-%m-%d %H:%M:%S} UTC" in text
        assert review.meaning in text
        assert review.signature in text
        assert review.content_hash in text
        assert "The signature matches what was frozen." in text


@pytest.mark.req("E3", "A6")
def test_a_wrong_missing_or_other_persons_password_signs_nothing_and_is_logged(
    cast: Cast, signed_in: SignIn
) -> None:
    participant = waiting(cast)
    other = "another-staple-7-battery"
    set_password(by=cast.second_investigator, user=cast.second_investigator, password=other)
    client = signed_in(cast.investigator)
    status, text = decide(client, participant, password="")
    assert (status, "Give your password: it is your signature." in text) == (422, True)
    for password in ("wrong-horse", other):
        status, text = decide(client, participant, password=password)
        assert (status, "This is not your password" in text) == (422, True)
        assert password not in text
    assert EligibilityReview.objects.get().state == "submitted"
    assert [event.actor for event in events(what=PASSWORD_REFUSED)] == ["investigator"] * 2


@pytest.mark.req("E2", "F9")
def test_a_stale_page_signs_nothing_and_shows_the_page_anew(cast: Cast, signed_in: SignIn) -> None:
    participant = waiting(cast)
    seen = hash_now(participant)
    correct(cast.coordinator, participant, "VS", WEIGHT="61")
    submit_for_review(by=cast.coordinator, participant=participant)
    status, text = decide(signed_in(cast.investigator), participant, seen_hash=seen)
    assert (status, "The data have changed since you opened the page" in text) == (409, True)
    assert "Weight 61 kg" in text
    assert not EligibilityReview.objects.filter(state="signed").exists()


def test_the_button_says_why_it_cannot_be_pressed(cast: Cast, signed_in: SignIn) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, {"LB.PLAT": PLAT_40})
    client = signed_in(cast.investigator)
    assert "The screening has not been submitted for review." in text_of(client, participant)
    submit_for_review(by=cast.coordinator, participant=participant)
    html = client.get(address(participant)).content.decode()
    assert re.search(
        r"<button[^>]* disabled[^>]*>.{0,200}Sign as eligible</button><p[^>]*>Applies: EX03\.", html
    )
    status, text = decide(client, participant)
    assert (status, "Not signed. Applies: EX03." in text) == (422, True)


def test_a_question_goes_back_to_the_coordinator_with_a_link_to_its_field(
    cast: Cast, signed_in: SignIn
) -> None:
    participant = waiting(cast)
    client = signed_in(cast.investigator)
    status, text = decide(client, participant, "returned", question=" ")
    assert (status, "at least one question is needed" in text) == (422, True)
    status, text = decide(client, participant, "returned", question="Call 13812345678", about="LB.ALT")
    assert (status, "telephone number" in text, "Call 13812345678" in text) == (422, True, True)
    assert decide(client, participant, "returned", question="Fasting?", about="LB.ALT")[0] == 302
    html = signed_in(cast.coordinator).get(address(participant)).content.decode()
    sent_back = html[html.index("Dr Investigator sends it back.") :]
    assert re.match(r'[^"]*"[^"]*/S/LB/#f-ALT">ALT</a>: Fasting\?', sent_back)


def test_a_screening_failure_is_recorded_with_its_criteria(cast: Cast, signed_in: SignIn) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, {"LB.PLAT": PLAT_40})
    assert signed_in(cast.coordinator).post(address(participant, "submit/")).status_code == 302
    assert (
        decide(signed_in(cast.investigator), participant, "screen failure", note="Repeat declined.")[0] == 302
    )
    text = text_of(signed_in(cast.monitor), participant)
    assert "record a screening failure because of EX03." in text
    assert "Repeat declined." in text


def test_a_void_signature_is_shown_with_its_reason(cast: Cast, signed_in: SignIn) -> None:
    participant, review = signed_participant(cast)
    correct(cast.coordinator, participant, "VS", WEIGHT="61")
    text = text_of(signed_in(cast.coordinator), participant)
    assert "The last review is void. Changed since it was frozen: VS.WEIGHT." in text
    assert review.signature in text
    assert "58 kg" in text_of(signed_in(cast.coordinator), participant, f"{review.pk}/")


def test_a_void_signature_behind_a_number_is_shown_loudly(cast: Cast, signed_in: SignIn) -> None:
    participant, _ = signed_participant(cast)
    with acting("system:tests"):
        Participant.objects.filter(pk=participant.pk).update(RANDNO="R-1042", day1="2026-03-16")
    assert "No valid signature" not in text_of(signed_in(cast.monitor), participant)
    correct(cast.coordinator, participant, "VS", WEIGHT="61")
    text = text_of(signed_in(cast.monitor), participant)
    assert "No valid signature stands behind the treatment number R-1042." in text


@pytest.mark.req("E2")
def test_data_changed_past_the_application_are_named(cast: Cast, signed_in: SignIn) -> None:
    participant = waiting(cast)
    with acting("system:tests"), connection.cursor() as cursor:
        cursor.execute('UPDATE screening_vitalsigns SET "WEIGHT" = 62')
    text = text_of(signed_in(cast.investigator), participant)
    assert "The data are not what was submitted. Different now: VS.WEIGHT." in text
    assert "Not as it was submitted: VS.WEIGHT. It has to be submitted again." in text


def test_unfolded_for_printing_nothing_stays_closed(cast: Cast, signed_in: SignIn) -> None:
    participant = waiting(cast)
    client = signed_in(cast.monitor)
    assert client.get(address(participant)).content.count(b"<details open") == 0
    assert client.get(address(participant) + "?unfold").content.count(b"<details open") == len(CRITERIA)


def test_the_page_costs_the_same_whatever_it_shows(cast: Cast, signed_in: SignIn) -> None:
    empty = registered(cast.coordinator, cast.site)
    full, _ = signed_participant(cast)
    correct(cast.coordinator, full, "VS", WEIGHT="61")
    submit_for_review(by=cast.coordinator, participant=full)
    queries(cast.monitor, empty)  # the protocol version is read once in a process
    assert queries(cast.monitor, empty) == queries(cast.monitor, full) <= 35
    # Whoever can submit is shown the investigators, by one query.
    assert queries(cast.investigator, empty) == queries(cast.investigator, full) + 1


def queries(user: User, participant: Participant) -> int:
    """How many queries the page takes for somebody who is signed in."""
    client = Client()
    client.force_login(user)
    client.get(address(participant))
    with CaptureQueriesContext(connection) as captured:
        client.get(address(participant))
    return len(captured)
