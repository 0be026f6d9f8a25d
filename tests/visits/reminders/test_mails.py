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
from visits.models import ReminderMail, ScheduledVisit
from visits.reminders.delivery import deliver_reminders
from visits.reminders.demo_mail import letters_in
from visits.reminders.planning import plan_reminders

pytestmark = pytest.mark.django_db

BODY = """These participants need your attention:

01-001
https://edc.example.org/participants/01-001/

01-002
https://edc.example.org/participants/01-002/

All your reminders, and how you get them:

https://edc.example.org/reminders/
"""
# The only headers that a mail may have.
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"} | {
    "Content-Transfer-Encoding"
}


@pytest.fixture
def mails(
    appointment: ScheduledVisit, coordinator: User, site: Site, settings: Settings
) -> list[EmailMessage]:
    """The mails of two mornings, with several reminders of different kinds."""
    settings.PUBLIC_URL = "https://edc.example.org"
    with on(cast.DAY1):
        cast.make_participant(coordinator, site)
    for day in (date(2026, 3, 27), date(2026, 4, 3)):
        with on(day):
            plan_reminders()
            deliver_reminders()
    return list(mail.outbox)


@pytest.mark.req("P2")
def test_a_mail_holds_numbers_and_links_and_nothing_else(
    mails: list[EmailMessage], coordinator: User
) -> None:
    assert len(mails) == 2
    for message in mails:
        assert message.subject == "PROMIS-MDA5: your reminders"
        assert message.body == BODY
        assert message.to == [coordinator.email]
        assert [*message.cc, *message.bcc, *message.attachments] == []


@pytest.mark.req("P2", "B1")
def test_mails_with_different_kinds_and_visits_differ_in_their_key_and_time_only(
    mails: list[EmailMessage],
) -> None:
    sent = ReminderMail.objects.order_by("day")
    first, second = (set(each.reminders.values_list("kind", flat=True)) for each in sent)
    assert first != second
    seen = set()
    for message in mails:
        parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
        assert set(parsed.keys()) == HEADERS
        assert re.fullmatch(r"<[0-9a-f-]{36}@edc\.example\.org>", parsed["Message-ID"])
        del parsed["Message-ID"], parsed["Date"]
        seen.add(parsed.as_bytes())
    assert len(seen) == 1


def test_the_links_lead_to_the_casebook_and_the_list(
    mails: list[EmailMessage], coordinator: User, client: Client
) -> None:
    assert mails
    client.force_login(coordinator)
    for address in ("/participants/01-001/", "/reminders/"):
        assert client.get(address).status_code == 200


@pytest.fixture
def mailbox(settings: Settings, tmp_path: Path) -> Path:
    """Where a demonstration keeps its mails."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    settings.DEMO = True
    return tmp_path


@pytest.mark.usefixtures("appointment")
def test_mails_of_the_demonstration_are_read_back_from_their_files(coordinator: User, mailbox: Path) -> None:
    with on(date(2026, 3, 27)):
        plan_reminders()
        deliver_reminders()
    (letter,) = letters_in(mailbox)
    assert (letter.to, letter.subject) == (coordinator.email, "PROMIS-MDA5: your reminders")
    assert letter.key == ReminderMail.objects.get().pk
    assert "/participants/01-001/" in letter.text


@pytest.mark.usefixtures("appointment")
def test_several_mails_of_one_file_are_told_apart(site: Site, mailbox: Path) -> None:
    for _ in range(2):
        cast.make_person(Role.COORDINATOR, site)
    with on(date(2026, 3, 27)):
        plan_reminders()
        deliver_reminders()
    kept = b"".join(path.read_bytes() for path in mailbox.iterdir())
    for path in mailbox.iterdir():
        path.unlink()
    (mailbox / "all.log").write_bytes(kept)
    assert len(letters_in(mailbox)) == 3


@pytest.mark.req("C1", "P2")
@pytest.mark.usefixtures("participant")
def test_the_mails_of_a_demonstration_are_shown_to_those_who_may_see_what_they_are_about(
    coordinator: User, mailbox: Path, client: Client
) -> None:
    elsewhere = cast.make_site("02")
    other = cast.make_person(Role.COORDINATOR, elsewhere)
    everywhere = cast.make_person(Role.COORDINATOR, None)
    with on(cast.DAY1):
        cast.make_participant(other, elsewhere)
    with on(date(2026, 3, 27)):
        plan_reminders()
        deliver_reminders()
    assert len(letters_in(mailbox)) == 3
    for person, numbers in [
        (coordinator, {"01-001"}),
        (other, {"02-001"}),
        (everywhere, {"01-001", "02-001"}),
        (cast.make_person(Role.MONITOR, elsewhere), {"02-001"}),
        (cast.make_person(Role.ADMINISTRATOR, None), {"01-001", "02-001"}),
    ]:
        client.force_login(person)
        page = client.get("/demo/mail/").content.decode()
        assert set(re.findall(r"participants/(\d\d-\d\d\d)/", page)) == numbers
        assert (everywhere.email in page) == (len(numbers) == 2)


def test_the_page_of_mails_exists_in_a_demonstration_only(
    site: Site, settings: Settings, tmp_path: Path, client: Client
) -> None:
    client.force_login(cast.make_person(Role.COORDINATOR, site))
    settings.EMAIL_FILE_PATH = tmp_path
    settings.DEMO = True
    assert client.get("/demo/mail/").status_code == 200
    settings.DEMO = False
    assert client.get("/demo/mail/").status_code == 404
