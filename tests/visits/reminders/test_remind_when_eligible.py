"""A reminder for the day from which a participant is eligible: asked for, sent once, if still open."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.test import Client

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.access import NotAllowed
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from visits.models import Reminder
from visits.reminders.asking import NoReminder, remind_when_eligible
from visits.reminders.delivery import deliver_reminders
from visits.reminders.hours import HOURS
from visits.reminders.outbox import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def screened(site: Site, coordinator: User) -> Participant:
    """A participant in screening."""
    return cast.make_participant(coordinator, site, day1=None)


@pytest.fixture
def tomorrow(screened: Participant) -> date:
    return screened.today() + timedelta(days=1)


def when_it_is(day: date) -> None:
    """Let a worker run on the first working day from a day on."""
    while not HOURS.works(day):
        day += timedelta(days=1)
    with on(day):
        deliver_reminders()


def test_it_is_planned_for_the_morning_at_the_site_and_waits(
    screened: Participant, coordinator: User, tomorrow: date
) -> None:
    reminder = remind_when_eligible(by=coordinator, participant=screened, day=tomorrow)
    assert (reminder.visit_code, reminder.about, reminder.recipient) == ("S", tomorrow, coordinator)
    morning = reminder.send_after.astimezone(ZoneInfo("Asia/Shanghai"))
    assert morning.date() >= tomorrow
    assert (HOURS.works(morning.date()), morning.hour) == (True, 8)
    deliver_reminders()
    assert mail.outbox == []
    when_it_is(tomorrow)
    (message,) = mail.outbox
    assert message.to == [coordinator.email]
    assert screened.SUBJID in str(message.body)
    assert "eligib" not in (message.subject + str(message.body)).casefold()


def test_asked_twice_it_is_planned_once(screened: Participant, coordinator: User, tomorrow: date) -> None:
    for _ in range(2):
        remind_when_eligible(by=coordinator, participant=screened, day=tomorrow)
    assert Reminder.objects.count() == 1


def test_with_a_treatment_number_nobody_is_reminded(
    screened: Participant, coordinator: User, tomorrow: date
) -> None:
    remind_when_eligible(by=coordinator, participant=screened, day=tomorrow)
    with acting("system:tests"):
        Participant.objects.update(RANDNO="R10001", day1=tomorrow)
    when_it_is(tomorrow)
    assert mail.outbox == []
    assert Reminder.objects.get().state == State.VOID
    screened.refresh_from_db()
    with pytest.raises(NoReminder, match="number already"):
        remind_when_eligible(by=coordinator, participant=screened, day=tomorrow)


def test_whoever_left_the_site_is_not_reminded(
    screened: Participant, coordinator: User, tomorrow: date
) -> None:
    remind_when_eligible(by=coordinator, participant=screened, day=tomorrow)
    with acting("system:tests"):
        coordinator.memberships.update(ended_at=Now())
    when_it_is(tomorrow)
    assert mail.outbox == []


def test_a_week_after_the_day_it_helps_nobody(
    screened: Participant, coordinator: User, tomorrow: date
) -> None:
    remind_when_eligible(by=coordinator, participant=screened, day=tomorrow)
    with on(tomorrow + timedelta(days=8)):
        deliver_reminders()
    assert Reminder.objects.get().state == State.EXPIRED


@pytest.mark.parametrize("days", [0, -1, 401])
def test_only_a_day_to_come_can_be_reminded_of(screened: Participant, coordinator: User, days: int) -> None:
    with pytest.raises(NoReminder, match="from tomorrow"):
        remind_when_eligible(
            by=coordinator, participant=screened, day=screened.today() + timedelta(days=days)
        )


def test_a_person_without_address_is_told(screened: Participant, site: Site, tomorrow: date) -> None:
    silent = cast.make_person(Role.INVESTIGATOR, site, email=False)
    with pytest.raises(NoReminder, match="no e-mail address"):
        remind_when_eligible(by=silent, participant=screened, day=tomorrow)


@pytest.mark.req("C1")
def test_another_site_may_not(screened: Participant, tomorrow: date, client: Client) -> None:
    elsewhere = cast.make_person(Role.COORDINATOR, cast.make_site("02"))
    with pytest.raises(NotAllowed):
        remind_when_eligible(by=elsewhere, participant=screened, day=tomorrow)
    client.force_login(elsewhere)
    address = f"/participants/{screened.SUBJID}/eligibility/remind/"
    assert client.post(address, {"day": tomorrow.isoformat()}).status_code == 404


def test_the_page_says_what_was_planned_or_why_not(
    screened: Participant, coordinator: User, tomorrow: date, client: Client
) -> None:
    client.force_login(coordinator)
    address = f"/participants/{screened.SUBJID}/eligibility/remind/"
    assert (
        "You will get a mail"
        in client.post(address, {"day": tomorrow.isoformat()}, follow=True).content.decode()
    )
    assert "year-month-day" in client.post(address, {"day": "soon"}, follow=True).content.decode()
    client.logout()
    client.force_login(coordinator)
    page = client.get("/reminders/").content.decode()
    assert f"Eligible from {tomorrow:%-d %b %Y}, as asked" in page
    assert page.index("Later") < page.index("Eligible from")
