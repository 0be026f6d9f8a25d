"""Sealing a row of the list to the vault's public key, and opening it again.

A sealed box (X25519, XSalsa20-Poly1305) draws a fresh key for every message, so that equal arms never look
equal (B6, L15). What is sealed has one fixed length for slots and kits alike, and repeats the place of the
row: a row that was moved to another place, or taken from another list, does not open.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

# kind, list, stratum or kit number, place in the stratum, treatment number, arm
_LAYOUT = struct.Struct(">B16s16sI16s16s")
SEALED_LENGTH = _LAYOUT.size + 48  # a sealed box adds the one-time public key (32) and the check (16)
LONGEST_TEXT = 12  # bytes of UTF-8; what a participant's treatment number may have


class _Kind(IntEnum):
    SLOT = 1
    KIT = 2


class SealBroken(Exception):
    """A sealed row that does not open, or that stands in a place it was not sealed for.

    Names the place, never what was found there.
    """


@dataclass(frozen=True, slots=True, repr=False)
class Slot:
    """One place of the allocation list, opened."""

    list_id: UUID
    stratum: str
    sequence: int
    RANDNO: str
    arm: str

    def __repr__(self) -> str:
        return "Slot(sealed)"


@dataclass(frozen=True, slots=True, repr=False)
class Kit:
    """One treatment kit, opened."""

    list_id: UUID
    KITNO: str
    arm: str

    def __repr__(self) -> str:
        return "Kit(sealed)"


def _bytes(text: str) -> bytes:
    encoded = text.encode()
    if not 0 < len(encoded) <= LONGEST_TEXT or b"\0" in encoded:
        # The text may be an arm and stays out of the message.
        raise ValueError(f"A stratum, number or arm has 1 to {LONGEST_TEXT} bytes, none of them zero.")
    return encoded


def _text(padded: bytes) -> str:
    return padded.rstrip(b"\0").decode()


def seal_slot(slot: Slot, key: PublicKey) -> bytes:
    """The slot as ciphertext of SEALED_LENGTH bytes. ValueError when a text is too long or empty."""
    number, arm = _bytes(slot.RANDNO), _bytes(slot.arm)
    place = _bytes(slot.stratum)
    plain = _LAYOUT.pack(_Kind.SLOT, slot.list_id.bytes, place, slot.sequence, number, arm)
    return bytes(SealedBox(key).encrypt(plain))


def seal_kit(kit: Kit, key: PublicKey) -> bytes:
    """The kit as ciphertext of SEALED_LENGTH bytes. ValueError when a text is too long or empty."""
    plain = _LAYOUT.pack(_Kind.KIT, kit.list_id.bytes, _bytes(kit.KITNO), 0, b"", _bytes(kit.arm))
    return bytes(SealedBox(key).encrypt(plain))


def open_slot(sealed: bytes, key: PrivateKey, *, list_id: UUID, stratum: str, sequence: int) -> Slot:
    """The slot of this list that stands in this place. SealBroken when it was not sealed for it."""
    number, arm = _open(sealed, key, (_Kind.SLOT, list_id.bytes, stratum, sequence))
    return Slot(list_id, stratum, sequence, number, arm)


def open_kit(sealed: bytes, key: PrivateKey, *, list_id: UUID, KITNO: str) -> Kit:
    """The kit of this list with this number. SealBroken when it was not sealed for it."""
    _, arm = _open(sealed, key, (_Kind.KIT, list_id.bytes, KITNO, 0))
    return Kit(list_id, KITNO, arm)


def _open(sealed: bytes, key: PrivateKey, place: tuple[_Kind, bytes, str, int]) -> tuple[str, str]:
    kind, _, name, sequence = place
    named = f"{kind.name.lower()} {name}" + (f" {sequence}" if sequence else "")
    try:
        found = _LAYOUT.unpack(SealedBox(key).decrypt(sealed))
    except (CryptoError, struct.error):
        raise SealBroken(f"The sealed row of {named} does not open with the vault's key.") from None
    if (found[0], found[1], _text(found[2]), found[3]) != place:
        raise SealBroken(f"The sealed row of {named} was sealed for another place or list.")
    return _text(found[4]), _text(found[5])
