"""What leaves the house: the participant's number and a link, and in a demonstration not even that."""

import re
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django.fixtures import Settings

from tests.visits import cast
from tests.visits.conftest import on
from trialsite.accounts.models import Role, Site, User
from visits.models import Reminder, ScheduledVisit
from visits.reminders.delivery import deliver_reminders
from visits.reminders.demo_mail import letters_in
from visits.reminders.mails import message_of
from visits.reminders.planning import plan_reminders

pytestmark = pytest.mark.django_db

BODY = """A visit of participant 01-001 needs your attention:

https://edc.example.org/participants/01-001/
"""
# The only headers that a mail may have.
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"} | {
    "Content-Transfer-Encoding"
}


@pytest.fixture
def mails(appointment: ScheduledVisit, settings: Settings) -> list[EmailMessage]:
    """The mails of three reminders of different kinds."""
    settings.PUBLIC_URL = "https://edc.example.org"
    with on(date(2026, 3, 27)):
        plan_reminders()
        deliver_reminders()
    return list(mail.outbox)


@pytest.mark.req("P2")
def test_a_mail_holds_the_number_and_a_link_and_nothing_else(
    mails: list[EmailMessage], coordinator: User
) -> None:
    assert len(mails) == 3
    for message in mails:
        assert message.subject == "Reminder: participant 01-001"
        assert message.body == BODY
        assert message.to == [coordinator.email]
        assert [*message.cc, *message.bcc, *message.attachments] == []


@pytest.mark.req("P2", "B1")
def test_mails_of_different_kinds_and_visits_differ_in_their_key_and_time_only(
    mails: list[EmailMessage],
) -> None:
    seen = set()
    for message in mails:
        parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
        assert set(parsed.keys()) == HEADERS
        assert re.fullmatch(r"<[0-9a-f-]{36}@edc\.example\.org>", parsed["Message-ID"])
        del parsed["Message-ID"], parsed["Date"]
        seen.add(parsed.as_bytes())
    assert len(seen) == 1


def test_the_link_leads_to_the_casebook(mails: list[EmailMessage], coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    assert client.get("/participants/01-001/").status_code == 200


@pytest.mark.usefixtures("appointment")
def test_mails_of_the_demonstration_are_read_back_from_their_files(
    coordinator: User, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    with on(date(2026, 3, 27)):
        plan_reminders()
        deliver_reminders()
    letters = letters_in(tmp_path)
    assert len(letters) == 3
    assert {letter.to for letter in letters} == {coordinator.email}
    assert {letter.subject for letter in letters} == {"Reminder: participant 01-001"}
    assert all("/participants/01-001/" in letter.text for letter in letters)


@pytest.mark.usefixtures("appointment")
def test_several_mails_of_one_file_are_told_apart(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    with on(date(2026, 3, 27)):
        plan_reminders()
    with mail.get_connection() as connection:
        connection.send_messages([message_of(reminder) for reminder in Reminder.objects.all()])
    assert len(list(tmp_path.iterdir())) == 1
    assert len(letters_in(tmp_path)) == 3


def test_the_page_of_mails_exists_in_a_demonstration_only(
    site: Site, settings: Settings, tmp_path: Path, client: Client
) -> None:
    client.force_login(cast.make_person(Role.COORDINATOR, site))
    settings.EMAIL_FILE_PATH = tmp_path
    settings.DEMO = True
    assert client.get("/demo/mail/").status_code == 200
    settings.DEMO = False
    assert client.get("/demo/mail/").status_code == 404
