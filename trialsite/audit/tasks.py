"""Anchors in the background."""

from celery import shared_task
from django.db import transaction

from trialsite.audit import anchors


@shared_task
def write_anchors() -> None:
    """Every few minutes, and soon after whatever asked for it."""
    anchors.write_anchors()


def anchor_soon() -> None:
    """Have this transaction sealed as soon as it is committed: after a signature or a randomization.

    A broker that is down loses nothing: the next anchor seals it.
    """
    transaction.on_commit(write_anchors.delay, robust=True)
