"""Telling the vault that a request waits. A hint only: the vault finds every row without it."""

import logging
from uuid import UUID

from kombu.exceptions import OperationalError
from redis import RedisError

from trialsite.celery import app

logger = logging.getLogger(__name__)


def tell_vault(request_id: UUID, task: str = "vault.answer") -> None:
    """Send the request's opaque id to the vault's queue. A broker that is away is no error."""
    try:
        app.send_task(task, [str(request_id)], queue="vault", retry=False)
    except (OperationalError, RedisError) as error:
        logger.warning("request %s waits without a message: %s", request_id, type(error).__name__)


def tell_vault_of_a_list() -> None:
    """Have the vault look for what waits, a confirmed list among it. A broker that is away is no error."""
    try:
        app.send_task("vault.sweep", queue="vault", retry=False)
    except (OperationalError, RedisError) as error:
        logger.warning("a list waits without a message: %s", type(error).__name__)
