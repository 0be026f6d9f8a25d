from django.apps import AppConfig


class RandomizationConfig(AppConfig):
    """Asking for treatment numbers and kits."""

    name = "randomization"
    label = "randomization"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from randomization import receivers  # noqa: F401, PLC0415  connects them
