"""/healthz tells which parts are alive."""

import json
import urllib.error
import urllib.request

import pytest
from django.test import Client

from tests.real_stack import Stack, wait_for
from trialsite import health


def ask(stack: Stack) -> tuple[int, dict[str, bool]]:
    """Status and content of /healthz."""
    try:
        with urllib.request.urlopen(f"{stack.base_url}/healthz", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


ALIVE = {"database": True, "broker": True, "worker": True, "vault": True}


@pytest.mark.req("O3")
@pytest.mark.parametrize("part", ["worker", "vault"])
def test_a_killed_worker_is_told_and_its_return_too(stack: Stack, part: str) -> None:
    wait_for(lambda: ask(stack) == (200, ALIVE), "good health")
    stack.kill(part)
    wait_for(lambda: ask(stack) == (503, {**ALIVE, part: False}), f"the news that the {part} is gone")
    stack.restart(part)
    wait_for(lambda: ask(stack) == (200, ALIVE), f"the news that the {part} is back")


@pytest.mark.django_db
def test_a_process_without_workers_is_not_healthy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "REPLY_SECONDS", 0.1)
    monkeypatch.setattr(health._Answer, "parts", {})
    assert health.parts() == {**ALIVE, "worker": False, "vault": False}
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer["Cache-Control"] == "no-store"


def test_a_broker_that_is_away_is_told_at_once(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setattr("django.conf.settings.REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(health, "_database_answers", lambda: True)
    assert health.parts() == {"database": True, "broker": False, "worker": False, "vault": False}
