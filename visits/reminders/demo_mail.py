"""Reading the mails of a demonstration, which are files and leave the machine never."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

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
        )
