"""Who may do what in the database before any room adds to it; applied by every `migrate`, as trial_owner."""

from django.db import connection, transaction

BEFORE = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO trial_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO trial_web;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
"""
# Nobody but the owner says which migrations have run.
AFTER = """
REVOKE ALL ON public.django_migrations FROM trial_web;
GRANT SELECT ON public.django_migrations TO trial_web;
"""


def before_migrations() -> None:
    """trial_web may read and write the tables that migrations make; nobody but the roles may connect."""
    name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEFORE)
        cursor.execute(f"REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC")
        cursor.execute(f"GRANT CONNECT ON DATABASE {name} TO trial_web, trial_vault")


def after_migrations() -> None:
    """Take back what the default gives too much."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER)
