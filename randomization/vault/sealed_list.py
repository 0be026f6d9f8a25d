"""Sealing a list row by row, and opening it again. The file itself is randomization.list_file's."""

from collections.abc import Sequence
from datetime import datetime

from nacl.public import PublicKey

from randomization.list_file import Head, ListProblem, SealedList, SealedSlot
from randomization.vault import origin as origins
from randomization.vault.generation import code_hash
from randomization.vault.keys import VaultKey
from randomization.vault.origin import Origin
from randomization.vault.sealing import Slot, open_slot, seal_slot


def seal(
    slots: Sequence[Slot],
    origin: Origin,
    *,
    maker: str,
    made_at: datetime,
    key: PublicKey,
) -> SealedList:
    """The list with every row, and where it comes from, sealed to the key. `maker` is a user name."""
    head = Head(
        list_id=slots[0].list_id,
        trial=origin.recipe.trial,
        made_at=made_at,
        maker=maker,
        public_key=bytes(key),
        generator=code_hash(),
        content=origins.content_hash(origin.salt, slots),
        origin=origins.seal(origin, key),
    )
    return SealedList(
        head,
        tuple(SealedSlot(slot.stratum, slot.sequence, seal_slot(slot, key)) for slot in slots),
    )


def open_list(sealed_list: SealedList, key: VaultKey) -> list[Slot]:
    """Every row, opened. ListProblem when sealed to another key, SealBroken for a row that was moved."""
    if sealed_list.head.public_key != bytes(key.public):
        raise ListProblem("The list was sealed to another key than the vault's.")
    list_id, private = sealed_list.list_id, key.private
    return [
        open_slot(row.sealed, private, list_id=list_id, stratum=row.stratum, sequence=row.sequence)
        for row in sealed_list.slots
    ]
