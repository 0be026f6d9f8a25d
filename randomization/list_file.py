"""The sealed list as a file: what leaves the place where it was made, and all that a server ever gets.

One JSON file holds a head that anybody may read, and every slot as ciphertext. The commitment (B5) is
the SHA-256 of head and rows. Sealing is randomized, so the commitment gives nothing away and may be published
before the first participant; it can be computed again at any time from the database, without the key.

Nothing here opens a row: this is the part that the web process may know.
"""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

FORMAT = "sealed-list-3"
SEALED_LENGTH = 117  # bytes of a sealed row
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ListProblem(Exception):
    """A list that cannot be used. The message says why and never holds what is sealed."""


@dataclass(frozen=True, slots=True)
class SealedSlot:
    """A slot as it is stored."""

    stratum: str
    sequence: int
    sealed: bytes


@dataclass(frozen=True)
class Head:
    """What anybody may know of a list.

    `maker` is the user name of the person who made it, `public_key` the key that it was sealed to,
    `generator` the SHA-256 of the code that drew it, `content` the salted SHA-256 of the opened list,
    `origin` the sealed seed.
    """

    list_id: UUID
    trial: str
    made_at: datetime
    maker: str
    public_key: bytes
    generator: str
    content: str
    origin: bytes

    def text(self) -> str:
        """The head in the one way of writing it that the commitment covers."""
        return json.dumps(
            {
                "format": FORMAT,
                "trial": self.trial,
                "list": str(self.list_id),
                "made_at": self.made_at.isoformat(),
                "maker": self.maker,
                "public_key": self.public_key.hex(),
                "generator": self.generator,
                "content": self.content,
                "origin": b64encode(self.origin).decode(),
            }
        )


@dataclass(frozen=True)
class SealedList:
    """A whole list."""

    head: Head
    slots: tuple[SealedSlot, ...]

    @property
    def list_id(self) -> UUID:
        """The list's own id, which every row repeats inside."""
        return self.head.list_id

    def per_stratum(self) -> dict[str, int]:
        """How many slots each stratum has."""
        return dict(Counter(slot.stratum for slot in self.slots))


def commitment(head: str, slots: Iterable[SealedSlot]) -> str:
    """The SHA-256, in hexadecimal, of the head's text and all sealed rows in the order of their places."""
    digest = hashlib.sha256(head.encode())
    for slot in sorted(slots, key=lambda slot: (slot.stratum, slot.sequence)):
        digest.update(f"|{slot.stratum}|{slot.sequence}|".encode() + slot.sealed)
    return digest.hexdigest()


def commitment_of(sealed_list: SealedList) -> str:
    """The commitment of a whole list."""
    return commitment(sealed_list.head.text(), sealed_list.slots)


def write(sealed_list: SealedList) -> str:
    """The list as the text of a file."""
    content = {
        **json.loads(sealed_list.head.text()),
        "commitment": commitment_of(sealed_list),
        "slots": [[row.stratum, row.sequence, b64encode(row.sealed).decode()] for row in sealed_list.slots],
    }
    return json.dumps(content) + "\n"


def read(text: str | bytes) -> SealedList:
    """The list in the content of a file. ListProblem when it is none, is damaged, or repeats itself."""
    try:
        content: dict[str, Any] = json.loads(text)
        if content["format"] != FORMAT:
            raise ListProblem(f"The file is not in the format {FORMAT}.")
        sealed_list = SealedList(
            _head(content),
            tuple(SealedSlot(str(s), int(n), b64decode(c, validate=True)) for s, n, c in content["slots"]),
        )
        promised = str(content["commitment"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ListProblem("The file is not a sealed list made by seal_list.") from None
    if commitment_of(sealed_list) != promised:
        raise ListProblem("The file was changed after it was sealed: the commitment does not fit its rows.")
    _check(sealed_list)
    return sealed_list


def _head(content: dict[str, Any]) -> Head:
    head = Head(
        UUID(content["list"]),
        str(content["trial"]),
        datetime.fromisoformat(content["made_at"]),
        str(content["maker"]),
        bytes.fromhex(content["public_key"]),
        str(content["generator"]),
        str(content["content"]),
        b64decode(content["origin"], validate=True),
    )
    if not (_SHA256.fullmatch(head.generator) and _SHA256.fullmatch(head.content)):
        raise ValueError
    if head.made_at.tzinfo is None or not head.maker or len(head.public_key) != 32:
        raise ValueError
    return head


def _check(sealed_list: SealedList) -> None:
    rows = [slot.sealed for slot in sealed_list.slots]
    if any(len(row) != SEALED_LENGTH for row in rows):
        raise ListProblem(f"Every sealed row has {SEALED_LENGTH} bytes; some in this file have not.")
    if not sealed_list.slots:
        raise ListProblem("The file holds no slot.")
    if len(set(rows)) != len(rows):
        raise ListProblem("The file holds a sealed row twice.")
    for stratum, count in sealed_list.per_stratum().items():
        sequences = sorted(slot.sequence for slot in sealed_list.slots if slot.stratum == stratum)
        if sequences != list(range(1, count + 1)):
            raise ListProblem(f"The slots of stratum {stratum} are not numbered 1 to {count} without gap.")


def check_fits(sealed_list: SealedList, *, trial: str, strata: Iterable[str]) -> None:
    """Raises ListProblem when the list is for another trial, or its strata are not the protocol's."""
    if sealed_list.head.trial != trial:
        raise ListProblem(f"The list was made for the trial {sealed_list.head.trial}, not for {trial}.")
    found, wanted = sorted(sealed_list.per_stratum()), sorted(strata)
    if found != wanted:
        raise ListProblem(
            f"The list has the strata {', '.join(found)}; the protocol has {', '.join(wanted)}."
        )


def check_two_people(sealed_list: SealedList, *, loader: str) -> None:
    """Raises ListProblem when the one who loads the list is the one who made it."""
    if sealed_list.head.maker == loader:
        raise ListProblem(f"{loader} made this list. Somebody else loads it, so that two have seen it.")


def summary(sealed_list: SealedList) -> str:
    """Counts, maker and commitment, for people."""
    strata = ", ".join(f"{stratum} {count}" for stratum, count in sorted(sealed_list.per_stratum().items()))
    return f"Slots: {strata}. Made by {sealed_list.head.maker}. Commitment: {commitment_of(sealed_list)}"
