from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to saved records."""
        from screening import receivers  # noqa: F401, PLC0415 - importing connects the receivers
