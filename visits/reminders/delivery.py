"""Delivering the outbox, reminders and notices: each line is mailed at most once (F2, F10, F15).

A line is marked as being sent, and that is committed, before the mail server hears of it. A worker that dies
in between leaves the line so, and nobody can know whether the mail went out: it is then marked as unknown and
never sent again. Only a refusal by the server itself puts a line back.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.db.models.functions import Now

from trialsite.accounts.access import may
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from visits.models import Notice, Reminder, ScheduledVisit
from visits.reminders.mails import message_of, notice_of
from visits.reminders.outbox import CLAIM, DELIVER, EXPIRE, LOSE, PUT_BACK, Move, State
from visits.reminders.planning import SYSTEM, coordinators

logger = logging.getLogger(__name__)

# Far longer than a mail can take (EMAIL_TIMEOUT holds for each step of the conversation).
PRESUMED_DEAD_AFTER = timedelta(minutes=10)
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))


@dataclass
class Delivered:
    """What one run did."""

    sent: int = 0
    expired: int = 0
    put_back: int = 0
    unknown: int = 0


Line = Reminder | Notice


def deliver_reminders(*, presumed_dead_after: timedelta = PRESUMED_DEAD_AFTER) -> Delivered:
    """Send what is planned and still helps, notices first. Any number of workers may run it at once."""
    done = Delivered(unknown=lose_abandoned(older_than=presumed_dead_after))
    for claim, table in ((_claim_notice, Notice), (_claim, Reminder)):
        if not _deliver(table, claim, done):
            break
    return done


def _deliver(table: type[Line], claim: Callable[[Delivered], Line | None], done: Delivered) -> bool:
    """Send the lines of one table; False when the mail server is away."""
    while table._default_manager.filter(state=State.PLANNED, send_after__lte=Now()).exists():
        mailer = mail.get_connection()
        try:
            mailer.open()
        except (OSError, SMTPException) as error:
            logger.warning("the mail server cannot be reached (%s); reminders wait", type(error).__name__)
            return False
        try:
            line = claim(done)
            if line is None:
                break
            if line.state == State.SENDING:
                _send(mailer, line, done)
        finally:
            mailer.close()
    return True


def lose_abandoned(*, older_than: timedelta) -> int:
    """Mark as unknown what has been in sending for longer than a living worker needs; return how many."""
    lost = 0
    with acting(SYSTEM, role="system", reason=LOSE.means):
        for table in (Reminder, Notice):
            abandoned = table._default_manager.filter(state=LOSE.start, claimed_at__lte=Now() - older_than)
            lost += abandoned.update(state=LOSE.end)
    if lost:
        logger.warning("%s mails have an unknown outcome and are not sent again", lost)
    return lost


def _claim(done: Delivered) -> Reminder | None:
    """Take the next line that no other worker holds: to be sent, or expired when it helps nobody any more."""
    with acting(SYSTEM, role="system"):
        reminder = (
            Reminder.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=State.PLANNED, send_after__lte=Now())
            .select_related("participant__site", "recipient")
            .order_by("send_after", "id")
            .first()
        )
        if reminder is None:
            return None
        if _helps(reminder):
            _move(reminder, CLAIM, claimed_at=Now())
        else:
            _move(reminder, EXPIRE)
            done.expired += 1
    return reminder


def _claim_notice(done: Delivered) -> Notice | None:
    """Take the next notice that no other worker holds. A notice never expires."""
    with acting(SYSTEM, role="system"):
        notice = (
            Notice.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=State.PLANNED, send_after__lte=Now())
            .select_related("participant")
            .order_by("send_after", "id")
            .first()
        )
        if notice is not None:
            _move(notice, CLAIM, claimed_at=Now())
    return notice


def _helps(reminder: Reminder) -> bool:
    """Whether its last day has not passed, its matter is open and the recipient in office."""
    participant = reminder.participant
    if participant.today() > reminder.relevant_until:
        return False
    if reminder.visit_id is None:
        # Whoever asked is reminded, as long as they still work with the participant and it has no number.
        return not participant.RANDNO and may(reminder.recipient, Right.SEE_ELIGIBILITY, participant.site_id)
    return (
        ScheduledVisit.objects.outstanding().filter(pk=reminder.visit_id).exists()
        and coordinators().filter(Q(site=participant.site) | Q(site=None), user=reminder.recipient).exists()
    )


def _send(mailer: BaseEmailBackend, line: Line, done: Delivered) -> None:
    try:
        mailer.send_messages([notice_of(line) if isinstance(line, Notice) else message_of(line)])
    except (SMTPRecipientsRefused, SMTPResponseException) as refusal:
        # The server said no, so it has not taken the mail.
        logger.warning("mail %s was refused (%s)", line.id, type(refusal).__name__)
        wait = RETRY_AFTER[min(line.attempts, len(RETRY_AFTER) - 1)]
        _settle(line, PUT_BACK, send_after=Now() + wait, attempts=line.attempts + 1)
        done.put_back += 1
    except OSError as error:  # smtplib's other errors are OSErrors too
        logger.warning("mail %s has an unknown outcome (%s)", line.id, type(error).__name__)
        _settle(line, LOSE)
        done.unknown += 1
    else:
        _settle(line, DELIVER, sent_at=Now())
        done.sent += 1


def _settle(line: Line, move: Move, **columns: object) -> None:
    with acting(SYSTEM, role="system", reason=move.means):
        _move(line, move, **columns)


def _move(line: Line, move: Move, **columns: object) -> None:
    """Change the state, unless it is no longer the move's start: another worker may think this one dead."""
    table = type(line)._default_manager
    table.filter(pk=line.pk, state=move.start).update(state=move.end, **columns)
    line.state = move.end
