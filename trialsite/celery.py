"""The Celery application: mails and exports on the queue `default`, the vault on the queue `vault`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialsite.settings")

app = Celery("trialsite")
app.config_from_object("django.conf:settings", namespace="CELERY", force=True)
# Not the vault's: its tasks are loaded by the vault's own process alone.
app.autodiscover_tasks(["trialsite.audit", "trialsite.export", "screening", "randomization", "visits"])


@setup_logging.connect
def keep_logging_of_settings(**_: Any) -> None:
    """Celery would set up logging of its own; LOGGING in the settings has said all there is to say."""
