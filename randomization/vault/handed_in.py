"""Loading a list that came through the pages: handed in by its maker, confirmed by somebody else."""

import logging
from dataclasses import dataclass
from uuid import UUID

from randomization import kit_list_file
from randomization.list_file import ListProblem, check_fits, commitment_of, read
from randomization.list_states import ListKind, ListState
from randomization.vault import kits_loading, loading
from randomization.vault.database import Connection, say_who
from randomization.vault.keys import VaultKey
from randomization.vault.sealing import SealBroken
from trialsite import protocol

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _HandedIn:
    id: UUID
    kind: str
    content: str
    commitment: str
    loader: str


def load_confirmed(connection: Connection, key: VaultKey) -> ListState | None:
    """Load or refuse each confirmed list, in a transaction of its own; the first state, None when none waits.

    A list that is not as it must be is refused with the reason, which names no arm and no number. Any other
    failure is logged by its kind only, and leaves the list waiting.
    """
    settled = [_load(connection, key, kind) for kind in ListKind]
    return next((state for state in settled if state), None)


def _load(connection: Connection, key: VaultKey, kind: ListKind) -> ListState | None:
    try:
        with connection.transaction():
            say_who(connection)
            row = connection.execute(
                "SELECT id, kind, content, commitment, loader FROM randomization_handedinlist"
                " WHERE state = %s AND kind = %s FOR NO KEY UPDATE",
                [ListState.CONFIRMED.value, kind.value],
            ).fetchone()
            return None if row is None else _settle(connection, key, _HandedIn(*row))
    except Exception as error:  # noqa: BLE001  whatever went wrong, its words must not reach a log
        logger.error("a confirmed list stays waiting: %s", type(error).__name__)  # noqa: TRY400
        return None


def _settle(connection: Connection, key: VaultKey, handed_in: _HandedIn) -> ListState:
    state, refusal = ListState.LOADED, ""
    try:
        with connection.transaction():  # what a refused list has written is taken back, not the refusal
            if handed_in.kind == ListKind.KITS:
                _load_kits(connection, key, handed_in)
            else:
                _load_allocation_list(connection, key, handed_in)
    except (ListProblem, SealBroken) as problem:
        state, refusal = ListState.REFUSED, str(problem)
    connection.execute(
        "UPDATE randomization_handedinlist SET state = %s, refusal = %s, answered_at = clock_timestamp(),"
        " content = '' WHERE id = %s",
        [state.value, refusal, handed_in.id],
    )
    return state


def _load_allocation_list(connection: Connection, key: VaultKey, handed_in: _HandedIn) -> None:
    sealed = read(handed_in.content)
    _check_commitment(commitment_of(sealed), handed_in)
    check_fits(sealed, trial=protocol.TRIAL, strata=[stratum.code for stratum in protocol.STRATA])
    loading.check_opens(sealed, key, arms=protocol.ARMS)
    loading.load(connection, sealed, loader=handed_in.loader)


def _load_kits(connection: Connection, key: VaultKey, handed_in: _HandedIn) -> None:
    sealed = kit_list_file.read(handed_in.content)
    _check_commitment(sealed.commitment, handed_in)
    kits_loading.check_opens(sealed, key, trial=protocol.TRIAL, arms=protocol.ARMS)
    kits_loading.load(connection, sealed, loader=handed_in.loader)


def _check_commitment(found: str, handed_in: _HandedIn) -> None:
    if found != handed_in.commitment:
        raise ListProblem("The file is not the one that was confirmed.")
