"""Keeps the embedded servers running for the length of a test run; loaded before Django's settings are."""

import atexit
from contextlib import ExitStack

from trialsite import embedded

_held = ExitStack()
_held.enter_context(embedded.running())
atexit.register(_held.close)
