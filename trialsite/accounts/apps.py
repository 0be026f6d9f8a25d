from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, sites, roles, and what each role may do and see."""

    name = "trialsite.accounts"
    label = "accounts"
    verbose_name = "People and sites"
    default_auto_field = "django.db.models.BigAutoField"
