from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The history of every value, who changed it and why."""

    name = "trialsite.audit"
    label = "audit"
    verbose_name = "History"
    default_auto_field = "django.db.models.BigAutoField"
