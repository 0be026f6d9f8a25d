"""Where a list comes from: seed, recipe and salt, sealed to the vault's key and kept with the list (R5, B4).

The seed opens the whole list, as the vault's key does. It is sealed to that key rather than to a passphrase:
one secret is guarded, not two, and nobody has to remember or to hand over anything.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from randomization.vault.generation import (
    BigStick,
    PermutedBlocks,
    Recipe,
    Scheme,
    allocation_list,
)
from randomization.vault.sealing import SealBroken, Slot

SALT_BYTES = 32
_PADDED_TO = 2048  # bytes; the length of what is sealed says nothing of the scheme (B4)


@dataclass(frozen=True, repr=False)
class Origin:
    """How a list came to be. An imported list is not drawn from the seed."""

    seed: bytes
    salt: bytes
    recipe: Recipe
    imported: bool = False

    def __repr__(self) -> str:
        return "Origin(sealed)"


def fresh_salt() -> bytes:
    """A salt for `content_hash`."""
    return secrets.token_bytes(SALT_BYTES)


def content_hash(salt: bytes, slots: Iterable[Slot]) -> str:
    """The salted SHA-256 of an opened list, one line a slot, in the order of their places.

    Published with the list; once list and salt are disclosed anybody can recompute it, without the key.
    """
    return hashlib.sha256(salt + plain_text(slots).encode()).hexdigest()


def plain_text(slots: Iterable[Slot]) -> str:
    """The opened list as text: the bytes that a regenerated list must repeat."""
    lines = [
        f"{slot.stratum}|{slot.sequence}|{slot.RANDNO}|{slot.arm}"
        for slot in sorted(slots, key=lambda slot: (slot.stratum, slot.sequence))
    ]
    return "".join(f"{line}\n" for line in lines)


def regenerate(origin: Origin, *, list_id: UUID) -> list[Slot]:
    """The list that seed and recipe give; meaningless for an imported one."""
    return allocation_list(origin.seed, origin.recipe, list_id=list_id)


def seal(origin: Origin, key: PublicKey) -> bytes:
    """The origin as ciphertext."""
    text = json.dumps(
        {
            "seed": origin.seed.hex(),
            "salt": origin.salt.hex(),
            "imported": origin.imported,
            "scheme": _named(origin.recipe.scheme),
            "trial": origin.recipe.trial,
            "arms": origin.recipe.arms,
            "strata": origin.recipe.strata,
            "per_stratum": origin.recipe.per_stratum,
        }
    ).encode()
    if len(text) > _PADDED_TO:
        raise ValueError("The recipe of the list has too many strata to be sealed.")
    return bytes(SealedBox(key).encrypt(text.ljust(_PADDED_TO)))


def unseal(sealed: bytes, key: PrivateKey) -> Origin:
    """The origin of a list. SealBroken when it does not open with the key."""
    try:
        found: dict[str, Any] = json.loads(SealedBox(key).decrypt(sealed))
        one, other = found["arms"]
        return Origin(
            bytes.fromhex(found["seed"]),
            bytes.fromhex(found["salt"]),
            Recipe(
                found["trial"],
                _scheme(found["scheme"]),
                (one, other),
                tuple(found["strata"]),
                found["per_stratum"],
            ),
            found["imported"],
        )
    except (CryptoError, ValueError, TypeError, KeyError):
        raise SealBroken("The sealed seed of the list does not open with the vault's key.") from None


def _named(scheme: Scheme) -> dict[str, Any]:
    if isinstance(scheme, BigStick):
        return {"big stick": scheme.limit}
    return {"permuted blocks": scheme.sizes}


def _scheme(named: dict[str, Any]) -> Scheme:
    if "big stick" in named:
        return BigStick(named["big stick"])
    return PermutedBlocks(tuple(named["permuted blocks"]))
