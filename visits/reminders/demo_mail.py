"""Reading the mails of a demonstration, which are files and leave the machine never."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

from trialsite.accounts.access import sites_where
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.models import Notice, Reminder

# What Django's file-based backend writes after each mail.
SEPARATOR = b"-" * 79 + b"\n"
MOST = 100


@dataclass(frozen=True)
class Letter:
    """A mail as it would have arrived."""

    to: str
    subject: str
    at: datetime
    text: str
    # The key of the mail or notice in the outbox; None for a mail that is neither.
    key: UUID | None


def letters_for(user: User, directory: Path) -> list[Letter]:
    """The newest mails that a person may see: their own, and those about participants of their sites only.

    Two queries, however many mails.
    """
    letters = letters_in(directory)
    sites = sites_where(user, Right.SEE_OUTBOX)
    keys = {letter.key for letter in letters if letter.key}
    about: dict[UUID, set[str]] = {}
    reminders = Reminder.objects.filter(mail__in=keys).order_by().values_list("mail_id", "site_id")
    notices = Notice.objects.filter(pk__in=keys).values_list("pk", "participant__site_id")
    for key, site in [*reminders.distinct(), *notices]:
        about.setdefault(key, set()).add(site)
    return [
        letter
        for letter in letters
        if (user.email and letter.to == user.email) or (letter.key in about and about[letter.key] <= sites)
    ]


def letters_in(directory: Path) -> list[Letter]:
    """The newest mails of a directory, newest first, at most MOST."""
    files = sorted(directory.glob("*.log"), key=lambda path: path.name, reverse=True)[:MOST]
    letters = [letter for path in files for letter in _letters_of(path)]
    return sorted(letters, key=lambda letter: letter.at, reverse=True)[:MOST]


def _letters_of(path: Path) -> Iterator[Letter]:
    for part in path.read_bytes().split(SEPARATOR):
        if not part.strip():
            continue
        mail = message_from_bytes(part, policy=policy.default)
        body = mail.get_body(("plain",))
        yield Letter(
            to=str(mail["To"]),
            subject=str(mail["Subject"]),
            at=parsedate_to_datetime(str(mail["Date"])),
            text=body.get_content() if body else "",
            key=_key_in(str(mail["Message-ID"])),
        )


def _key_in(message_id: str) -> UUID | None:
    try:
        return UUID(message_id.removeprefix("<").partition("@")[0])
    except ValueError:
        return None
