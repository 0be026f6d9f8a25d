from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trialsite import databases, environment
from trialsite.embedded import roles


class Command(BaseCommand):
    """The passwords of the roles are generated in development, and given as variables in production."""

    help = "Makes the three database roles and the database, by the account that DATABASE_URL names."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not environment.value("DATABASE_URL"):
            return  # the embedded server is prepared when it is first started
        database = str(settings.DATABASES["default"]["NAME"])
        administrator = databases.administrator() | {"dbname": "postgres"}
        try:
            roles.prepare(administrator, database, passwords=roles.passwords())
        except psycopg.Error as error:
            raise CommandError(f"DATABASE_URL's account cannot make roles and database: {error}") from None
