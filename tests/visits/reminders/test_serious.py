"""Serious adverse events: told at once, at any hour, whatever a person wishes."""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.db import IntegrityError

from screening.models import Participant
from screening.snapshot import digest
from tests.visits import cast
from tests.visits.conftest import on
from tests.visits.safety.factories import PNEUMONIA, put, saved, signs
from trialsite import clock
from trialsite.accounts.models import Role, Site, User
from trialsite.audit.context import acting
from visits.models import Reminder, ReminderMail, ReminderPreference
from visits.reminders.delivery import Delivered, deliver_reminders
from visits.reminders.kinds import SERIOUS, Kind
from visits.reminders.outbox import State
from visits.reminders.planning import plan_reminders
from visits.reminders.preferring import NotPreferable, Way, prefer
from visits.reminders.snoozing import NotPutOff, put_off
from visits.safety.content import content_of
from visits.safety.models import SeriousEvent
from visits.safety.reporting import sign_report

pytestmark = pytest.mark.django_db

SUNDAY = date(2026, 3, 22)


@pytest.fixture
def investigator(site: Site) -> User:
    return cast.make_person(Role.INVESTIGATOR, site)


@pytest.fixture
def serious(participant: Participant, coordinator: User, investigator: User) -> SeriousEvent:
    """A pneumonia, serious since Saturday, entered on Sunday at noon."""
    with on(SUNDAY):
        saved(put(coordinator, participant, PNEUMONIA))
    return SeriousEvent.objects.select_related("record__participant__site", "participant__site").get()


def at_night() -> AbstractContextManager[None]:
    """Sunday, 23:30 in Shanghai."""
    return clock.set_to(datetime(2026, 3, 22, 15, 30, tzinfo=UTC))


@pytest.mark.req("P2")
@pytest.mark.usefixtures("serious")
def test_the_report_of_a_serious_event_is_reminded_of_at_once_at_night_and_on_a_sunday(
    coordinator: User, investigator: User
) -> None:
    with at_night():
        plan_reminders()
        mail.outbox.clear()
        deliver_reminders()
    urgent = ReminderMail.objects.filter(urgent=True)
    assert {each.recipient for each in urgent} == {coordinator, investigator}
    texts = [
        str(message.body) + message.subject for message in mail.outbox if "cannot wait" in message.subject
    ]
    assert len(texts) == 2
    for text in texts:
        assert "01-001" in text
        assert not any(word in text.casefold() for word in ("serious", "pneumonia", "event", "report"))
    with at_night():
        assert deliver_reminders() == Delivered()


def test_it_is_void_when_the_report_is_signed_and_the_follow_up_has_a_reminder_of_its_own(
    serious: SeriousEvent, investigator: User
) -> None:
    with on(SUNDAY):
        plan_reminders()
        sign_report(
            by=investigator, serious=serious, password=signs, seen_hash=digest(content_of(serious.record))
        )
        plan_reminders()
    lines = Reminder.objects.filter(recipient=investigator)
    assert lines.get(kind=Kind.SAE_CLOCK).state == State.VOID
    serious.refresh_from_db()
    assert serious.due_at
    with clock.set_to(serious.due_at):
        plan_reminders()
        assert lines.get(kind=Kind.SAE_FOLLOW_UP).closed_at is None


@pytest.mark.usefixtures("serious")
def test_it_can_be_neither_put_off_nor_switched_off(coordinator: User) -> None:
    with on(SUNDAY):
        plan_reminders()
        line = Reminder.objects.get(kind=Kind.SAE_CLOCK, recipient=coordinator)
        with pytest.raises(NotPutOff, match="cannot be put off"):
            put_off(by=coordinator, reminder=line, until=date(2026, 3, 23))
    for kind in SERIOUS:
        with pytest.raises(NotPreferable, match="always mailed"):
            prefer(by=coordinator, ways={kind: Way.OFF}, digest_hour=8, urgent_at_once=False)
        with pytest.raises(IntegrityError, match="serious_reminders_are_mailed"), acting("system:tests"):
            ReminderPreference.objects.create(person=coordinator, switched_off=[kind])
