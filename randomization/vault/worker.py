"""The vault's process: a Celery worker of its own, on the queue `vault`, under the vault's database role.

    DATABASE_ROLE=vault celery -A randomization.vault.worker worker --queues vault --pool solo

A message is a hint; what counts is the row. At its start and whenever beat asks, the vault answers every
request that waits, so that neither a lost message nor a killed vault loses one. One request is answered at a
time; more vaults may work side by side.
"""

import logging
import os
from pathlib import Path
from typing import Any
from uuid import UUID

from celery import Celery
from celery.signals import worker_init, worker_ready
from django.conf import settings
from kombu.exceptions import OperationalError
from redis import RedisError

from randomization.states import State
from randomization.vault import (
    answering,
    disclosing,
    handed_in,
    keys,
    kits_loading,
    kits_report,
    kits_shipping,
    loading,
)
from randomization.vault.database import connect
from trialsite import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialsite.settings")
QUEUE = "vault"
logger = logging.getLogger(__name__)

app = Celery("vault")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_default_queue = QUEUE


@app.task(name="vault.answer", shared=False)
def answer(request_id: str) -> None:
    """Answer one request."""
    request = UUID(request_id)
    with connect() as connection:
        state = answering.attempt(connection, _key(), request)
    if state is State.ANSWERED:
        _tell_web(request)


@app.task(name="vault.disclose", shared=False)
def disclose(request_id: str) -> None:
    """Answer one request to unblind a participant."""
    with connect() as connection:
        disclosing.attempt(connection, _key(), UUID(request_id))


@app.task(name="vault.sweep", shared=False)
def sweep() -> None:
    """Answer every request that waits, emergencies first; load a list that two people want loaded."""
    with connect() as connection:
        disclosing.disclose_waiting(connection, _key())
        handed_in.load_confirmed(connection, _key())
        kits_shipping.prepare_waiting(connection, _key())
        kits_report.answer_waiting(connection, _key())
        answering.answer_waiting(connection, _key(), answered=_tell_web)
        disclosing.unblind_study_if_approved(connection, _key())


@app.task(name="vault.check_list", shared=False)
def check_list() -> None:
    """Compute the commitments of the loaded list and kit lists anew (B5)."""
    with connect() as connection:
        check = loading.check_loaded(connection)
        kits_hold = kits_loading.check_loaded(connection)
    if check is not None and not check.holds:
        logger.critical("the loaded list is not the one that was loaded: its commitment differs")
    if not kits_hold:
        logger.critical("a loaded kit list is not the one that was loaded: its commitment differs")


def _key() -> keys.VaultKey:
    # Read anew for each task: a short life in memory, and no state between tasks.
    return keys.load(Path(settings.VAULT_KEY_FILE or ""))


def _tell_web(request: UUID) -> None:
    """Have the answer taken up at once. Without a broker the asking page or beat takes it up."""
    try:
        app.send_task("randomization.take_up_answer", [str(request)], queue="default", retry=False)
    except (OperationalError, RedisError) as error:
        logger.warning("request %s is answered, without a message: %s", request, type(error).__name__)


@worker_init.connect
def _prepare(**_: Any) -> None:
    """Refuse to start without key or role, in one line; do the vault's work and nobody else's."""
    for name in set(app.tasks):
        if not name.startswith(("vault.", "celery.")):  # shared by other rooms with every application
            app.tasks.unregister(name)
    if environment.role() != "vault":
        environment.refuse("the vault works under DATABASE_ROLE=vault only.")
    try:
        _key()
    except keys.KeyProblem as problem:
        environment.refuse(str(problem))


@worker_ready.connect
def _catch_up(**_: Any) -> None:
    """Answer what was asked while no vault ran."""
    sweep.delay()
