"""The vault stands apart: nobody names it, no other process loads it, and it does nothing else."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from randomization.vault import keys
from trialsite import environment

ROOT = environment.ROOT
VAULT = "randomization.vault"
# Named as an application with migrations; loaded is only its configuration.
MAY_NAME_IT = {"trialsite/settings.py"}


def sources() -> list[Path]:
    packages = ("trialsite", "screening", "randomization", "visits")
    files = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    return [ROOT / "manage.py", *(path for path in files if VAULT not in name_of(path))]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.req("B1", "B6")
def test_nothing_outside_imports_the_vault_or_names_it_for_importing() -> None:
    guilty = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
                names = [node.value]
            if any(name == VAULT or name.startswith(f"{VAULT}.") for name in names):
                guilty.append(path.relative_to(ROOT).as_posix())
    assert set(guilty) == MAY_NAME_IT


@pytest.mark.req("B1", "B6")
@pytest.mark.parametrize(
    "entrance",
    [
        "import trialsite.wsgi; from django.urls import get_resolver; get_resolver().url_patterns",
        "from trialsite.celery import app; app.loader.import_default_modules()",
    ],
    ids=["web", "worker"],
)
def test_web_and_worker_never_load_the_code_that_opens_the_list(entrance: str) -> None:
    shown = f"import sys; print(*sorted(name for name in sys.modules if name.startswith('{VAULT}')))"
    assert said_by(f"{entrance}; {shown}", DATABASE_ROLE="web") == f"{VAULT} {VAULT}.apps"


@pytest.mark.req("S6")
def test_the_vault_runs_its_own_tasks_and_takes_json_only(tmp_path: Path) -> None:
    keys.make(tmp_path / "vault.key")
    code = (
        "from celery.signals import worker_init; from randomization.vault.worker import app; conf = app.conf;"
        " app.loader.import_default_modules(); worker_init.send(sender=None);"
        " print(*sorted(name for name in app.tasks if not name.startswith('celery.')),"
        " *conf.accept_content, conf.task_default_queue, conf.task_ignore_result)"
    )
    said = said_by(code, DATABASE_ROLE="vault", VAULT_KEY_FILE=str(tmp_path / "vault.key"))
    assert said == "vault.answer vault.check_list vault.disclose vault.sweep json vault True"


def said_by(code: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.req("B1", "S5")
@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"DATABASE_ROLE": "web"}, "DATABASE_ROLE=vault only"),
        (
            {"DATABASE_ROLE": "vault", "VAULT_KEY_FILE": "/nowhere/vault.key"},
            "/nowhere/vault.key cannot be read",
        ),
    ],
)
def test_a_vault_without_its_role_or_key_does_not_start(variables: dict[str, str], says: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "celery",
            "--quiet",
            "-A",
            "randomization.vault.worker",
            "worker",
            "--pool",
            "solo",
        ],
        env=os.environ | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
