"""Leaving the study early: what it closes and opens; corrected and taken back; its page."""

from datetime import date

import pytest
from django.test import Client

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.reading import history_of
from trialsite.crf.outcomes import Saved
from trialsite.crf.permissions import EntryClosed
from visits.calendar.appointments import NotBookable, book_visit
from visits.calendar.ends import early_end_of
from visits.calendar.leaving import NotRecorded, record_early_end, take_back_early_end
from visits.deviations.states import ProposalState
from visits.models import ProposedDeviation, ScheduledVisit

pytestmark = pytest.mark.django_db

LEFT = date(2026, 4, 8)
TODAY = date(2026, 4, 11)  # week 4 is in its window
ADDRESS = "/participants/01-001/early-end/"


def states(participant: Participant) -> list[str]:
    """The states of the five visits in their order."""
    return list(ScheduledVisit.objects.filter(participant=participant).values_list("state", flat=True))


def leave(by: User, participant: Participant, **changed: object) -> None:
    asked: dict[str, object] = {"left_on": LEFT, "because": "LOST"}
    record_early_end(by=by, participant=participant, **(asked | changed))  # type: ignore[arg-type]


def test_later_visits_are_closed_and_the_early_end_opens(coordinator: User, participant: Participant) -> None:
    with on(TODAY):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-30", SVCONTMO="ON-SITE")
        with pytest.raises(EntryClosed, match="opens when it has been recorded"):
            cast.enter(coordinator, participant, "SV", "E", SVSTDTC="2026-04-08", SVCONTMO="ON-SITE")
        leave(coordinator, participant)
        assert early_end_of(participant) == LEFT
        assert states(participant) == ["AHEAD", "TOOK_PLACE", "CLOSED", "CLOSED", "CLOSED"]
        entered = cast.enter(coordinator, participant, "SV", "E", SVSTDTC="2026-04-08", SVCONTMO="ON-SITE")
        assert isinstance(entered, Saved)
        with pytest.raises(EntryClosed, match="Closed: left the study on 2026-04-08"):
            cast.enter(coordinator, participant, "SV", "W6", SVSTDTC="2026-04-11", SVCONTMO="ON-SITE")
        week_4 = ScheduledVisit.objects.get(participant=participant, code="W4")
        with pytest.raises(NotBookable, match="Closed: left the study on 2026-04-08"):
            book_visit(by=coordinator, visit=week_4, on=date(2026, 4, 13))


@pytest.mark.req("A3")
def test_an_early_end_is_corrected_and_taken_back_with_a_reason(
    coordinator: User, participant: Participant
) -> None:
    with on(TODAY):
        leave(coordinator, participant)
        later = date(2026, 4, 10)
        with pytest.raises(NotRecorded, match="Say why this is corrected"):
            leave(coordinator, participant, left_on=later, seen=LEFT)
        leave(coordinator, participant, left_on=later, because="AE", seen=LEFT, reason="The letter says so")
        assert (participant.left_on, participant.left_because) == (later, "AE")
        with pytest.raises(NotRecorded, match="Say why this is taken back"):
            take_back_early_end(by=coordinator, participant=participant, seen=later, reason=" ")
        take_back_early_end(by=coordinator, participant=participant, seen=later, reason="Came back")
    assert states(participant) == ["AHEAD"] * 5
    changes = history_of("screening_participant", str(participant.pk), {"left_on"})
    assert [(change.old, change.new, change.reason) for change in changes[:3]] == [
        ("2026-04-10", None, "Came back"),
        ("2026-04-08", "2026-04-10", "The letter says so"),
        (None, "2026-04-08", ""),
    ]


@pytest.mark.req("F9")
def test_an_early_end_that_somebody_else_recorded_meanwhile_is_not_overwritten(
    coordinator: User, participant: Participant
) -> None:
    with on(TODAY):
        leave(coordinator, participant)
        with pytest.raises(
            NotRecorded, match="somebody else changed this: the early end is recorded for 2026-04-08"
        ):
            leave(coordinator, participant, because="AE")


def test_a_visit_outside_its_window_that_is_closed_is_no_deviation(
    coordinator: User, participant: Participant
) -> None:
    week_4 = ScheduledVisit.objects.get(participant=participant, code="W4")
    book_visit(by=coordinator, visit=week_4, on=date(2026, 4, 20), reason="Holiday")
    with on(TODAY):
        leave(coordinator, participant)
    assert ProposedDeviation.objects.get().state == ProposalState.WITHDRAWN


@pytest.mark.req("C1", "I2")
def test_only_the_team_of_the_site_records_it(site: Site, participant: Participant) -> None:
    for person in (cast.make_person(Role.MONITOR, None), cast.make_person(Role.LAB_ASSESSOR, site)):
        with on(TODAY), pytest.raises(NotAllowed):
            leave(person, participant)


def test_the_page_records_it_and_leads_to_the_end_of_study(
    client: Client, coordinator: User, participant: Participant
) -> None:
    client.force_login(coordinator)
    with on(TODAY):
        assert "Record the early end" in client.get(ADDRESS).content.decode()
        refused = client.post(ADDRESS, {"left_on": "2026-04-12", "because": "LOST", "seen": ""})
        assert refused.status_code == 422
        assert "to today, 2026-04-11" in refused.content.decode()
        assert 'value="2026-04-12"' in refused.content.decode()
        done = client.post(ADDRESS, {"left_on": "2026-04-08", "because": "LOST", "seen": ""})
        assert done.headers["Location"] == "/participants/01-001/E/DSE/"
        page = client.get(ADDRESS).content.decode()
        assert "Left the study on 8 Apr 2026." in page
        assert "Lost to follow-up" in page
        asked = client.post(ADDRESS, {"why": "Was on placebo", "seen": "2026-04-08"})
        assert asked.status_code == 422
        assert "could unblind" in asked.text
        back = client.post(ADDRESS, {"why": "Wrong participant", "seen": "2026-04-08"})
        assert back.status_code == 302
    participant.refresh_from_db()
    assert participant.left_on is None


def test_pages_say_that_the_participant_left(
    client: Client, coordinator: User, participant: Participant
) -> None:
    client.force_login(coordinator)
    with on(TODAY):
        leave(coordinator, participant)
        casebook = client.get("/participants/01-001/").content.decode()
        form = client.get("/participants/01-001/W6/VS/").content.decode()
        listed = client.get("/visits/").content.decode()
    assert "Left the study on 8 Apr 2026:" in casebook
    assert "/participants/01-001/W6/VS/" not in casebook
    assert "/participants/01-001/E/DSE/" in casebook
    assert "Closed: left the study on 2026-04-08." in form
    assert "Week 6" not in listed


def test_an_unscheduled_visit_opens_with_its_reason(
    client: Client, coordinator: User, participant: Participant
) -> None:
    client.force_login(coordinator)
    with on(TODAY):
        address = "/participants/01-001/unscheduled/"
        assert client.get(address).headers["Location"] == "/participants/01-001/X/UN/"
        cast.enter(coordinator, participant, "SV", "X", SVSTDTC="2026-04-11", SVCONTMO="ON-SITE")
        assert client.get(address).headers["Location"] == "/participants/01-001/X2/UN/"
