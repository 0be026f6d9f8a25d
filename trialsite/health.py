"""Whether the parts are alive."""

import time

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from trialsite.accounts.access import public
from trialsite.celery import app

WORKERS = ("worker", "vault")
REPLY_SECONDS = 2.0
KEPT_SECONDS = 2.0  # an answer is given again for this long: the page is open to everybody


class _Answer:
    """The last answer of this process."""

    at = 0.0
    parts: dict[str, bool] = {}


@require_safe
@public
def healthz(request: HttpRequest) -> JsonResponse:
    """JSON {"database", "broker", "worker", "vault": true or false}; 200 when all are alive, else 503."""
    now = time.monotonic()
    if not _Answer.parts or now - _Answer.at > KEPT_SECONDS:
        _Answer.parts, _Answer.at = parts(), now
    return JsonResponse(_Answer.parts, status=200 if all(_Answer.parts.values()) else 503)


def parts() -> dict[str, bool]:
    """Ask every part now. Takes at most about REPLY_SECONDS for each worker that does not answer."""
    broker = _broker_answers()
    answers = {"database": _database_answers(), "broker": broker}
    for name in WORKERS:
        answers[name] = broker and _worker_answers(name)
    return answers


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), socket_timeout=2) as broker:
            return bool(broker.ping())
    except (RedisError, OSError):
        return False


def _worker_answers(name: str) -> bool:
    try:
        replies = app.control.broadcast(
            "ping",
            reply=True,
            timeout=REPLY_SECONDS,
            limit=1,
            pattern=f"{name}@*",
            matcher="glob",  # type: ignore[arg-type]  # the stubs ask for a function, the wire for its name
        )
    except (OperationalError, RedisError, OSError):
        return False
    return bool(replies)
