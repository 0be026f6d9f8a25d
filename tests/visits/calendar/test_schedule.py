"""The five visits: opened once by the treatment number, booked inside the window or with a reason."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from randomization.models import TreatmentRequest
from randomization.signals import number_given
from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from visits.calendar.appointments import NotBookable, book_visit
from visits.models import ScheduledVisit

pytestmark = pytest.mark.django_db

OUTSIDE = date(2026, 4, 3)
INSIDE = date(2026, 3, 31)


@pytest.fixture
def week_2(participant: Participant) -> ScheduledVisit:
    """Week 2, window 27 March to 2 April."""
    return ScheduledVisit.objects.get(participant=participant, code="W2")


def test_the_treatment_number_opens_five_visits_with_their_windows(participant: Participant) -> None:
    visits = ScheduledVisit.objects.filter(participant=participant).order_by("target")
    assert [(visit.code, visit.target, visit.window_open, visit.window_close) for visit in visits] == [
        ("D1", date(2026, 3, 16), date(2026, 3, 16), date(2026, 3, 16)),
        ("W2", date(2026, 3, 30), date(2026, 3, 27), date(2026, 4, 2)),
        ("W4", date(2026, 4, 13), date(2026, 4, 10), date(2026, 4, 16)),
        ("W6", date(2026, 4, 27), date(2026, 4, 24), date(2026, 4, 30)),
        ("W8", date(2026, 5, 11), date(2026, 5, 8), date(2026, 5, 14)),
    ]


@pytest.mark.req("F7")
def test_a_signal_that_comes_twice_opens_the_schedule_once(
    participant: Participant, week_2: ScheduledVisit
) -> None:
    with acting("system:tests"):
        number_given.send(sender=TreatmentRequest, participant=participant, request=None)
    assert ScheduledVisit.objects.filter(participant=participant).count() == 5
    changes = history_of("visits_scheduledvisit", str(week_2.pk))
    assert [change.column for change in changes if change.new == "W2"] == ["code"]
    assert {change.op for change in changes} == {"I"}


@pytest.mark.req("D3")
def test_the_schedule_is_gone_when_the_transaction_that_gave_the_number_fails(
    site: Site, coordinator: User
) -> None:
    with transaction.atomic():
        cast.make_participant(coordinator, site)
        assert ScheduledVisit.objects.count() == 5
        transaction.set_rollback(True)
    assert not ScheduledVisit.objects.exists()


def test_a_participant_has_each_visit_once(participant: Participant, week_2: ScheduledVisit) -> None:
    again = ScheduledVisit(
        participant=participant,
        code="W2",
        target=week_2.target,
        window_open=week_2.window_open,
        window_close=week_2.window_close,
    )
    with pytest.raises(IntegrityError, match="visit_once_per_participant"), acting("system:tests"):
        again.save()


def test_a_day_in_the_window_is_booked_without_a_reason(coordinator: User, week_2: ScheduledVisit) -> None:
    book_visit(by=coordinator, visit=week_2, on=INSIDE)
    week_2.refresh_from_db()
    assert (week_2.booked_on, week_2.booking_reason) == (INSIDE, "")
    assert history_of("visits_scheduledvisit", str(week_2.pk))[0].actor == coordinator.username


def test_a_day_outside_the_window_needs_a_reason(coordinator: User, week_2: ScheduledVisit) -> None:
    with pytest.raises(NotBookable, match="after the window, 2026-03-27 to 2026-04-02"):
        book_visit(by=coordinator, visit=week_2, on=OUTSIDE)
    book_visit(by=coordinator, visit=week_2, on=OUTSIDE, reason="Holiday")
    week_2.refresh_from_db()
    assert (week_2.booked_on, week_2.booking_reason) == (OUTSIDE, "Holiday")


@pytest.mark.req("P1")
def test_a_reason_with_a_telephone_number_is_refused(coordinator: User, week_2: ScheduledVisit) -> None:
    with pytest.raises(NotBookable, match="telephone number"):
        book_visit(by=coordinator, visit=week_2, on=OUTSIDE, reason="call 13812345678")


def test_an_appointment_lies_ahead(coordinator: User, week_2: ScheduledVisit) -> None:
    with on(date(2026, 4, 1)), pytest.raises(NotBookable, match="allowed is 2026-04-01 or later"):
        book_visit(by=coordinator, visit=week_2, on=INSIDE)


def test_a_visit_that_took_place_or_was_missed_is_not_booked(
    coordinator: User, participant: Participant, week_2: ScheduledVisit
) -> None:
    with on(date(2026, 3, 30)):
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="2026-03-30", SVCONTMO="ON-SITE")
        with pytest.raises(NotBookable, match="took place on 2026-03-30"):
            book_visit(by=coordinator, visit=week_2, on=INSIDE)
        cast.miss(coordinator, participant, "W4")
        week_4 = ScheduledVisit.objects.get(participant=participant, code="W4")
        with pytest.raises(NotBookable, match="recorded as missed"):
            book_visit(by=coordinator, visit=week_4, on=week_4.target)


@pytest.mark.req("F9")
def test_an_appointment_that_somebody_else_made_meanwhile_is_not_overwritten(
    coordinator: User, week_2: ScheduledVisit
) -> None:
    book_visit(by=coordinator, visit=week_2, on=INSIDE)
    with pytest.raises(NotBookable, match="Meanwhile somebody else booked it for 2026-03-31"):
        book_visit(by=coordinator, visit=week_2, on=date(2026, 4, 1))


@pytest.mark.req("C1")
def test_only_the_site_team_books(site: Site, week_2: ScheduledVisit) -> None:
    elsewhere = cast.make_person(Role.COORDINATOR, cast.make_site("02"))
    monitor = cast.make_person(Role.MONITOR, site)
    for person in (elsewhere, monitor):
        with pytest.raises(NotAllowed):
            book_visit(by=person, visit=week_2, on=INSIDE)


def test_outstanding_are_the_visits_that_neither_took_place_nor_were_missed(
    coordinator: User, participant: Participant
) -> None:
    with on(date(2026, 5, 20)):
        cast.enter(coordinator, participant, "SV", "D1", SVSTDTC="2026-03-16", SVCONTMO="ON-SITE")
        cast.enter(coordinator, participant, "SV", "W2", SVSTDTC="", SVCONTMO="PHONE")
        cast.enter(coordinator, participant, "SV", "W4", SVSTDTC_ND="NOT DONE", SVREASND="Ill at home")
        cast.miss(coordinator, participant, "W6")
    left = ScheduledVisit.objects.outstanding().order_by("target")
    assert [visit.code for visit in left] == ["W2", "W8"]
