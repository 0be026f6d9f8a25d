"""The services of docker-compose.yml, started here with their own commands, variables and secrets."""

import http.client
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_stack import Stack, free_port, wait_for
from tests.setup.running import BIN, MACHINE
from tests.setup.test_deployment import SERVICES
from trialsite import environment

SITE = "edc.example"
DATABASE = "as_in_production"


class Compose:
    """What compose would do, without containers: one-shot services, then web, worker and vault."""

    def __init__(self, stack: Stack, place: Path) -> None:
        self.port = free_port()
        self.place = place
        self._postgres = (stack.var / "run" / "postgres.port").read_text()
        self._redis = f"unix://{stack.var / 'redis' / 'socket' / 's'}?db=7"
        self.processes: list[subprocess.Popen[bytes]] = []
        for role in ("owner", "web", "vault"):
            shutil.copy(stack.var / "secrets" / f"database_{role}", place / f"database_password_{role}")
        shutil.copy(stack.var / "secrets" / "database_superuser", place / "database_password_administrator")
        shutil.copy(stack.var / "secrets" / "vault.key", place / "vault_key")
        (place / "secret_key").write_text("0123456789" * 6)
        (place / "email_url").write_text("dummymail://")
        (place / "static").mkdir()

    def _variables(self, service: str) -> dict[str, str]:
        here = {
            "${SITE_NAME:?the name under which browsers reach the site}": SITE,
            "${EMAIL_FROM:?the sender of the reminders}": "edc@edc.example",
            "${SPONSOR_EMAIL:?who is told of an unblinding besides the data managers}": "safety@edc.example",
            "${UNBLINDING_PHONE:?whom a site calls when the vault does not answer}": "+00 0",
            "redis://redis:6379/0": self._redis,
            "@postgres:5432/edc": f"@127.0.0.1:{self._postgres}/{DATABASE}",
            "/run/secrets/": f"{self.place}/",
            "/exports": str(self.place),
            "/anchors": str(self.place),
        }
        given: dict[str, str] = {}
        for name, value in SERVICES[service]["environment"].items():
            given[name] = value
            for there, replacement in here.items():
                given[name] = given[name].replace(there, replacement)
        image = {
            "EDC_VAR": str(self.place),
            "PORT": str(self.port),
            "STATIC_ROOT": str(self.place / "static"),
        }
        return MACHINE | {"PATH": f"{BIN}:{MACHINE['PATH']}"} | image | given

    def start(self, service: str, command: str = "") -> subprocess.Popen[bytes]:
        """Start a service with its own command, or with another."""
        with (self.place / "log").open("ab") as log:
            return subprocess.Popen(
                shlex.split(command or SERVICES[service]["command"]),
                env=self._variables(service),
                cwd=environment.ROOT,
                stdout=log,
                stderr=log,
            )

    def up(self) -> None:
        """The one-shot services, then the lasting ones, until web answers."""
        for service, command in (
            ("roles", ""),
            ("migrate", ""),
            ("web", "python manage.py collectstatic --no-input --verbosity 0"),
        ):
            assert self.start(service, command).wait(timeout=120) == 0, (self.place / "log").read_text()
        self.processes = [self.start(service) for service in ("web", "worker", "vault")]
        wait_for(lambda: self.get("/healthz")[0] == 200, "good health")

    def get(self, path: str, *, by: str = "https") -> tuple[int, dict[str, str], str]:
        """What the proxy gets for a page that a browser asks for by https or http."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": SITE, "X-Forwarded-Proto": by})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        except OSError:
            return 0, {}, ""
        finally:
            connection.close()

    def down(self) -> None:
        """Stop what runs."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def compose(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    """The system as compose describes it, on a database of its own."""
    system = Compose(stack, tmp_path_factory.mktemp("compose"))
    try:
        system.up()
        yield system
    finally:
        system.down()


def test_every_part_comes_up_with_what_compose_gives_it(compose: Compose) -> None:
    assert compose.get("/healthz")[0] == 200


@pytest.mark.req("S1")
def test_pages_are_https_only_and_cookies_are_bound_to_it(compose: Compose) -> None:
    status, headers, _ = compose.get("/", by="http")
    assert (status, headers["Location"]) == (301, f"https://{SITE}/")
    status, headers, _ = compose.get("/login/")
    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["Set-Cookie"].startswith("__Host-edc_csrf=")
    assert "Secure" in headers["Set-Cookie"]


@pytest.mark.req("C2", "S2")
def test_nothing_of_a_demonstration_or_of_debugging_is_there(compose: Compose) -> None:
    status, _, page = compose.get("/nowhere/")
    assert status in {302, 404}
    assert "Traceback" not in page
    assert "demonstration" not in compose.get("/login/")[2].lower()
    assert compose.get("/demo/mail/")[0] in {302, 404}
