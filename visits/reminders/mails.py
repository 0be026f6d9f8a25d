"""The text of the mails: participants' numbers and links, nothing else (P2)."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from trialsite.protocol import TRIAL
from visits.models import Notice, Reminder, ReminderMail
from visits.reminders.notice_models import NoticeKind

# The text, and the page that tells what happened.
_NOTICES = {
    NoticeKind.UNBLINDING: ("notice", "randomization:unblinding"),
    NoticeKind.SERIOUS: ("serious", "visits:events"),
    NoticeKind.REPORT: ("report", "visits:events"),
}


def message_of(mail: ReminderMail) -> EmailMessage:
    """The mail that tells its recipient, who is loaded, which participants need attention; one query.

    However many reminders there are of a participant, and of whatever kind, the number stands there once, so
    that text, subject and size tell nothing else.
    """
    numbers = (
        Reminder.objects.filter(mail=mail, participant__isnull=False)
        .order_by("participant__SUBJID")
        .values_list("participant__SUBJID", flat=True)
        .distinct()
    )
    links = [(number, _link("visits:casebook", number)) for number in numbers]
    context = {"trial": TRIAL, "urgent": mail.urgent, "links": links, "everything": _link("visits:reminders")}
    return _message(mail.pk, mail.recipient.email, "reminder", context)


def notice_of(notice: Notice) -> EmailMessage:
    """The mail of a notice whose participant is loaded: a number and a link to what happened."""
    number = notice.participant.SUBJID
    template, route = _NOTICES[NoticeKind(notice.kind)]
    return _message(notice.pk, notice.address, template, {"number": number, "link": _link(route, number)})


def _message(key: object, address: str, template: str, context: dict[str, Any]) -> EmailMessage:
    return EmailMessage(
        subject=render_to_string(f"visits/reminders/mail/{template}_subject.txt", context).strip(),
        body=render_to_string(f"visits/reminders/mail/{template}.txt", context),
        to=[address],
        # Without it Django would put the name of this machine there.
        headers={"Message-ID": f"<{key}@{urlsplit(settings.PUBLIC_URL).hostname}>"},
    )


def _link(route: str, *numbers: str) -> str:
    return str(settings.PUBLIC_URL) + reverse(route, args=numbers)
