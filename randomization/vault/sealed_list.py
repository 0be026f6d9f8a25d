"""The sealed list: what leaves the place where it was made, and all that a server ever gets.

One JSON file holds every slot and kit as ciphertext, with a commitment (B5): the SHA-256 of all sealed rows.
Sealing is randomized, so the commitment gives nothing away and may be published before the first participant;
it can be computed again at any time from the rows in the database, without the key.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nacl.public import PublicKey

from randomization.vault.sealing import SEALED_LENGTH, Kit, Slot, seal_kit, seal_slot

FORMAT = "sealed-list-1"


class ListProblem(Exception):
    """A sealed list that cannot be used. The message says why and never holds what is sealed."""


@dataclass(frozen=True, slots=True)
class SealedSlot:
    """A slot as it is stored."""

    stratum: str
    sequence: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SealedKit:
    """A kit as it is stored; `site` is the code of the site that has it, None when any site may use it."""

    KITNO: str
    site: str | None
    sealed: bytes


@dataclass(frozen=True)
class SealedList:
    """A whole list. `public_key` is the key that it was sealed to."""

    list_id: UUID
    trial: str
    made_at: datetime
    public_key: bytes
    slots: tuple[SealedSlot, ...]
    kits: tuple[SealedKit, ...]

    def per_stratum(self) -> dict[str, int]:
        """How many slots each stratum has."""
        return dict(Counter(slot.stratum for slot in self.slots))


def seal(
    slots: Iterable[Slot],
    kits: Iterable[Kit],
    *,
    list_id: UUID,
    trial: str,
    made_at: datetime,
    key: PublicKey,
) -> SealedList:
    """The list with every row sealed to the key."""
    return SealedList(
        list_id,
        trial,
        made_at,
        bytes(key),
        tuple(SealedSlot(slot.stratum, slot.sequence, seal_slot(slot, key)) for slot in slots),
        tuple(SealedKit(kit.KITNO, None, seal_kit(kit, key)) for kit in kits),
    )


def commitment(list_id: UUID, slots: Iterable[SealedSlot], kits: Iterable[SealedKit]) -> str:
    """The SHA-256, in hexadecimal, of all sealed rows in the order of their places."""
    digest = hashlib.sha256(list_id.bytes)
    for slot in sorted(slots, key=lambda slot: (slot.stratum, slot.sequence)):
        digest.update(f"|{slot.stratum}|{slot.sequence}|".encode() + slot.sealed)
    for kit in sorted(kits, key=lambda kit: kit.KITNO):
        digest.update(f"|{kit.KITNO}|{kit.site or ''}|".encode() + kit.sealed)
    return digest.hexdigest()


def commitment_of(sealed_list: SealedList) -> str:
    """The commitment of a whole list."""
    return commitment(sealed_list.list_id, sealed_list.slots, sealed_list.kits)


def write(sealed_list: SealedList) -> str:
    """The list as the text of a file."""
    content = {
        "format": FORMAT,
        "trial": sealed_list.trial,
        "list": str(sealed_list.list_id),
        "made_at": sealed_list.made_at.isoformat(),
        "public_key": sealed_list.public_key.hex(),
        "commitment": commitment_of(sealed_list),
        "slots": [[row.stratum, row.sequence, b64encode(row.sealed).decode()] for row in sealed_list.slots],
        "kits": [[row.KITNO, row.site, b64encode(row.sealed).decode()] for row in sealed_list.kits],
    }
    return json.dumps(content) + "\n"


def read(text: str | bytes) -> SealedList:
    """The list in the content of a file. ListProblem when it is none, is damaged, or repeats itself."""
    try:
        content: dict[str, Any] = json.loads(text)
        if content["format"] != FORMAT:
            raise ListProblem(f"The file is not in the format {FORMAT}.")
        sealed_list = SealedList(
            UUID(content["list"]),
            str(content["trial"]),
            datetime.fromisoformat(content["made_at"]),
            bytes.fromhex(content["public_key"]),
            tuple(SealedSlot(str(s), int(n), b64decode(c, validate=True)) for s, n, c in content["slots"]),
            tuple(
                SealedKit(str(k), None if site is None else str(site), b64decode(c, validate=True))
                for k, site, c in content["kits"]
            ),
        )
        promised = str(content["commitment"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ListProblem("The file is not a sealed list made by seal_list.") from None
    if commitment_of(sealed_list) != promised:
        raise ListProblem("The file was changed after it was sealed: the commitment does not fit its rows.")
    _check(sealed_list)
    return sealed_list


def _check(sealed_list: SealedList) -> None:
    rows = [slot.sealed for slot in sealed_list.slots] + [kit.sealed for kit in sealed_list.kits]
    if any(len(row) != SEALED_LENGTH for row in rows):
        raise ListProblem(f"Every sealed row has {SEALED_LENGTH} bytes; some in this file have not.")
    _refuse_repeated(rows, "a sealed row")
    _refuse_repeated([kit.KITNO for kit in sealed_list.kits], "a kit number")
    for stratum, count in sealed_list.per_stratum().items():
        sequences = sorted(slot.sequence for slot in sealed_list.slots if slot.stratum == stratum)
        if sequences != list(range(1, count + 1)):
            raise ListProblem(f"The slots of stratum {stratum} are not numbered 1 to {count} without gap.")


def _refuse_repeated(values: Sequence[object], what: str) -> None:
    if len(set(values)) != len(values):
        raise ListProblem(f"The file holds {what} twice.")


def summary(sealed_list: SealedList) -> str:
    """Counts and commitment, for people."""
    strata = ", ".join(f"{stratum} {count}" for stratum, count in sorted(sealed_list.per_stratum().items()))
    return f"Slots: {strata}. Kits: {len(sealed_list.kits)}. Commitment: {commitment_of(sealed_list)}"
