"""Production assumes nothing: what is missing or wrong is one line and exit code 2, for every process."""

from pathlib import Path

import pytest

from tests.setup.running import run

COMPLETE = {
    "DEBUG": "0",
    "SECRET_KEY": "k" * 60 + "0123456789",
    "ALLOWED_HOSTS": "edc.example",
    "DATABASE_URL": "postgres://trial_web:secret@db.example/edc",
    "REDIS_URL": "redis://broker.example/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
}
PROCESSES = {
    "command": ("manage.py", "check"),
    "web": ("gunicorn", "--config", "python:trialsite.gunicorn_config", "trialsite.wsgi"),
    "worker": ("celery", "--quiet", "-A", "trialsite.celery", "worker"),
    "beat": ("celery", "--quiet", "-A", "trialsite.celery", "beat"),
}
VAULT = {**COMPLETE, "DATABASE_URL": "postgres://trial_vault@db.example/edc", "DATABASE_ROLE": "vault"}


def refused(*command: str, variables: dict[str, str]) -> str:
    """The one line with which the command ends."""
    code, output, error = run(*command, variables=variables)
    assert (code, output) == (2, ""), error
    assert error.startswith("edc: ")
    assert error.count("\n") == 1
    return error


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_a_missing_variable_is_one_clear_line(name: str) -> None:
    line = refused("manage.py", "check", variables={**COMPLETE, name: ""})
    assert line.startswith(f"edc: {name} is missing")
    assert f"{name}_FILE" in line


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_starts_without_a_database(process: str) -> None:
    line = refused(*PROCESSES[process], variables={**COMPLETE, "DATABASE_URL": ""})
    assert line.startswith("edc: DATABASE_URL is missing")


def test_a_complete_environment_passes_the_deployment_checks() -> None:
    code, _, error = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", variables=COMPLETE)
    assert code == 0, error


@pytest.mark.req("C2")
def test_demonstration_is_refused_in_production() -> None:
    assert "DEMO=1 is refused" in refused("manage.py", "check", variables={**COMPLETE, "DEMO": "1"})


@pytest.mark.req("B6", "S5")
def test_no_process_but_the_vault_starts_with_the_key() -> None:
    line = refused("manage.py", "check", variables={**COMPLETE, "VAULT_KEY_FILE": "/run/secrets/vault_key"})
    assert "is not the vault" in line


def test_the_vault_does_not_start_without_its_key() -> None:
    assert "VAULT_KEY_FILE is missing" in refused("manage.py", "check", variables=VAULT)


def test_an_account_that_is_not_the_role_of_the_process_is_refused() -> None:
    variables = {**COMPLETE, "DATABASE_URL": "postgres://trial_owner:secret@db.example/edc"}
    assert "logs in as 'trial_owner'" in refused("manage.py", "check", variables=variables)


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("DATABASE_ROLE", "superuser", "allowed are web, owner, vault"),
        ("DATABASE_URL", "mysql://trial_web@db.example/edc", "DATABASE_URL must read postgres://"),
        ("REDIS_URL", "http://broker.example", "REDIS_URL must read redis://"),
        ("DEBUG", "maybe", "allowed are 1 and 0"),
        ("SECRET_KEY_FILE", "/nowhere/key", "cannot be read"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(name: str, wrong: str, told: str) -> None:
    variables = {**COMPLETE, "SECRET_KEY": ""} if name == "SECRET_KEY_FILE" else COMPLETE
    assert told in refused("manage.py", "check", variables={**variables, name: wrong})


@pytest.mark.req("S5")
def test_secrets_may_be_files(tmp_path: Path) -> None:
    files = {}
    for name, secret in (("SECRET_KEY", COMPLETE["SECRET_KEY"]), ("DATABASE_PASSWORD", "from a file")):
        (tmp_path / name).write_text(f"{secret}\n")
        files[f"{name}_FILE"] = str(tmp_path / name)
    given = {**COMPLETE, **files, "DATABASE_URL": "postgres://trial_web@db.example/edc"}
    del given["SECRET_KEY"]
    show = "from django.conf import settings as s; print(s.DATABASES['default']['PASSWORD'], s.SECRET_KEY)"
    code, output, error = run("manage.py", "shell", "--no-imports", "-c", show, variables=given)
    assert (code, error) == (0, "")
    assert output == f"from a file {COMPLETE['SECRET_KEY']}\n"


def test_static_files_are_complete_under_names_that_change_with_their_content(tmp_path: Path) -> None:
    code, _, error = run(
        "manage.py", "collectstatic", "--no-input", variables={**COMPLETE, "STATIC_ROOT": str(tmp_path)}
    )
    assert code == 0, error
    assert (tmp_path / "staticfiles.json").exists()
