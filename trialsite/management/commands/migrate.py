from typing import Any

from django.core.management.commands import migrate

from trialsite import privileges


class Command(migrate.Command):
    help = "Brings the tables up to date, and with them the rights of the three database roles."

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        options["run_syncdb"] = False  # the test runner asks for it; a table without a migration is a mistake
        privileges.before_migrations()
        super().handle(*args, **options)
        privileges.after_migrations()
