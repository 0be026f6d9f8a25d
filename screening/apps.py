from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to saved records; show what is computed beside the forms."""
        from screening import receivers  # noqa: F401, PLC0415 - importing connects the receivers
        from screening.forms import computed  # noqa: F401, PLC0415 - importing registers the values
