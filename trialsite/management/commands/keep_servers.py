import sys
from typing import Any

from django.core.management.base import BaseCommand

from trialsite.embedded import postgres, redis


class Command(BaseCommand):
    help = "Keeps the embedded servers running until its standard input ends, and says where they are."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        where = postgres.parameters("", "")
        self.stdout.write(f"PostgreSQL: host={where['host']} port={where['port']} dbname={where['dbname']}")
        self.stdout.write(f"Redis: {redis.socket_path()}")
        self.stdout.flush()
        sys.stdin.read()
