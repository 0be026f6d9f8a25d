"""What follows the doses: serious events, their reports, deviations, reminders, calendars on telephones."""

import uuid

from screening.models import Participant
from screening.snapshot import digest
from tests.blinding.people import blinded_people
from tests.blinding.scenes import signs
from trialsite import clock, protocol
from trialsite.accounts.access import may
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.crf.actions import save_record
from trialsite.crf.events import begin_event
from trialsite.crf.models import Record
from trialsite.crf.outcomes import Saved
from trialsite.simulation.people import Team
from visits.calendar.feed import make_address
from visits.deviations.category import Category
from visits.deviations.classifying import begin_recording, dismiss
from visits.deviations.models import ProposedDeviation
from visits.deviations.proposing import propose_deviation
from visits.reminders.models import Reminder
from visits.reminders.snoozing import days_to_put_off, put_off
from visits.safety.content import content_of
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.models import SeriousEvent
from visits.safety.reporting import sign_report

_TREATED_IN_HOSPITAL = {
    "AETERM": "Pneumonia",
    "AETOXGR": "3",
    "AEOUT": "NOT RECOVERED/NOT RESOLVED",
    "AESER": "Y",
    **dict.fromkeys(("AESDTH", "AESLIFE", "AESDISAB", "AESCONG", "AESMIE"), "N"),
    "AESHOSP": "Y",
    "AESAWTIM": "09:30",
    "AEREL": "POSSIBLY RELATED",
    "AEACN": "DRUG INTERRUPTED",
    "AEIVAB": "Y",
    "AESI": "Y",
    "AESICAT": "SERIOUS INFECTION",
}


def serious_event(team: Team, participant: Participant) -> None:
    """An event is entered today and reported, with a PDF; another one is not reported yet."""
    record, _ = (_enter_event(team.coordinator, participant) for _ in range(2))
    event = SeriousEvent.objects.select_related("participant__site").get(record=record)
    seen = digest(content_of(record))
    sign_report(by=team.investigator, serious=event, password=signs, seen_hash=seen)


def _enter_event(by: User, participant: Participant) -> Record:
    today = participant.today().isoformat()
    outcome = save_record(
        by=by,
        participant=participant,
        form=AdverseEvent.code,
        visit=protocol.LOG_VISIT,
        repeat=begin_event(by=by, participant=participant, form=AdverseEvent),
        typed={**_TREATED_IN_HOSPITAL, "AESTDTC": today, "AESAWDTC": today},
        version=0,
        key=uuid.uuid4(),
    )
    assert isinstance(outcome, Saved), outcome
    return Record.objects.select_related("participant__site").get(pk=outcome.record.pk)


def deviations(team: Team, participant: Participant) -> None:
    """One proposed deviation is dismissed, one is being recorded, one waits."""
    with acting(team.coordinator):
        for number in range(1, 4):
            propose_deviation(
                participant=participant,
                category=Category.OTHER,
                cause=f"seen:{number}",
                term="Seen on another day than agreed",
                on=participant.today(),
            )
    one, another = ProposedDeviation.objects.filter(cause__in=("seen:1", "seen:2")).order_by("cause")
    dismiss(by=team.coordinator, proposed=one, reason="Agreed by telephone before.")
    begin_recording(by=team.coordinator, proposed=another)


def put_a_reminder_off() -> None:
    """Somebody puts off what can wait, if there is anything."""
    for reminder in Reminder.objects.open().select_related("site", "recipient").order_by("id"):
        if days := days_to_put_off(reminder, clock.today(reminder.site.time_zone)):
            put_off(by=reminder.recipient, reminder=reminder, until=days[0])
            return


def calendars() -> dict[str, str]:
    """Every blinded person who may have one is given a calendar for the telephone: name → address."""
    return {
        person.username: make_address(by=person)
        for person in blinded_people()
        if may(person, Right.SEE_PARTICIPANTS)
    }
