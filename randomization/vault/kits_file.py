"""Sealing a kit list kit by kit, and opening it again. The file itself is randomization.kit_list_file's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from nacl.public import PublicKey

from randomization.kit_list_file import KitHead, SealedKitList, SealedLabel
from randomization.list_file import ListProblem
from randomization.vault.keys import VaultKey
from randomization.vault.kits_checks import LabelledKit
from randomization.vault.sealing import Kit, open_kit, seal_kit


def seal(
    kits: Sequence[LabelledKit], *, trial: str, maker: str, made_at: datetime, key: PublicKey
) -> SealedKitList:
    """The list with the content of every kit sealed to the key, in the order of the numbers."""
    head = KitHead(uuid4(), trial, made_at, maker, bytes(key))
    return SealedKitList(
        head,
        tuple(
            SealedLabel(
                kit.KITNO, kit.site, kit.lot, kit.expiry, seal_kit(Kit(head.list_id, kit.KITNO, kit.arm), key)
            )
            for kit in sorted(kits, key=lambda kit: kit.KITNO)
        ),
    )


def unseal(sealed: SealedKitList, key: VaultKey) -> list[LabelledKit]:
    """Every kit, opened. ListProblem when sealed to another key, SealBroken for a row that was moved."""
    if sealed.head.public_key != bytes(key.public):
        raise ListProblem("The kit list was sealed to another key than the vault's.")
    return [
        LabelledKit(
            row.KITNO,
            row.site,
            row.lot,
            row.expiry,
            open_kit(row.sealed, key.private, list_id=sealed.head.list_id, KITNO=row.KITNO).arm,
        )
        for row in sealed.kits
    ]
