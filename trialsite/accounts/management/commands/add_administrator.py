import getpass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from trialsite.accounts import actions
from trialsite.accounts.models import Role

BY = "system:add_administrator"


class Command(BaseCommand):
    help = "Opens the account of the first administrator, who opens all others in the application."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--full-name", required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--password-file", type=Path, help="holds the password; without it, you are asked"
        )

    def handle(self, *args: Any, **options: Any) -> str:
        password = _from_file(options["password_file"]) if options["password_file"] else _asked()
        try:
            with transaction.atomic():
                user = actions.add_person(
                    by=BY,
                    username=options["username"],
                    full_name=options["full_name"],
                    email=options["email"],
                )
                actions.give_role(by=BY, user=user, role=Role.ADMINISTRATOR)
                actions.set_password(by=BY, user=user, password=password)
        except ValidationError as error:
            raise CommandError("Nothing was added. " + " ".join(error.messages)) from error
        return f"{user.full_name} may now sign in as {user.username} and add people."


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _asked() -> str:
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise CommandError("The two passwords differ. Nothing was added.")
    return password
