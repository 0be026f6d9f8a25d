"""Claiming: what one person is to be mailed now becomes one mail, marked as being sent.

A person's row is locked meanwhile, so that two workers never make two mails of one morning.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from trialsite import clock
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from visits.models import Reminder, ReminderMail
from visits.reminders.kinds import Kind
from visits.reminders.outbox import CLAIM, KEEP_QUIET, MailState, Move
from visits.reminders.people import People, Person
from visits.reminders.planning import SYSTEM, close, days_of_sites, wanted

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Claimed:
    """What became of one person's reminders: the mail to send now, if any, and how many were closed."""

    mail: ReminderMail | None = None
    closed: int = 0


def claim() -> Claimed | None:
    """Take the next person whose mail is due and whom no other worker holds; None when there is nobody."""
    with acting(SYSTEM, role="system"):
        waiting = Reminder.objects.to_mail().filter(send_after__lte=clock.now())
        recipient = (
            # Not a lock that the foreign keys of other tables would wait for.
            User.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(Exists(waiting.order_by().filter(recipient=OuterRef("pk"))))
            .order_by("pk")
            .first()
        )
        if recipient is None:
            return None
        # What another worker has just mailed to this person is seen as mailed only by a new statement.
        lines = list(waiting.filter(recipient=recipient))
        return _claim(recipient, lines) if lines else Claimed()


def _claim(recipient: User, lines: list[Reminder]) -> Claimed:
    days = days_of_sites()
    people = People(only=recipient.pk)
    due = wanted(days, people, {line.participant_id for line in lines if line.participant_id})
    helping = [line for line in lines if (line.subject, line.kind, line.recipient_id) in due]
    gone = [line for line in lines if line not in helping]
    close(gone, days)
    person = people.get(recipient.pk)
    if person is None:
        return Claimed(closed=len(gone))
    quiet = [line for line in helping if not _by_mail(person, line)]
    _move(quiet, KEEP_QUIET)
    mailed = [line for line in helping if line not in quiet]
    # What cannot wait has a mail of its own; the rest is claimed in the next round.
    ready = [line for line in mailed if line.urgent] or _of_this_morning(person, mailed)
    return Claimed(_mail_of(recipient, person, ready) if ready else None, len(gone))


def _by_mail(person: Person, line: Reminder) -> bool:
    return person.reachable and person.wishes.mail(Kind(line.kind))


def _of_this_morning(person: Person, lines: Collection[Reminder]) -> list[Reminder]:
    """Those that the mail of this day takes; the others wait for a later morning."""
    now = clock.now()
    today = now.astimezone(person.zone).date()
    told = (
        ReminderMail.objects.filter(recipient=person.key, day=today, urgent=False)
        .exclude(state=MailState.REFUSED)
        .exists()
    )
    later: dict[datetime, list[UUID]] = {}
    ready = []
    for line in lines:
        until = line.relevant_until
        tomorrow = today + ONE_DAY
        moment = person.mail_from_day(tomorrow, until) if told else person.mail_from(now, until)
        if moment > now:
            later.setdefault(moment, []).append(line.pk)
        else:
            ready.append(line)
    for moment, keys in later.items():
        Reminder.objects.filter(pk__in=keys).update(send_after=moment)
    return ready


def _mail_of(recipient: User, person: Person, lines: Collection[Reminder]) -> ReminderMail:
    today = clock.now().astimezone(person.zone).date()
    urgent = any(line.urgent for line in lines)
    mail = ReminderMail.objects.create(recipient=recipient, day=today, urgent=urgent)
    _move(lines, CLAIM, mail=mail)
    return mail


def _move(lines: Collection[Reminder], move: Move, **columns: object) -> None:
    if lines:
        keys = [line.pk for line in lines]
        Reminder.objects.filter(pk__in=keys, state=move.start).update(state=move.end, **columns)
