from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from trialsite.accounts import actions


class Command(BaseCommand):
    help = "Opens a site, such as: add_site 03 'Hospital of the City' --time-zone Asia/Shanghai"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="two digits, with which the numbers of its participants begin")
        parser.add_argument("name")
        parser.add_argument(
            "--time-zone", default="Asia/Shanghai", help="an IANA name (default: %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> str:
        try:
            site = actions.add_site(
                by="system:add_site",
                code=options["code"],
                name=options["name"],
                time_zone=options["time_zone"],
            )
        except ValidationError as error:
            raise CommandError("Nothing was added. " + " ".join(error.messages)) from error
        return f"Site {site} is open."
