"""Which tables the history watches: every one of the project's own, but for the exceptions named here."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.apps import apps
from django.db.models import Model

# The packages whose models hold the study; the tables of libraries (sessions, lockouts) are not study data.
OWN_PACKAGES: Final = frozenset({"trialsite", "screening", "randomization", "visits"})

EXEMPT: Final[Mapping[str, str]] = {
    "crf.Draft": "What is being typed and was not submitted is no record yet; what is submitted is watched.",
    "crf.Submission": "A log itself: who sent what and when, inserted once; nobody may change or remove it.",
    "visits.VisitSummary": "Counts of what the records say; whoever doubts them has them counted anew.",
}

# Columns of which history says that they changed, but keeps no value.
HIDDEN: Final[Mapping[str, Sequence[str]]] = {
    "accounts.User": ("password",),
    "randomization.HandedInList": ("content",),
    "visits.CalendarFeed": ("fingerprint",),
    "randomization.KitReport": ("answer",),
}


def is_own(model: type[Model]) -> bool:
    """Whether a model with a table of its own belongs to this project."""
    package = apps.get_app_config(model._meta.app_label).name.split(".")[0]
    return package in OWN_PACKAGES and model._meta.managed and not model._meta.proxy


def watched_models() -> list[type[Model]]:
    """The models whose tables history watches, the tables between many-to-many ends included."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if is_own(model) and model._meta.label not in EXEMPT]
