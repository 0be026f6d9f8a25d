"""The envelope in which the vault sends one arm to one person.

The person's request brings a public key that was made for it alone. What is sealed to it has one length
whatever the arm, never looks the same twice (L15), and repeats request and participant: an envelope that was
moved to another request does not open.
"""

import struct
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

# request, participant, arm
_LAYOUT = struct.Struct(">16s16s16s")
SEALED_LENGTH = _LAYOUT.size + 48  # a sealed box adds the one-time public key (32) and the check (16)
LONGEST_ARM = 16  # bytes


class EnvelopeBroken(Exception):
    """An envelope that does not open with this key, or was made for another request."""


def seal_arm(arm: str, key: PublicKey, *, request: UUID, participant: UUID) -> bytes:
    """The arm as ciphertext of SEALED_LENGTH bytes. ValueError when it is empty or too long."""
    encoded = arm.encode()
    if not 0 < len(encoded) <= LONGEST_ARM:
        raise ValueError(f"An arm has 1 to {LONGEST_ARM} bytes.")  # never which arm
    return bytes(SealedBox(key).encrypt(_LAYOUT.pack(request.bytes, participant.bytes, encoded)))


def open_arm(sealed: bytes, key: PrivateKey, *, request: UUID, participant: UUID) -> str:
    """The arm that was sealed for this request. Raises EnvelopeBroken, which says nothing of it."""
    try:
        found = _LAYOUT.unpack(SealedBox(key).decrypt(sealed))
    except (CryptoError, struct.error):
        raise EnvelopeBroken("The envelope does not open with this key.") from None
    if found[:2] != (request.bytes, participant.bytes):
        raise EnvelopeBroken("The envelope was made for another request.")
    return bytes(found[2]).rstrip(b"\0").decode()
