"""The casebook page: what each person sees of a participant, with a fixed number of queries."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from trialsite.crf.actions import save_record
from trialsite.crf.outcomes import Saved
from trialsite.protocol import FORMS, MASKED_VISITS, UNSCHEDULED, VISITS
from visits.casebook.signing import seen_hash, sign_visit, signable_forms

pytestmark = pytest.mark.django_db

WEEK_2 = date(2026, 3, 30)


def page(client: Client, user: User, participant: Participant, day: date = WEEK_2) -> str:
    """The casebook as a person sees it on a day, without what differs from one request to the next."""
    client.force_login(user)
    with on(day):
        answer = client.get(f"/participants/{participant.SUBJID}/")
    assert answer.status_code == 200
    html = re.sub(
        r'nonce="[^"]*"|"X-CSRFToken": "[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"',
        "",
        answer.content.decode(),
    )
    return re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


def column(html: str, visit: str) -> str:
    """The part of the page that belongs to one visit."""
    found = re.search(
        rf'<section class="cb-visit[^"]*" aria-labelledby="v-{visit}">.*?</section>', html, re.DOTALL
    )
    assert found, f"{visit} is not on the page"
    return found.group()


def word_at(html: str, visit: str, title: str) -> str:
    """The word that the casebook shows for a form at a visit."""
    found = re.search(
        rf'<span class="cb-name">{title}</span> <span class="state[^>]*><svg.*?</svg> ([^<]*)<',
        column(html, visit),
    )
    assert found, f"{title} does not stand at {visit}"
    return found.group(1)


def test_every_form_of_the_schedule_stands_at_its_visits_and_nowhere_else(
    client: Client, participant: Participant, coordinator: User
) -> None:
    html = page(client, coordinator, participant)
    for visit in (each for each in VISITS if each.code not in UNSCHEDULED[1:]):
        shown = re.findall(r'<span class="cb-name">([^<]*)</span>', column(html, visit.code))
        assert shown == [form.title for form in FORMS if visit.code in (*form.visits, *form.optional)]


def test_the_state_of_a_form_follows_its_record_and_the_window(
    client: Client, participant: Participant, coordinator: User
) -> None:
    with on(WEEK_2):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-30", SVCONTMO="ON-SITE")
        cast.enter(coordinator, participant, "VS", "W2", VSDTC="2026-03-30")
        cast.miss(coordinator, participant, "W6")
    html = page(client, coordinator, participant)
    assert word_at(html, "W2", "Visit dates") == "Complete"
    assert word_at(html, "W2", "Vital signs") == "Incomplete"
    assert word_at(html, "W2", "Oxygen and blood gases") == "Due"
    assert word_at(html, "D1", "Vital signs") == "Overdue"
    assert word_at(html, "W4", "Vital signs") == "Not due"
    assert word_at(html, "W6", "Visit dates") == "Not done"
    assert word_at(html, "W6", "Vital signs") == "Not done"
    assert word_at(html, "X", "Vital signs") == "If needed"


def test_visits_cannot_be_entered_before_the_treatment_number(
    client: Client, site: Site, coordinator: User
) -> None:
    waiting = cast.make_participant(coordinator, site, day1=None)
    html = page(client, coordinator, waiting, date(2026, 3, 3))
    assert f"/participants/{waiting.SUBJID}/S/VS/" in html
    assert f"/participants/{waiting.SUBJID}/W2/VS/" not in html
    assert word_at(html, "S", "Vital signs") == "Due"
    assert word_at(html, "W2", "Vital signs") == "Not due"
    assert 'aria-labelledby="v-X"' not in html


@pytest.mark.req("L19", "B1")
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INVESTIGATOR, Role.MONITOR, Role.DATA_MANAGER])
def test_a_masked_form_shows_no_state_and_opens_for_nobody_who_is_blinded(
    client: Client, participant: Participant, site: Site, role: Role
) -> None:
    blinded = cast.make_person(role, None if role in (Role.MONITOR, Role.DATA_MANAGER) else site)
    assessor = cast.make_person(Role.LAB_ASSESSOR, site)
    before = page(client, blinded, participant)
    with on(WEEK_2):
        entered = cast.enter(
            assessor, participant, "LBI", "W2", LBIDTC="2026-03-30", CRP="0.5", CRP_UNIT="mg/L"
        )
        assert isinstance(entered, Saved), entered
        cast.enter(assessor, participant, "LBI", "X", LBIDTC="2026-03-30")
    after = page(client, blinded, participant)
    assert after == before
    for visit in (each for each in MASKED_VISITS if each not in UNSCHEDULED[1:]):
        assert word_at(after, visit, "Laboratory: inflammation and lipids") == "Masked"
        with on(WEEK_2):
            assert client.get(f"/participants/{participant.SUBJID}/{visit}/LBI/").status_code == 404
    assert "/W2/LBI/" not in after


@pytest.mark.req("L19")
def test_the_laboratory_assessor_sees_the_state_and_opens_the_form(
    client: Client, participant: Participant, site: Site
) -> None:
    assessor = cast.make_person(Role.LAB_ASSESSOR, site)
    html = page(client, assessor, participant)
    assert word_at(html, "W2", "Laboratory: inflammation and lipids") == "Due"
    assert f"/participants/{participant.SUBJID}/W2/LBI/" in html
    with on(WEEK_2):
        assert client.get(f"/participants/{participant.SUBJID}/W2/LBI/").status_code == 200


@pytest.mark.req("C1")
def test_a_participant_of_another_site_is_not_found(client: Client, participant: Participant) -> None:
    elsewhere = cast.make_person(Role.COORDINATOR, cast.make_site("02"))
    client.force_login(elsewhere)
    assert client.get(f"/participants/{participant.SUBJID}/").status_code == 404
    assert client.get(f"/visits/{participant.SUBJID}/W2/").status_code == 404
    assert participant.SUBJID not in client.get("/visits/").content.decode()


@pytest.mark.req("C1")
@pytest.mark.parametrize("role", [Role.PHARMACIST, Role.STATISTICIAN, Role.ADMINISTRATOR])
def test_who_sees_no_participants_sees_no_casebook(
    client: Client, participant: Participant, role: Role
) -> None:
    client.force_login(cast.make_person(role, None))
    assert client.get(f"/participants/{participant.SUBJID}/").status_code == 403


def test_the_number_of_queries_does_not_grow_with_visits_forms_or_records(
    client: Client, participant: Participant, coordinator: User, site: Site
) -> None:
    def queries(of: Participant) -> int:
        with on(WEEK_2), CaptureQueriesContext(connection) as captured:
            assert client.get(f"/participants/{of.SUBJID}/").status_code == 200
        return len(captured)

    client.force_login(coordinator)
    queries(participant)  # the first request of a session writes when it began

    investigator = cast.make_person(Role.INVESTIGATOR, site)

    def sign(visit: str) -> None:
        seen = seen_hash(signable_forms(participant, visit))
        sign_visit(by=investigator, participant=participant, visit=visit, password=freely, seen=seen)

    with on(date(2026, 5, 20)):
        cast.enter(coordinator, participant, "RE", "S", REDTC="2026-03-10", FVCPP="78.4")
        event(coordinator, participant, 1, AETERM="Rash", AESTDTC="2026-03-20")
        cast.enter(coordinator, participant, "SV", "D1", SVSTDTC="2026-03-16", SVCONTMO="ON-SITE")
        sign("D1")
    first = queries(participant)
    with on(date(2026, 5, 20)):
        for visit in ("W2", "W4", "W6", "W8", "X", "X2"):
            cast.enter(
                coordinator,
                participant,
                "SV",
                visit,
                SVSTDTC="2026-03-30",
                SVSTDTC_OK="1",
                SVCONTMO="ON-SITE",
            )
            cast.enter(coordinator, participant, "VS", visit, VSDTC="2026-03-30")
            cast.enter(coordinator, participant, "OX", visit, OXDTC="2026-03-30", SPO2="95")
            sign(visit)
        cast.enter(coordinator, participant, "RE", "W8", REDTC="2026-05-11", FVCPP="82")
        for number in range(2, 12):
            event(coordinator, participant, number, AETERM="Nausea", AESTDTC="2026-04", AEENDTC="2026-05")
    assert queries(participant) == first
    assert first <= 30


def freely(by: User) -> None:
    """Stands for a password that was typed and is right."""


def event(by: User, participant: Participant, number: int, **typed: str) -> None:
    """Enter an adverse event."""
    saved = save_record(
        by=by,
        participant=participant,
        form="AE",
        visit="LOG",
        typed=typed,
        version=0,
        key=uuid.uuid4(),
        repeat=number,
    )
    assert isinstance(saved, Saved), saved


def test_the_page_says_what_to_do_next(client: Client, participant: Participant, coordinator: User) -> None:
    html = page(client, coordinator, participant)
    assert '<a class="btn btn-primary" href="/participants/01-001/S/DS/">Enter Screening: ' in html
    assert "Day 1 is overdue." in html
