from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trialsite.accounts.demonstration import ACCOUNTS, DemonstrationOff, make_accounts


class Command(BaseCommand):
    help = "Makes one account a role, and two sites, for a demonstration; refuses in production."

    def handle(self, *args: Any, **options: Any) -> str:
        try:
            password = make_accounts()
        except DemonstrationOff as error:
            raise CommandError(str(error)) from error
        names = ", ".join(account.username for account in ACCOUNTS)
        return f"Accounts: {names}\nPassword of each: {password}"
