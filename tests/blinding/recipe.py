"""How the lists of the worlds are drawn: by the generator and with the recipe of the protocol."""

import random
from datetime import date
from uuid import UUID

from randomization.vault.generation import PermutedBlocks, Recipe, allocation_list
from randomization.vault.kits_checks import LabelledKit
from randomization.vault.sealing import Slot
from tests.blinding.secret import Secret
from trialsite import protocol

LIST = UUID(int=5)
_LOTS = (("T26A", date(2027, 6, 30)), ("T26B", date(2028, 6, 30)))
PER_STRATUM = 120
RECIPE = Recipe(
    protocol.TRIAL,
    PermutedBlocks(protocol.BLOCK_SIZES),
    protocol.ARMS,
    tuple(stratum.code for stratum in protocol.STRATA),
    PER_STRATUM,
)


def slots_of(seed: int) -> list[Slot]:
    """The slots of a list, cut to the same length in every stratum."""
    drawn = allocation_list(seed.to_bytes(32, "big"), RECIPE, list_id=LIST)
    return [slot for slot in drawn if slot.sequence <= PER_STRATUM]


def first_secret(seed: int, sites: tuple[str, ...], pairs_a_lot: int) -> Secret:
    """List and kits of the first world."""
    chance = random.Random(seed)
    unnumbered = [
        (site, lot, expiry, arm)
        for site in sites
        for lot, expiry in _LOTS
        for _ in range(pairs_a_lot)
        for arm in protocol.ARMS
    ]
    numbers = chance.sample(range(1_000_000, 9_999_999), len(unnumbered))
    kits = [LabelledKit(f"K{number}", *label) for number, label in zip(numbers, unnumbered, strict=True)]
    return Secret(tuple(slots_of(seed)), tuple(kits))
