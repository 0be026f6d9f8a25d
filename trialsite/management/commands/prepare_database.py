from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trialsite import databases, environment
from trialsite.embedded import roles


class Command(BaseCommand):
    """Development: passwords are generated. Production: docs/operations.md says how to give them."""

    help = "Makes the three database roles and the database, by the account that DATABASE_URL names."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not environment.value("DATABASE_URL"):
            return  # the embedded server is prepared when it is first started
        try:
            roles.prepare(
                databases.administrator(),
                str(settings.DATABASES["default"]["NAME"]),
                passwords=roles.passwords(),
            )
        except psycopg.Error as error:
            raise CommandError(f"DATABASE_URL's account cannot make roles and database: {error}") from None
