"""The two kinds of sealed lists that are handed in: what their files say, and who may hand them in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from randomization import kit_list_file, list_file
from randomization.list_file import ListProblem
from randomization.list_states import ListKind
from randomization.supply.models import Kit
from trialsite import protocol
from trialsite.accounts.models import Site
from trialsite.accounts.rights import Right


@dataclass(frozen=True)
class Outside:
    """What can be seen of a sealed file without the key. `counts`: places by stratum, or pairs by site."""

    maker: str
    made_at: datetime
    commitment: str
    counts: dict[str, int]


def read_allocation_list(content: str | bytes) -> Outside:
    """ListProblem when the file is no allocation list, or none of this protocol."""
    sealed = list_file.read(content)
    list_file.check_fits(sealed, trial=protocol.TRIAL, strata=[stratum.code for stratum in protocol.STRATA])
    head = sealed.head
    return Outside(head.maker, head.made_at, list_file.commitment_of(sealed), sealed.per_stratum())


def read_kit_list(content: str | bytes) -> Outside:
    """ListProblem when the file is no kit list, of another trial or site, or its kits are known already."""
    sealed = kit_list_file.read(content)
    head = sealed.head
    if head.trial != protocol.TRIAL:
        raise ListProblem(f"The kits were packed for the trial {head.trial}, not for {protocol.TRIAL}.")
    if unknown := sorted(set(sealed.pairs()) - set(Site.objects.values_list("code", flat=True))):
        raise ListProblem(f"There is no site {unknown[0]}. Add the site first.")
    if Kit.objects.filter(KITNO__in=[kit.KITNO for kit in sealed.kits]).exists():
        raise ListProblem(
            "This kit list, or a kit with one of its numbers, is loaded already; a number is used once."
        )
    return Outside(head.maker, head.made_at, sealed.commitment, sealed.pairs())


READ: Mapping[ListKind, Callable[[str | bytes], Outside]] = {
    ListKind.ALLOCATION: read_allocation_list,
    ListKind.KITS: read_kit_list,
}
RIGHT: Mapping[ListKind, Right] = {ListKind.ALLOCATION: Right.LOAD_LIST, ListKind.KITS: Right.LOAD_KITS}
