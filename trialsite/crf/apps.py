from django.apps import AppConfig


class CrfConfig(AppConfig):
    name = "trialsite.crf"
    label = "crf"
    default_auto_field = "django.db.models.BigAutoField"
