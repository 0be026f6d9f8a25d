from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """The history of every value, who changed it and why."""

    name = "trialsite.audit"
    label = "audit"
    verbose_name = "History"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from trialsite.audit import sign_ins  # noqa: PLC0415 - the receivers need loaded models
        from trialsite.audit.watching import watch_tables  # noqa: PLC0415

        post_migrate.connect(watch_tables, sender=self)
        sign_ins.connect()
