from django.apps import AppConfig


class TrialsiteConfig(AppConfig):
    """The ground every room stands on; holds the commands that start and prepare the system."""

    name = "trialsite"
    label = "trialsite"
