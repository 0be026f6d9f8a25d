"""Delivering the outbox, notices and reminders: each line is mailed at most once (F2, F10, F15).

A mail is marked as being sent, and that is committed, before the mail server hears of it. A worker that dies
in between leaves it so, and nobody can know whether it went out: it is then marked as unknown and never sent
again. Only a refusal by the server itself puts its lines back.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.db.models.functions import Now

from trialsite import clock
from trialsite.audit.context import acting
from visits.models import Notice, Reminder, ReminderMail
from visits.reminders.claiming import claim
from visits.reminders.mails import message_of, notice_of
from visits.reminders.outbox import CLAIM, DELIVER, LOSE, PUT_BACK, MailState, Move, State
from visits.reminders.planning import SYSTEM
from visits.reminders.sending import Outcome, connected, send

logger = logging.getLogger(__name__)

# Far longer than a mail can take (EMAIL_TIMEOUT holds for each step of the conversation).
PRESUMED_DEAD_AFTER = timedelta(minutes=10)
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
AFTERWARDS = {
    Outcome.TAKEN: (MailState.SENT, DELIVER),
    Outcome.REFUSED: (MailState.REFUSED, PUT_BACK),
    Outcome.UNKNOWN: (MailState.UNKNOWN, LOSE),
}


@dataclass
class Delivered:
    """What one run did: mails sent, refused or of unknown outcome, and lines that were closed instead."""

    sent: int = 0
    closed: int = 0
    put_back: int = 0
    unknown: int = 0

    def count(self, outcome: Outcome) -> None:
        """Add one mail."""
        self.sent += outcome is Outcome.TAKEN
        self.put_back += outcome is Outcome.REFUSED
        self.unknown += outcome is Outcome.UNKNOWN


def deliver_reminders(*, presumed_dead_after: timedelta = PRESUMED_DEAD_AFTER) -> Delivered:
    """Send what is due and still helps, notices first. Any number of workers may run it at once."""
    done = Delivered(unknown=lose_abandoned(older_than=presumed_dead_after))
    if _each(_notices_wait, _deliver_notice, done):
        _each(_reminders_wait, _deliver_mail, done)
    return done


def lose_abandoned(*, older_than: timedelta) -> int:
    """Mark as unknown what has been in sending for longer than a living worker needs; return how many."""
    with acting(SYSTEM, role="system", reason=LOSE.means):
        dead = {"claimed_at__lte": Now() - older_than}
        mails = ReminderMail.objects.select_for_update().filter(state=MailState.SENDING, **dead)
        keys = list(mails.values_list("pk", flat=True))
        ReminderMail.objects.filter(pk__in=keys).update(state=MailState.UNKNOWN)
        Reminder.objects.filter(mail__in=keys, state=LOSE.start).update(state=LOSE.end)
        notices = Notice.objects.filter(state=LOSE.start, **dead).update(state=LOSE.end)
    if lost := len(keys) + notices:
        logger.warning("%s mails have an unknown outcome and are not sent again", lost)
    return lost


def _each(
    wait: Callable[[], bool], deliver: Callable[[BaseEmailBackend, Delivered], bool], done: Delivered
) -> bool:
    """Deliver as long as something waits that no other worker holds; False when the mail server is away."""
    while wait():
        mailer = connected()
        if mailer is None:
            return False
        try:
            if not deliver(mailer, done):
                break
        finally:
            mailer.close()
    return True


def _reminders_wait() -> bool:
    return Reminder.objects.to_mail().filter(send_after__lte=clock.now()).exists()


def _deliver_mail(mailer: BaseEmailBackend, done: Delivered) -> bool:
    claimed = claim()
    if claimed is None:
        return False
    done.closed += claimed.closed
    if mail := claimed.mail:
        outcome = send(mailer, mail.pk, message_of(mail))
        _settle(mail, outcome)
        done.count(outcome)
    return True


def _settle(mail: ReminderMail, outcome: Outcome) -> None:
    """Write down what is known, unless another worker has taken this one for dead."""
    state, move = AFTERWARDS[outcome]
    with acting(SYSTEM, role="system", reason=move.means):
        mails = ReminderMail.objects.filter(pk=mail.pk, state=MailState.SENDING)
        at = {"sent_at": Now()} if state is MailState.SENT else {}
        if not mails.update(state=state, **at):
            return
        lines = Reminder.objects.filter(mail=mail, state=move.start)
        if move is PUT_BACK:
            attempts = lines.values_list("attempts", flat=True).order_by("-attempts").first() or 0
            lines.update(
                state=move.end,
                mail=None,
                attempts=F("attempts") + 1,
                send_after=clock.now() + _wait(attempts),
            )
        else:
            lines.update(state=move.end)


def _notices_wait() -> bool:
    return Notice.objects.filter(state=State.PLANNED, send_after__lte=Now()).exists()


def _deliver_notice(mailer: BaseEmailBackend, done: Delivered) -> bool:
    notice = _claim_notice()
    if notice is None:
        return False
    outcome = send(mailer, notice.pk, notice_of(notice))
    _, move = AFTERWARDS[outcome]
    with acting(SYSTEM, role="system", reason=move.means):
        if move is PUT_BACK:
            _move(notice, move, send_after=Now() + _wait(notice.attempts), attempts=notice.attempts + 1)
        else:
            _move(notice, move, **({"sent_at": Now()} if move is DELIVER else {}))
    done.count(outcome)
    return True


def _claim_notice() -> Notice | None:
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


def _move(notice: Notice, move: Move, **columns: object) -> None:
    """Change the state, unless it is no longer the move's start: another worker may think this one dead."""
    Notice.objects.filter(pk=notice.pk, state=move.start).update(state=move.end, **columns)


def _wait(attempts: int) -> timedelta:
    """How long a refused mail waits before it is tried again."""
    return RETRY_AFTER[min(attempts, len(RETRY_AFTER) - 1)]
