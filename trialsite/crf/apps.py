from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CrfConfig(AppConfig):
    name = "trialsite.crf"
    label = "crf"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from trialsite.crf.study_lock_tables import lock_tables  # noqa: PLC0415 - needs loaded models

        post_migrate.connect(lock_tables, sender=self)
