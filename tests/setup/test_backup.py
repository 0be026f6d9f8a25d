"""A dump of the database restores as docs/operations.md says."""

import os
import subprocess
from pathlib import Path

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.real_stack import Stack
from tests.setup.running import run
from trialsite.embedded import binaries

COUNTS = """
SELECT (SELECT count(*) FROM screening_participant), (SELECT count(*) FROM audit.history),
    (SELECT count(*) FROM vault.allocation), (SELECT max(id) FROM audit.history)
"""


@pytest.mark.req("O1", "O2")
def test_a_restored_dump_is_complete_and_its_history_verifies(stack: Stack, tmp_path: Path) -> None:
    port = (stack.var / "run" / "postgres.port").read_text()
    password = (stack.var / "secrets" / "database_superuser").read_text()
    programs = binaries.directory(None)

    def tool(name: str, *arguments: str) -> None:
        where = ["--host", "127.0.0.1", "--port", port, "--username", "postgres"]
        variables = {"PGPASSWORD": password, "PATH": os.environ["PATH"]}
        subprocess.run([programs / name, *where, *arguments], env=variables, check=True)

    dump = tmp_path / "edc.dump"
    tool("pg_dump", "--format", "custom", "--file", str(dump), "edc")
    restored = {
        "EDC_VAR": str(stack.var),
        "DATABASE_URL": f"postgres://postgres:{password}@127.0.0.1:{port}/restored",
    }
    for command in ("prepare_database", "pg_restore", "migrate", "verify_history"):
        if command == "pg_restore":
            tool(command, "--dbname", "restored", "--exit-on-error", str(dump))
        else:
            code, output, error = run("manage.py", command, variables=restored)
            assert code == 0, output + error
    with stack.connect() as before, stack.connect(database="restored") as after:
        found = after.execute(COUNTS).fetchone()
        assert found is not None
        assert found[0] != 0
        assert found == before.execute(COUNTS).fetchone()
    with stack.connect("trial_web", database="restored") as web, pytest.raises(InsufficientPrivilege):
        web.execute("SELECT * FROM vault.slot")
