from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CrfConfig(AppConfig):
    name = "trialsite.crf"
    label = "crf"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # These need loaded models.
        from trialsite.accounts.backend import read_with_person  # noqa: PLC0415
        from trialsite.crf.study_lock import KEPT, LAST_MOVE  # noqa: PLC0415
        from trialsite.crf.study_lock_tables import lock_tables  # noqa: PLC0415

        read_with_person(KEPT, LAST_MOVE)
        post_migrate.connect(lock_tables, sender=self)
