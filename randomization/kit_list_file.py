"""The sealed kit list: what leaves the place where the kits are packed.

One JSON file: a head, and for each kit its label in clear and its content as ciphertext. The commitment is
the SHA-256 of head and rows, in the order of the numbers, so that the order of packing is not kept.

Nothing here opens a kit: this is the part that the web process may know.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from randomization.list_file import SEALED_LENGTH, ListProblem

FORMAT = "sealed-kits-1"


@dataclass(frozen=True, slots=True)
class SealedLabel:
    """A kit as it is stored: its label, and its content as ciphertext."""

    KITNO: str
    site: str
    lot: str
    expiry: date
    sealed: bytes


@dataclass(frozen=True)
class KitHead:
    """What anybody may know of a kit list. `maker` is a user name."""

    list_id: UUID
    trial: str
    made_at: datetime
    maker: str
    public_key: bytes

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
            }
        )


@dataclass(frozen=True)
class SealedKitList:
    """A whole kit list."""

    head: KitHead
    kits: tuple[SealedLabel, ...]

    @property
    def commitment(self) -> str:
        """The SHA-256 of head and rows; says nothing of what is in the kits."""
        return commitment(self.head.text(), self.kits)

    def pairs(self) -> dict[str, int]:
        """How many pairs each site has."""
        return {site: count // 2 for site, count in sorted(Counter(kit.site for kit in self.kits).items())}

    def summary(self) -> str:
        """Counts by site, maker and commitment, for people."""
        sites = ", ".join(f"site {site} {count}" for site, count in self.pairs().items())
        return f"Pairs of kits: {sites}. Made by {self.head.maker}. Commitment: {self.commitment}"


def commitment(head: str, kits: Iterable[SealedLabel]) -> str:
    """The SHA-256, in hexadecimal, of the head's text and all rows in the order of their numbers."""
    digest = hashlib.sha256(head.encode())
    for kit in sorted(kits, key=lambda kit: kit.KITNO):
        digest.update(f"|{kit.KITNO}|{kit.site}|{kit.lot}|{kit.expiry}|".encode() + kit.sealed)
    return digest.hexdigest()


def write(sealed: SealedKitList) -> str:
    """The list as the text of a file."""
    return (
        json.dumps(
            {
                **json.loads(sealed.head.text()),
                "commitment": sealed.commitment,
                "kits": [
                    [kit.KITNO, kit.site, kit.lot, kit.expiry.isoformat(), b64encode(kit.sealed).decode()]
                    for kit in sealed.kits
                ],
            }
        )
        + "\n"
    )


def read(text: str | bytes) -> SealedKitList:
    """The kit list in the content of a file. ListProblem when it is none, or was changed."""
    try:
        content: dict[str, Any] = json.loads(text)
        if content["format"] != FORMAT:
            raise ListProblem(f"The file is not in the format {FORMAT}.")
        head = KitHead(
            UUID(content["list"]),
            str(content["trial"]),
            datetime.fromisoformat(content["made_at"]),
            str(content["maker"]),
            bytes.fromhex(content["public_key"]),
        )
        sealed = SealedKitList(
            head,
            tuple(
                SealedLabel(str(k), str(s), str(lot), date.fromisoformat(e), b64decode(c, validate=True))
                for k, s, lot, e, c in content["kits"]
            ),
        )
        promised = str(content["commitment"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ListProblem("The file is not a sealed kit list made by seal_kits.") from None
    if sealed.commitment != promised:
        raise ListProblem("The file was changed after it was sealed: the commitment does not fit its rows.")
    if any(len(kit.sealed) != SEALED_LENGTH for kit in sealed.kits):
        raise ListProblem(f"Every sealed kit has {SEALED_LENGTH} bytes; some in this file have not.")
    return sealed
