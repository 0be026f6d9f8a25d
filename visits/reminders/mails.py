"""The text of a reminder: the participant's number and a link, nothing else (P2)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from visits.models import Notice, Reminder


def message_of(reminder: Reminder) -> EmailMessage:
    """The mail of a reminder whose participant and recipient are loaded.

    It is the same for every kind and visit, so that its text, subject and size tell nothing.
    """
    number = reminder.participant.SUBJID
    link = settings.PUBLIC_URL + reverse("visits:casebook", kwargs={"SUBJID": number})
    return EmailMessage(
        subject=render_to_string("visits/reminders/mail/reminder_subject.txt", {"number": number}).strip(),
        body=render_to_string("visits/reminders/mail/reminder.txt", {"number": number, "link": link}),
        to=[reminder.recipient.email],
        # Without it Django would put the name of this machine there.
        headers={"Message-ID": f"<{reminder.id}@{urlsplit(settings.PUBLIC_URL).hostname}>"},
    )


def notice_of(notice: Notice) -> EmailMessage:
    """The mail of a notice whose participant is loaded: a number and a link to what happened."""
    number = notice.participant.SUBJID
    link = settings.PUBLIC_URL + reverse("randomization:unblinding", kwargs={"SUBJID": number})
    return EmailMessage(
        subject=render_to_string("visits/reminders/mail/notice_subject.txt", {"number": number}).strip(),
        body=render_to_string("visits/reminders/mail/notice.txt", {"number": number, "link": link}),
        to=[notice.address],
        headers={"Message-ID": f"<{notice.id}@{urlsplit(settings.PUBLIC_URL).hostname}>"},
    )
