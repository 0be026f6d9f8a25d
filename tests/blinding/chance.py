"""Chance and time that repeat: two worlds with the same seed draw the same keys, tokens, nonces and times.

Nothing of a page has then to be taken out before two worlds are compared.
"""

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from axes.handlers import proxy
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils import timezone

from trialsite import clock

# After every day that is simulated: what "now" is by the computer's clock while the worlds are made.
MOMENT = datetime(2026, 6, 1, 4, tzinfo=UTC)
_STEP = timedelta(microseconds=100)


class Chance:
    """Bytes from a seed, in place of the operating system's."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.begin("")

    def begin(self, what: str) -> None:
        """Begin anew for something named: what was drawn before does not matter to it."""
        self._what = what
        self._drawn = 0

    def bytes(self, count: int) -> bytes:
        """The next bytes."""
        self._drawn += 1
        place = f"{self._seed}|{self._what}|{self._drawn}".encode()
        return hashlib.shake_256(place).digest(count)


class Moments:
    """The computer's clock: each look at it is a little later."""

    def __init__(self) -> None:
        self.begin(timedelta())

    def begin(self, later: timedelta) -> None:
        """Begin anew at so long after MOMENT: how often somebody looked before does not matter."""
        self._looks = later // _STEP

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        self._looks += 1
        return MOMENT + self._looks * _STEP


@contextmanager
def repeatable(seed: str) -> Iterator[tuple[Chance, Moments]]:
    """Let this process draw from the seed, and start its clocks at MOMENT."""
    chance, moments = Chance(seed), Moments()
    replaced: list[tuple[Any, str, Callable[..., Any]]] = [
        (os, "urandom", chance.bytes),  # uuid4
        (random, "_urandom", chance.bytes),  # secrets, SystemRandom
        (time, "time", MOMENT.timestamp),
        (timezone, "now", moments.now),
        (proxy, "now", moments.now),
        (PasswordResetTokenGenerator, "_now", lambda _: MOMENT.replace(tzinfo=None)),
    ]
    with ExitStack() as stack:
        for module, name, stand_in in replaced:
            stack.enter_context(patch.object(module, name, stand_in))
        stack.enter_context(clock.set_to(MOMENT))
        yield chance, moments
