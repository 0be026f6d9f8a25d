"""Speaking to the mail server, and what is known of a mail afterwards (F2, F15)."""

import logging
from enum import Enum
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from uuid import UUID

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)


class Outcome(Enum):
    """What is known of a mail after the attempt to send it."""

    TAKEN = "the mail server accepted it"
    REFUSED = "the mail server certainly did not take it"
    UNKNOWN = "nobody can know whether it went out"


def connected() -> BaseEmailBackend | None:
    """A connection to the mail server; None when it is away."""
    mailer: BaseEmailBackend = mail.get_connection()
    try:
        mailer.open()
    except (OSError, SMTPException) as error:
        logger.warning("the mail server cannot be reached (%s); mails wait", type(error).__name__)
        return None
    return mailer


def send(mailer: BaseEmailBackend, key: UUID, message: EmailMessage) -> Outcome:
    """Hand one mail over; `key` names it in the log."""
    try:
        mailer.send_messages([message])
    except (SMTPRecipientsRefused, SMTPResponseException) as refusal:
        # The server said no, so it has not taken the mail.
        logger.warning("mail %s was refused (%s)", key, type(refusal).__name__)
        return Outcome.REFUSED
    except OSError as error:  # smtplib's other errors are OSErrors too
        logger.warning("mail %s has an unknown outcome (%s)", key, type(error).__name__)
        return Outcome.UNKNOWN
    return Outcome.TAKEN
