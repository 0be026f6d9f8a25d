"""docker-compose.yml, the Procfile and the settings speak of the same processes, variables and secrets."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from trialsite import environment
from trialsite.serving import procfile

ROOT = environment.ROOT
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "promis-mda5-edc"}
PROCESSES = ("web", "worker", "beat", "vault")
# Set by the image or the machine, or for development alone.
ELSEWHERE = {"EDC_VAR", "PATH", "PORT", "HOST", "STATIC_ROOT", "DEMO", "EDC_RUN"}
# Production does without them: they have a default, or belong to some processes only.
OPTIONAL = {
    "ANCHOR_FILE",
    "EXPORT_DIR",
    "LOG_LEVEL",
    "PUBLIC_URL",
    "REMINDERS_AT_ANY_HOUR",
    "WEB_THREADS",
    "WEB_WORKERS",
}
# Asked for under a name that is put together.
PASSWORDS = {f"DATABASE_PASSWORD_{role}" for role in ("OWNER", "WEB", "VAULT")}


def variables(service: str) -> dict[str, str]:
    """The variables of a service."""
    given: dict[str, str] = SERVICES[service]["environment"]
    return given


def read_by_settings() -> set[str]:
    """Every variable that the code asks the environment for."""
    asked = re.compile(r'(?:environment\.)?(?:value|flag|number|required|_outside)\(\s*f?"([A-Z_]+)"')
    sources = (file for file in Path(ROOT, "trialsite").glob("*.py"))
    return {name for file in sources for name in asked.findall(file.read_text(encoding="utf-8"))}


def test_compose_runs_the_processes_of_the_procfile_with_the_same_commands() -> None:
    commands = {
        name: re.sub(r"^exec (env \S+=\S+ \S+=\S+ )?", "", line) for name, line in procfile.commands().items()
    }
    assert tuple(commands) == PROCESSES
    assert {name: SERVICES[name]["command"] for name in PROCESSES} == commands


def test_every_variable_of_production_is_given_to_every_process() -> None:
    needed = read_by_settings() - ELSEWHERE - OPTIONAL
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS"} <= needed
    for name in OURS:
        given = set(variables(name))
        missing = {variable for variable in needed if not given & {variable, f"{variable}_FILE"}}
        assert not missing, name


def test_no_variable_is_given_that_nothing_reads() -> None:
    known = read_by_settings() | PASSWORDS | {"VAULT_KEY_FILE"}
    for name in OURS:
        assert not {v for v in variables(name) if not {v, v.removesuffix("_FILE")} & known}, name


@pytest.mark.req("B6", "O2", "S5")
def test_nobody_but_the_vault_gets_the_key() -> None:
    with_key = {name for name, service in SERVICES.items() if "vault_key" in str(service)}
    assert with_key == {"vault"}
    named = {name for name, service in SERVICES.items() if "VAULT_KEY_FILE" in str(service)}
    assert named == {"vault"}
    for name, line in procfile.commands().items():
        assert ("VAULT_KEY_FILE" in procfile.variables(line, port=1)) == (name == "vault")


@pytest.mark.req("B6", "S5")
def test_every_process_logs_in_under_its_own_role_with_that_roles_password_alone() -> None:
    roles = {name: variables(name)["DATABASE_ROLE"] for name in OURS}
    assert roles == {
        "web": "web",
        "worker": "web",
        "beat": "web",
        "vault": "vault",
        "roles": "administrator",
        "migrate": "owner",
    }
    for name, role in roles.items():
        if name == "roles":
            continue  # it gives every role its password, once, and ends
        passwords = {secret for secret in SERVICES[name]["secrets"] if secret.startswith("database_password")}
        assert passwords == {f"database_password_{role}"}
        assert f"trial_{role}@" in variables(name)["DATABASE_URL"]


@pytest.mark.req("S5")
def test_secrets_are_files_and_every_file_is_declared() -> None:
    for name, service in SERVICES.items():
        given = set(service.get("secrets", ()))
        assert given <= set(COMPOSE["secrets"])
        named = {
            Path(value).name
            for value in service.get("environment", {}).values()
            if str(value).startswith("/run/secrets/")
        }
        assert named == given, name


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    outside = {name for name, service in SERVICES.items() if "outside" in service["networks"]}
    assert outside == {"proxy", "worker"}  # the worker reaches the mail server
    assert all(COMPOSE["networks"][name]["internal"] for name in ("pages", "inside"))


def test_every_service_is_read_only_without_capabilities_and_watched() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert ("healthcheck" in service) == (service["restart"] != "no"), name


def test_the_images_do_not_run_as_root() -> None:
    stages = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")[1:]
    for stage in stages:
        target = stage.split("\n", 1)[0].split(" AS ")[1]
        assert target == "build" or "\nUSER 10001:10001" in stage, target
