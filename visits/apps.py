from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """The schedule after randomization, visit forms, dosing, reminders."""

    name = "visits"
    label = "visits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to randomization; show what is computed beside the forms."""
        from visits import receivers  # noqa: F401, PLC0415 - models are loaded only now
        from visits.casebook import receivers as _counting  # noqa: F401, PLC0415
        from visits.forms import computed  # noqa: F401, PLC0415 - importing registers the values
