"""Loading a list that came through the pages: handed in by its maker, confirmed by somebody else."""

import logging
from dataclasses import dataclass
from uuid import UUID

from randomization.list_file import ListProblem, SealedList, check_fits, commitment_of, read
from randomization.list_states import ListState
from randomization.vault import loading
from randomization.vault.database import Connection
from randomization.vault.keys import VaultKey
from randomization.vault.sealing import SealBroken
from trialsite import protocol

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _HandedIn:
    id: UUID
    content: str
    commitment: str
    loader: str


def load_confirmed(connection: Connection, key: VaultKey) -> ListState | None:
    """Load or refuse the confirmed list, in one transaction; None when none waits or it failed.

    A list that is not as it must be is refused with the reason, which names no arm and no number. Any other
    failure is logged by its kind only, and leaves the list waiting.
    """
    try:
        with connection.transaction():
            connection.execute(
                "SELECT set_config('edc.actor', 'system:vault', true), set_config('edc.role', 'vault', true),"
                " set_config('edc.reason', '', true)"
            )
            row = connection.execute(
                "SELECT id, content, commitment, loader FROM randomization_handedinlist WHERE state = %s"
                " FOR NO KEY UPDATE",
                [ListState.CONFIRMED.value],
            ).fetchone()
            return None if row is None else _settle(connection, key, _HandedIn(*row))
    except Exception as error:  # noqa: BLE001  whatever went wrong, its words must not reach a log
        logger.error("a confirmed list stays waiting: %s", type(error).__name__)  # noqa: TRY400
        return None


def _settle(connection: Connection, key: VaultKey, handed_in: _HandedIn) -> ListState:
    state, refusal = ListState.LOADED, ""
    try:
        with connection.transaction():  # what a refused list has written is taken back, not the refusal
            sealed = _checked(handed_in, key)
            loading.load(connection, sealed, loader=handed_in.loader)
    except (ListProblem, SealBroken) as problem:
        state, refusal = ListState.REFUSED, str(problem)
    connection.execute(
        "UPDATE randomization_handedinlist SET state = %s, refusal = %s, answered_at = clock_timestamp(),"
        " content = '' WHERE id = %s",
        [state.value, refusal, handed_in.id],
    )
    return state


def _checked(handed_in: _HandedIn, key: VaultKey) -> SealedList:
    sealed = read(handed_in.content)
    if commitment_of(sealed) != handed_in.commitment:
        raise ListProblem("The file is not the one that was confirmed.")
    check_fits(sealed, trial=protocol.TRIAL, strata=[stratum.code for stratum in protocol.STRATA])
    loading.check_opens(sealed, key, arms=protocol.ARMS)
    return sealed
